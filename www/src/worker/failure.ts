import { messageOf } from "../../../crate/js/errors.js";
import type { Failure, FailureKind } from "../protocol.js";

/** What was thrown, for the page. Where the module gave no kind of its own, it came to a sudden end. */
export function asFailure(thrown: unknown, during: Failure["during"]): Failure {
  const message = messageOf(thrown).replace(/[.\s]*$/, ".");
  const { kind, key, allowed } = Object(thrown) as { kind?: FailureKind; key?: string; allowed?: string };
  if (kind) return { kind, key, allowed, message, during };
  if (during === "opening") return { kind: "crash", message: `The module could not be loaded: ${message}`, during };
  return { kind: "crash", message: `The engine came to a sudden end: ${message}`, during };
}
