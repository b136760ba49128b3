/** A run and its score in one sentence, for a text: true of that run wherever it is pasted. */
import { count, percent } from "../format.js";
import { roundedText } from "../rounded-weights.js";
import type { Score } from "../module.js";
import { withMirrors } from "../score-text.js";
import { msg, plural } from "../words/msg.js";

export interface ToldRun {
  /** What `recipeWords` says. */
  words: string;
  score: Pick<Score, "step" | "accuracy" | "examples" | "tta"> | null;
  /** Of the whole run. */
  steps: number;
  isFinished: boolean;
  /** Whether it is scored on the first test images and not on all. */
  isPart: boolean;
  /** To how many bits its weights were rounded after it was trained; null where they were not. */
  rounded: number | null;
  address: string;
}

/** Null where nothing was scored: there is no number to tell. */
export function sentenceOf({ words, score, steps, isFinished, isPart, rounded, address }: ToldRun): string | null {
  if (!score || !Number.isFinite(score.accuracy)) return null;
  const images = isPart
    ? plural(score.examples, "the first {count} test image", "of|the first {count} test images")
    : plural(score.examples, "{count} test image", "of|{count} test images");
  const result = msg("score|{share} of {images}{mirrors}", {
    share: percent(score.accuracy),
    images,
    mirrors: withMirrors(score),
  });
  const values = { step: count(score.step), steps: count(steps) };
  const place = !isFinished
    ? msg("after step {step} of {steps}: the run is not finished", values)
    : score.step < steps
      ? msg("after step {step} of {steps}", values)
      : "";
  const when = place && ` (${place})`;
  const told = rounded === null ? words : `${words}, ${roundedText(rounded)}`;
  return `${told}: ${result}${when}, ${address}`;
}
