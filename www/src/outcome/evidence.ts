/** The run's own numbers, which is all that is known of how it went. */
import type { Score } from "../module.js";

/** A score on images that the run does not train on. */
export interface HeldOut {
  /** After which step. */
  step: number;
  /** The share that it gets right. */
  accuracy: number;
  /** How many images were scored. */
  images: number;
  /** Where each was scored together with its mirror image. */
  tta?: Score["tta"] | undefined;
}

/** A parameter at the last step of which its norms were recorded. */
export interface Norms {
  /** By its name, as PyTorch has it. */
  name: string;
  gradient: number;
  /** The update's norm divided by the weight's; NaN where the weight is 0. */
  updateRatio: number;
}

/** What the rules look at. Whatever has a value for each step begins with step 1. */
export interface Evidence {
  stepsPerEpoch: number;
  /** Images a step. */
  batch: number;
  loss: ArrayLike<number>;
  /**
   * The share of each batch that was right as it was trained on: augmented and with dropout, where there are any, and before the
   * step's update. NaN where it is not known.
   */
  accuracy: ArrayLike<number>;
  /** NaN where it is not known. */
  learningRate: ArrayLike<number>;
  /** Ascending. Of the validation images where some are kept apart, so that the test images decide nothing; else of the test images. */
  scores: readonly HeldOut[];
  /** Which of the two these are. */
  split: "validation" | "test";
  /** The share of the commonest class among them: what who always answers that class gets right. Null where it is not known. */
  chance: number | null;
  /** Whether that is only the least that it can be, an equal share for each class: of a run that was kept nobody counted them. */
  isChanceLeast: boolean;
  /** Whether the run started from weights in a file: its first loss is then no untrained network's. */
  startsFromFile?: boolean;
  /** In the order of the network, the output's last. */
  norms: readonly Norms[];
}

/** The loss of the network before anything was learned: of a run that starts from trained weights, what guessing has. NaN where that is not known. */
export function untrainedLoss({ loss, startsFromFile, chance }: Evidence): number {
  if (!startsFromFile) return mean(loss, 0, 1);
  return chance === null ? NaN : Math.max(mean(loss, 0, 1), -Math.log(chance));
}

/** The same as it stood after a step. */
export function upTo(evidence: Evidence, step: number): Evidence {
  const cut = (values: ArrayLike<number>): ArrayLike<number> =>
    values instanceof Float64Array ? values.subarray(0, step) : Array.prototype.slice.call(values, 0, step);
  return {
    ...evidence,
    loss: cut(evidence.loss),
    accuracy: cut(evidence.accuracy),
    learningRate: cut(evidence.learningRate),
    scores: evidence.scores.filter((score) => score.step <= step),
  };
}

/** The share of the commonest class, of a confusion matrix whose rows are the true classes; null where it has none. */
export function commonestShare(confusion: readonly (readonly number[])[]): number | null {
  const rows = confusion.map((row) => row.reduce((sum, images) => sum + images, 0));
  const all = rows.reduce((sum, images) => sum + images, 0);
  return all > 0 ? Math.max(...rows) / all : null;
}

/** The mean of some values, without those that are not known; NaN where none is. */
export function mean(values: ArrayLike<number>, from = 0, to = values.length): number {
  let [sum, known] = [0, 0];
  for (let at = Math.max(0, from); at < to; at++) {
    const value = values[at]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  return sum / known;
}

/** The standard error of a share of so many images. */
export function errorOf(share: number, images: number): number {
  return Math.sqrt((share * (1 - share)) / images);
}
