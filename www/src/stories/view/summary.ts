/** A story's results in a few words each, for its table. */
import { count } from "../../format.js";
import { msg, plural } from "../../words/msg.js";
import { accuracyText } from "../closing/fill.js";
import { finalScore, isOver, type RunResult } from "../result.js";

export interface RecipeSummary {
  /** "93.0 ± 0.6 %", or where it stands; a dash where nothing is trained. */
  text: string;
  /** Which seeds that is of. */
  seeds: string;
}

/** @param results of one recipe, each of another seed */
export function summaryOf(results: readonly RunResult[], seeds: readonly number[]): RecipeSummary {
  const over = results.filter(isOver);
  const scores = over.flatMap((result) => finalScore(result)?.accuracy ?? []);
  const ended = over.length - scores.length;
  const under = results.find((result) => !isOver(result) && result.done > 0);
  const progress = under ? msg("step {step} of {steps}", { step: count(under.done), steps: count(under.steps) }) : "";
  if (over.length === 0)
    return {
      text: progress || "–",
      seeds: under && seeds.length > 1 ? msg("seed {seed}", { seed: String(under.seed) }) : "",
    };
  const parts = [
    scores.length > 0 ? accuracyText(scores) : "",
    ended > 0 ? plural(ended, "loss no number", "loss no number ({count} times)") : "",
  ];
  const which = over.map(({ seed }) => seed).sort((a, b) => a - b);
  const of =
    over.length === 1
      ? msg("seed {seed}", { seed: String(which[0]) })
      : over.length === seeds.length
        ? msg("{number} seeds", { number: count(over.length) })
        : msg("seeds {seeds}", { seeds: which.join(", ") });
  return { text: parts.filter(Boolean).join("; "), seeds: [of, progress].filter(Boolean).join("; ") };
}
