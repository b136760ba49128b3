/** Runs of one recipe that differ in the seed alone. */
import { linkText } from "../../../crate/js/link-text.js";
import { deviation } from "../stories/closing/statistics.js";
import { mean } from "../outcome/evidence.js";
import type { StoredRun } from "./stored-run.js";

type Run = Pick<StoredRun, "values" | "link" | "steps" | "curves" | "scores">;

/** The seeds that **Same with 5 seeds** trains. */
const SEEDS = ["1", "2", "3", "4", "5"];

/** The recipe without its seed: equal for runs that differ in nothing else. */
export function recipeOf({ values }: Pick<Run, "values">): string {
  const { seed: _, ...rest } = values;
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The runs by recipe, in the order in which each recipe comes first. */
export function bySeed<R extends Run>(runs: readonly R[]): R[][] {
  const groups = new Map<string, R[]>();
  for (const run of runs) {
    const recipe = recipeOf(run);
    groups.set(recipe, [...(groups.get(recipe) ?? []), run]);
  }
  return [...groups.values()];
}

/** What a run reached at its end; null where it has not come there, or was not scored there. */
export function finalAccuracy({ steps, curves, scores }: Run): number | null {
  const score = scores.at(-1);
  return score && curves.length >= steps && score.step === steps ? score.accuracy : null;
}

/** Of the runs of a recipe that are finished: each seed counts once. */
export interface Spread {
  mean: number;
  /** The sample standard deviation; null of a single seed. */
  deviation: number | null;
  seeds: number;
}

/** Null where none is finished. @param runs of one recipe, the latest first */
export function spreadOf(runs: readonly Run[]): Spread | null {
  const bySeed = new Map<string, number>();
  for (const run of runs) {
    const seed = run.values["seed"] ?? "";
    const accuracy = finalAccuracy(run);
    if (accuracy !== null && !bySeed.has(seed)) bySeed.set(seed, accuracy);
  }
  const values = [...bySeed.values()];
  return values.length > 0 ? { mean: mean(values), deviation: deviation(values), seeds: values.length } : null;
}

/**
 * Links of the same recipe with those of the five seeds that are neither finished nor on their way.
 * @param runs of one recipe
 * @param onTheirWay links that train or wait
 * @param usual the seed of a link that names none
 */
export function missingSeeds(runs: readonly Run[], onTheirWay: readonly string[], usual: string): Map<string, string> {
  const [first] = runs;
  if (!first) return new Map();
  const done = new Set(runs.filter((run) => finalAccuracy(run) !== null).map(({ values }) => values["seed"]));
  const coming = new Set(onTheirWay.map((link) => asKey(link, usual)));
  const missing = SEEDS.filter((seed) => !done.has(seed)).map((seed) => [seed, withSeed(first.link, seed)] as const);
  return new Map(missing.filter(([, link]) => !coming.has(asKey(link, usual))));
}

function withSeed(link: string, seed: string): string {
  const parts = new URLSearchParams(link);
  parts.set("seed", seed);
  return linkText(parts);
}

/** A link's parts in one order, whichever way it is written. */
function asKey(link: string, usual: string): string {
  const parts = new URLSearchParams(link);
  if (!parts.has("seed")) parts.set("seed", usual);
  parts.sort();
  return parts.toString();
}
