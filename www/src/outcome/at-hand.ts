import { INIT_KEY } from "../../../crate/js/init-key.js";
import type { Bench } from "../bench/bench.js";
import { commonestShare, type Evidence } from "./evidence.js";

/** The evidence of the run at hand, as it stands. */
export function evidenceAtHand({ state, series }: Pick<Bench, "state" | "series">): Evidence {
  const { plan, results } = state;
  const { curves, norms } = series;
  const split = plan && plan.validation > 0 ? "validation" : "test";
  const scores = split === "test" ? curves.scores : curves.validations;
  const { length } = curves;
  const { info } = state.data;
  const counted = commonestShare((split === "test" ? results.score : results.validation)?.confusion ?? []);
  return {
    stepsPerEpoch: plan?.stepsPerEpoch ?? length,
    batch: plan?.batch ?? 1,
    loss: curves.loss.subarray(0, length),
    accuracy: curves.accuracy.subarray(0, length),
    learningRate: curves.learningRate.subarray(0, length),
    scores: scores.map(({ step, accuracy, examples, tta }) => ({ step, accuracy, images: examples, tta })),
    split,
    chance: counted ?? (info ? 1 / info.classes.length : null),
    isChanceLeast: counted === null,
    startsFromFile: Boolean(state.recipe.parsed?.values[INIT_KEY]),
    norms: norms.latest(),
  };
}
