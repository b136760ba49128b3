// What of its images a score is, as a person reads it: on the page, in an embed and in what the command prints.

import type { Score } from "./cpu/bunsen.js";

/** A score, or the plan of a run that is to be scored so. */
interface Scored {
  tta?: Score["tta"] | undefined;
}

/** What follows a number of images in a sentence that says a score: each such sentence has it. */
export function withMirrors({ tta }: Scored): string {
  return tta ? ", each with its mirror image" : "";
}

/** What a score is called where its number stands apart: "Test accuracy with mirror images". */
export function scoreTitle(title: string, { tta }: Scored): string {
  return tta ? `${title} with mirror images` : title;
}
