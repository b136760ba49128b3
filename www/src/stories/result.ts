/** What came out of a run, as far as a closing sentence can say it. */
import { diverged, notANumber } from "../outcome/rules.js";
import { mean, type Evidence, type HeldOut } from "../outcome/evidence.js";

/** A run of one of a story's recipes with one of its seeds. */
export interface RunResult {
  /** The recipe's id in the story. */
  recipe: string;
  seed: number;
  /** Of the whole run, and how many of them are done. */
  steps: number;
  done: number;
  /** Ascending. */
  scores: readonly HeldOut[];
  /** Of which images the scores are. */
  split: Evidence["split"];
  /** Over its last epoch, as it was trained on them; null where nobody kept that. */
  training: { accuracy: number; images: number } | null;
  /** The step at which it diverged; null where it did not. */
  divergedAt: number | null;
  /** Whether it ended because its loss is no number any more: it never has a score at its end. */
  endedAsNaN: boolean;
  /** What always naming the commonest class gets right; null where it is not known. */
  chance: number | null;
  /** How many parameters it trains; null where that is not known. */
  parameters: number | null;
}

/** What is known of a run beside its numbers. */
type Known = Pick<RunResult, "recipe" | "seed" | "steps" | "parameters" | "endedAsNaN">;

/** The result of a run as its numbers tell it. */
export function resultOf(known: Known, evidence: Evidence): RunResult {
  const { accuracy, batch, chance, loss, scores, split, stepsPerEpoch } = evidence;
  const from = Math.max(0, loss.length - stepsPerEpoch);
  const training = { accuracy: mean(accuracy, from), images: (loss.length - from) * batch };
  return {
    ...known,
    done: loss.length,
    scores,
    split,
    training: Number.isNaN(training.accuracy) ? null : training,
    divergedAt: (known.endedAsNaN ? notANumber(evidence) : diverged(evidence))?.step ?? null,
    chance,
  };
}

/** The score at a run's end; null while it has none. */
export function finalScore({ scores, done, steps, endedAsNaN }: RunResult): HeldOut | null {
  const score = scores.at(-1);
  return !endedAsNaN && done >= steps && score?.step === done ? score : null;
}

/** Whether nothing more will come of a run. */
export function isOver(result: RunResult): boolean {
  return result.endedAsNaN || finalScore(result) !== null;
}
