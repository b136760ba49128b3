/** The runs of a story that a closing sentence may speak of, gathered by recipe. */
import type { Story } from "../story.js";
import { finalScore, isOver, type RunResult } from "../result.js";
import type { Sample } from "./statistics.js";
import type { Metric } from "./template.js";

/** The runs of each recipe, one for each of the story's seeds that was trained. */
export type Runs = ReadonlyMap<string, readonly RunResult[]>;

/** The runs that are over, in the order of the story. What is no run of it is left out, and of equal runs the last counts. */
export function runsOf({ recipes, seeds }: Story, results: readonly RunResult[]): Runs {
  const run = (id: string, seed: number): RunResult[] => {
    const found = results.findLast((result) => result.recipe === id && result.seed === seed && isOver(result));
    return found ? [found] : [];
  };
  return new Map(recipes.map(({ id }) => [id, seeds.flatMap((seed) => run(id, seed))]));
}

/** What a recipe's runs got right; null where one of them has no such number, or there is none. */
export function sampleOf(runs: readonly RunResult[], metric: Metric): Sample | null {
  const shares = runs.map((run) => shareOf(run, metric));
  const known = shares.filter((share) => share !== null);
  if (known.length === 0 || known.length < shares.length) return null;
  return {
    values: known.map(({ accuracy }) => accuracy),
    images: Math.min(...known.map(({ images }) => images)),
  };
}

function shareOf(run: RunResult, metric: Metric): { accuracy: number; images: number } | null {
  if (metric === "test") return finalScore(run);
  return run.endedAsNaN ? null : run.training;
}
