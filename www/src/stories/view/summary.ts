/** A story's results in a few words each, for its table. */
import { count } from "../../format.js";
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
  const progress = under ? `step ${count(under.done)} of ${count(under.steps)}` : "";
  if (over.length === 0) return { text: progress || "–", seeds: under && seeds.length > 1 ? `seed ${under.seed}` : "" };
  const parts = [
    scores.length > 0 ? accuracyText(scores) : "",
    ended > 0 ? `loss no number${ended > 1 ? ` (${count(ended)} times)` : ""}` : "",
  ];
  const which = over.map(({ seed }) => seed).sort((a, b) => a - b);
  const of =
    over.length === 1
      ? `seed ${which[0]}`
      : over.length === seeds.length
        ? `${count(over.length)} seeds`
        : `seeds ${which.join(", ")}`;
  return { text: parts.filter(Boolean).join("; "), seeds: [of, progress].filter(Boolean).join("; ") };
}
