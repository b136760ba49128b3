/** The runs that a lesson may name: `plain40` is a recipe with all of its seeds, `plain40@1` the run with seed 1. */
import { refuse, type Place } from "./lesson-error.js";
import type { LessonRun, RunFile } from "./run-file.js";

/** A run as the module has read its link. */
export interface KnownRun extends LessonRun {
  /** "plain, 40 layers". */
  title: string;
  look?: number;
  /** "plain40@1". */
  name: string;
  /** The canonical link, and the same with check and marks. */
  link: string;
  checked: string;
  /** How many images it trains on; NaN where the recipe does not tell. */
  examples: number;
  /** Every field of its recipe, with its value as in a link. */
  values: Readonly<Record<string, string>>;
  /** Floating-point operations of training and scoring, as the module counts them; null where it cannot. */
  operations: number | null;
}

export interface KnownRecipe extends Omit<RunFile, "runs"> {
  runs: readonly KnownRun[];
}

/** By their names. */
export type Runs = ReadonlyMap<string, KnownRecipe>;

/** The runs that a name means. @param name "plain40" or "plain40@1" */
export function runsOf(name: string, runs: Runs, place: Place): readonly KnownRun[] {
  const [, recipe = "", seed] =
    /^([a-z][a-z0-9-]*)(?:@(\d+))?$/.exec(name) ??
    refuse(place, `“${name}” is no name of a run, as plain40 or plain40@1.`);
  const known = runs.get(recipe);
  if (!known) refuse(place, `There is no run “${recipe}”: there are ${[...runs.keys()].sort().join(", ") || "none"}.`);
  if (seed === undefined) return known.runs;
  const run = known.runs.find((one) => one.seed === Number(seed));
  return [run ?? refuse(place, `“${recipe}” has no run with seed ${seed}: there are ${known.seeds.join(", ")}.`)];
}

/** The one run that a name means: without a seed the recipe's first. */
export function runOf(name: string, runs: Runs, place: Place): KnownRun {
  return runsOf(name, runs, place)[0] ?? refuse(place, `“${name}” has no runs.`);
}
