/** Networks whose weights were rounded to fewer bits when they were shipped with the site: what they answer is said with that. */
import { metadataOf } from "../../crate/js/safetensors.js";
import { msg } from "./words/msg.js";

/** To how many bits the weights of this checkpoint are rounded, as its header says; null where they are as they were trained. */
export function roundedBits(checkpoint: Uint8Array): number | null {
  const bits = Number(metadataOf(checkpoint).get("rounded"));
  return bits > 0 ? bits : null;
}

/** Within a sentence. */
export function roundedText(bits: number): string {
  return msg("weights rounded to {bits} bits", { bits: String(bits) });
}
