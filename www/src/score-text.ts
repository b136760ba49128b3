/** A run's last score in a sentence about the run. */
import { withMirrors } from "../../crate/js/score-words.js";
import { percent } from "./format.js";
import type { RunFile } from "./module.js";

export { scoreTitle, withMirrors } from "../../crate/js/score-words.js";

/** ", 98.7 % of the test images right"; nothing where it was not scored. */
export function lastScoreText({ scores }: Pick<RunFile, "scores">): string {
  const score = scores.at(-1);
  return score ? `, ${percent(score.accuracy)} of the test images right${withMirrors(score)}` : "";
}
