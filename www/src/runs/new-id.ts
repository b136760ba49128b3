import { hex } from "../../../crate/js/digest.js";

/** An id that no other run has. `crypto.randomUUID` is not there in pages that came over plain http. */
export function newId(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}
