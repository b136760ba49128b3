import { count } from "../../format.js";
import type { Plan, Score } from "../../module.js";
import type { ProgressState } from "../../state/progress.js";
import { msg } from "../../words/msg.js";

/**
 * Which of the test points that the recipe fixes the run has not, and will not have; empty where it has all.
 * @param computedFrom steps up to this one come from a file, which has no test points
 */
export function missingScoresText(
  { scoreSteps }: Plan,
  { step, deferredScores }: Pick<ProgressState, "step" | "deferredScores">,
  scores: readonly Pick<Score, "step">[],
  computedFrom: number,
): string {
  const known = new Set([...scores.map((score) => score.step), ...deferredScores]);
  // The step at which the run stands may yet be scored; where it could not be, that is said beside the accuracy.
  const missing = scoreSteps
    .filter((scored) => scored > computedFrom && scored < step && !known.has(scored))
    .map(count);
  if (missing.length === 0) return "";
  if (missing.length === 1) {
    return msg("The curve has no test point at step {step}: the run went on before it was scored there.", {
      step: missing[0]!,
    });
  }
  return msg("The curve has no test points at steps {steps} and {last}: the run went on before it was scored there.", {
    steps: missing.slice(0, -1).join(", "),
    last: missing.at(-1)!,
  });
}
