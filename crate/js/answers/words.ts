// What the commands say of answers.

import type { Answers, Unsure } from "../answers-api.js";

export const UNSURE: Readonly<Record<Unsure, string>> = {
  flat: "its probabilities are nearly equal",
  blank: "the image is of one colour",
  "out-of-range": "the image is much lighter or darker than those it learned from",
};

/** "812 of 1,000 right, 81.2 %", of the images whose folders are named as classes; undefined where there are none. */
export function accuracyInWords({ answers, labelled, right }: Pick<Answers, "answers" | "labelled" | "right">) {
  if (labelled === 0) return undefined;
  const count = (number: number): string => number.toLocaleString("en");
  const score = `${count(right)} of ${count(labelled)} right, ${percent(right, labelled)} %`;
  const others = answers.length - labelled;
  return others === 0 ? score : `${score}; ${count(others)} of the images lie in no folder that is named as a class.`;
}

/** A share in percent, with one digit; never 100.0 or 0.0 where some are wrong or right. */
function percent(part: number, whole: number): string {
  const tenths = Math.floor((1000 * part) / whole + 0.5);
  const kept = Math.min(part < whole ? 999 : 1000, Math.max(part > 0 ? 1 : 0, tenths));
  return `${Math.floor(kept / 10)}.${kept % 10}`;
}
