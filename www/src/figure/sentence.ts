/** A run and its score in one sentence, for a text: true of that run wherever it is pasted. */
import { count, percent } from "../format.js";
import type { Score } from "../module.js";
import { withMirrors } from "../score-text.js";

export interface ToldRun {
  /** What `recipeWords` says. */
  words: string;
  score: Pick<Score, "step" | "accuracy" | "examples" | "tta"> | null;
  /** Of the whole run. */
  steps: number;
  isFinished: boolean;
  /** Whether it is scored on the first test images and not on all. */
  isPart: boolean;
  address: string;
}

/** Null where nothing was scored: there is no number to tell. */
export function sentenceOf({ words, score, steps, isFinished, isPart, address }: ToldRun): string | null {
  if (!score || !Number.isFinite(score.accuracy)) return null;
  const images = `${isPart ? "the first " : ""}${count(score.examples)} test images`;
  const result = `${percent(score.accuracy)} of ${images}${withMirrors(score)}`;
  const place = `after step ${count(score.step)} of ${count(steps)}`;
  const when = !isFinished ? ` (${place}: the run is not finished)` : score.step < steps ? ` (${place})` : "";
  return `${words}: ${result}${when}, ${address}`;
}
