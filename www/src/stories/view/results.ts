/** What came out of a story's runs: of the run at hand, and of those in the list of runs. */
import type { Bench } from "../../bench/bench.js";
import { evidenceAtHand } from "../../outcome/at-hand.js";
import type { Evidence } from "../../outcome/evidence.js";
import type { StoredRun } from "../../runs/stored-run.js";
import { failureOf, isLocked } from "../../state/run-state.js";
import { thinCurve, type ThinCurve } from "../curve.js";
import { isOver, resultOf, type RunResult } from "../result.js";
import type { KnownRun } from "./known.js";

/** A run of a story, as far as it came. */
export interface StoryResult {
  result: RunResult;
  curve: ThinCurve;
  /** Whether it trains now. */
  isRunning: boolean;
}

/** A run by its canonical link, whichever story it is of. */
interface Seen extends StoryResult {
  link: string;
}

/** The run at hand, as it stands; null where nothing of it is trained, or not all of it was computed here. */
export function seenAtHand(bench: Pick<Bench, "state" | "series">): Seen | null {
  const { run, plan, progress, recipe, results } = bench.state;
  const { parsed } = recipe;
  if (!parsed || !plan || progress.step === 0 || results.computedFrom > 0) return null;
  const endedAsNaN = failureOf(run)?.kind === "nan";
  const known = { recipe: "", seed: Number(parsed.values["seed"]), steps: plan.steps, parameters: plan.parameters };
  const evidence = evidenceAtHand(bench);
  return {
    link: parsed.link,
    result: resultOf({ ...known, endedAsNaN }, evidence),
    curve: thinCurve(evidence.loss, plan.steps),
    isRunning: isLocked(run),
  };
}

const stored = new WeakMap<StoredRun, StoryResult>();

/** A run of the list. */
function seenInList(run: StoredRun, { described, recipe, seed }: KnownRun): StoryResult {
  const known = stored.get(run);
  if (known) return known;
  const { length } = run.curves;
  const evidence: Evidence = {
    stepsPerEpoch: run.stepsPerEpoch ?? length,
    batch: Number(run.values["batch"] ?? 1),
    loss: run.curves.loss.subarray(0, length),
    accuracy: run.curves.accuracy.subarray(0, length),
    learningRate: run.curves.learningRate.subarray(0, length),
    scores: run.scores.map(({ step, accuracy, examples, tta }) => ({ step, accuracy, images: examples, tta })),
    split: "test",
    // Of a kept run nobody counted how many images each class has.
    chance: described.classes > 0 ? 1 / described.classes : null,
    isChanceLeast: true,
    norms: [],
  };
  const { parameters } = described;
  const result = resultOf({ recipe: recipe.id, seed, steps: run.steps, parameters, endedAsNaN: false }, evidence);
  const seen = { result, curve: thinCurve(evidence.loss, run.steps), isRunning: false };
  stored.set(run, seen);
  return seen;
}

/**
 * What there is of each run of a story, in their order. A run that is over comes before one that is not, and the run at hand before what the list
 * has of it.
 * @param over runs that came to their end since the page was opened, by link
 */
export function resultsOf(
  runs: readonly KnownRun[],
  atHand: Seen | null,
  over: ReadonlyMap<string, StoryResult>,
  list: readonly StoredRun[],
): (StoryResult & { link: string })[] {
  return runs.flatMap((run) => {
    const here = atHand?.link === run.link ? [atHand] : [];
    const ended = over.get(run.link);
    // What a file from elsewhere says of its scores nobody checked.
    const kept = list
      .filter(({ link, isFromFile }) => link === run.link && !isFromFile)
      .map((one) => seenInList(one, run));
    const all = [...here, ...(ended ? [ended] : []), ...kept];
    const best = all.find(({ isRunning }) => isRunning) ?? all.find(({ result }) => isOver(result)) ?? all[0];
    if (!best) return [];
    const { id } = run.recipe;
    return [{ ...best, link: run.link, result: { ...best.result, recipe: id, seed: run.seed } }];
  });
}
