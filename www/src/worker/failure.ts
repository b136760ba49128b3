import { messageOf } from "../../../crate/js/errors.js";
import type { Lab } from "../module.js";
import type { Failure, FailureKind } from "../protocol.js";
import { errorValueOf, type ErrorValue } from "../rpc/protocol.js";

/** What was thrown, for the page. Where the module gave no kind of its own, it came to a sudden end. */
export function asFailure(thrown: unknown, during: Failure["during"]): Failure {
  const message = asSentence(messageOf(thrown));
  const { kind, key, allowed } = Object(thrown) as { kind?: FailureKind; key?: string; allowed?: string };
  if (kind) return { kind, key, allowed, message, during };
  if (during === "opening") return { kind: "crash", message: `The module could not be loaded: ${message}`, during };
  return { kind: "crash", message: `The engine came to a sudden end: ${message}`, during };
}

/** Why a request could not be answered. */
export function asErrorValue(thrown: unknown): ErrorValue {
  const value = errorValueOf(thrown);
  return { ...value, message: asSentence(value.message) };
}

export function asSentence(message: string): string {
  return message.replace(/[.\s]*$/, ".");
}

/** Whether the engine came to its end: its GPU was lost, or its module stopped, which then answers nothing any more. */
export function isEngineDead(lab: Lab | undefined, thrown: unknown): boolean {
  if ((Object(thrown) as { kind?: unknown }).kind === "gpu") return true;
  try {
    lab?.parse("");
    return false;
  } catch {
    return true;
  }
}
