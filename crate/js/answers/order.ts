// The order of answers, and the numbers that it goes by.

import type { Answer } from "../answers-api.js";

/** A probability in millionths, as it is shown and as answers are ordered. */
export const millionths = (probability: number): number => Math.floor(probability * 1e6 + 0.5);

/** The smallest probability first. */
export function byDoubt(a: Answer, b: Answer): number {
  return millionths(a.probability) - millionths(b.probability) || compareText(a.path, b.path);
}

/** By code points, as the native command orders texts. */
export function compareText(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const at = left.findIndex((character, index) => character !== right[index]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
}
