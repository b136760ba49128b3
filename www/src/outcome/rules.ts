/**
 * What the numbers of a run say of it: a function for each finding, and their order. None claims a cause that the numbers do
 * not show. The thresholds are held to series of real runs (`rules.test.ts`).
 */
import { errorOf, mean, untrainedLoss, type Evidence, type HeldOut } from "./evidence.js";

/** Its answers are right no more often than by always naming the commonest class. */
export interface Guessing {
  kind: "guessing";
  /** After so many steps. */
  step: number;
  /** Of which images that is true. */
  of: Evidence["split"] | "training";
  accuracy: number;
  images: number;
  tta?: HeldOut["tta"];
  /** What always naming the commonest class gets right. */
  chance: number;
  /** Whether it gets that at least, and maybe more. */
  isChanceLeast: boolean;
  why: Why | null;
}

/** Why nothing is learned, where the norms show it. */
export type Why =
  /** The weight's gradient is exactly 0 and the bias's is not, so all that reaches this layer is 0. */
  | { kind: "dead"; layer: string }
  /** From this layer towards the input, gradients are smaller than those of the output by this factor at least. */
  | { kind: "vanishing"; layer: string; share: number }
  /** All steps together move no weight by more than about this share of it, going by the last and by the learning rates. */
  | { kind: "still"; share: number };

/** The loss went up and did not come back. */
export interface Diverged {
  kind: "diverged";
  step: number;
  /** The loss before that step, and afterwards; null where it is no number any more. */
  before: number;
  after: number | null;
  guessing: Guessing | null;
}

/** It knows the images that it trained on, and others much less well. */
export interface Overfits {
  kind: "overfits";
  /** The share of the training images that was right over the last epoch, as it trained on them. */
  train: number;
  score: HeldOut;
}

/** It was still getting better when it ended. */
export interface Rising {
  kind: "rising";
  from: HeldOut;
  score: HeldOut;
}

/** It is finished, and nothing else is to be said of it. */
export interface Finished {
  kind: "finished";
  score: HeldOut;
}

export type Finding = Diverged | Guessing | Overfits | Rising | Finished;

/** By so many standard errors two shares differ by more than luck. */
const ERRORS = 3;
/** Better than guessing by no more than this part of chance, and by no more than this share, is hardly better. */
const NEAR_CHANCE = 0.2;
const NEAR_CHANCE_AT_MOST = 0.02;
/** A loss this much larger than the first is no noise: that of an untrained network is the largest of a run that learns. */
const EXPLODED = 5;
/** A loss this far below the first shows that something was learned, */
const LEARNED = 0.85;
/** and where it rises by this part of what it had fallen, and stays there, that is lost. */
const LOST = 0.5;
/** The loss is averaged over this part of the run, but over so many steps at least and at most: a batch alone says little. */
const LEVEL = { part: 1 / 40, least: 5, most: 50 };
/** A gradient this much smaller than the output's is lost on its way back. Of networks that learn all are within a hundredth. */
const VANISHED = 1e-4;
/** Weights that move by less than this part of themselves in a whole run stay what they were. */
const STILL = 0.01;
/** What training and held-out images differ by in a run that overfits: smaller gaps are usual. */
const GAP = 0.1;
/** Who does not know the training images does not know them too well. */
const KNOWN = 0.8;
/** Of so many training images at least a share is taken. */
const TRAINING_IMAGES = 200;
/** What a run wins over its last quarter that gains from more epochs: less may be all that a falling learning rate gives. */
const RISE = 0.04;
/** Held-out accuracies that rise faster are not settled: those of batch normalization lag behind its batches then. */
const UNSETTLED = 0.06;
const QUARTER = 0.25;

/** The first that is true of a run that is over: what spoils it comes before what could be better. Null where it was not scored at its end. */
export function outcome(evidence: Evidence): Finding | null {
  return diverged(evidence) ?? guessing(evidence) ?? overfits(evidence) ?? rising(evidence) ?? finished(evidence);
}

/** The loss exploded or rose for good, and at the end the network guesses, or has lost most of what it had learned. */
export function diverged(evidence: Evidence): Diverged | null {
  const { loss } = evidence;
  const { length } = loss;
  const width = widthOf(length);
  if (length < 2 * width) return null;
  const first = untrainedLoss(evidence);
  const after = mean(loss, length - width, length);
  const guess = guessing(evidence);

  let exploded = 0;
  while (exploded < length && !(loss[exploded]! >= EXPLODED * first)) exploded++;
  if (exploded < length && (guess || after >= 2 * first)) {
    return { kind: "diverged", step: exploded + 1, before: loss[Math.max(0, exploded - 1)]!, after, guessing: guess };
  }

  const levels = levelsOf(loss, width);
  const best = levels.reduce((least, level) => Math.min(least, level));
  const lost = best + LOST * (first - best);
  if (!(best <= LEARNED * first && after >= lost)) return null;
  // Since then it was never as low again.
  const step = levels.findLastIndex((level) => level < lost) + width;
  return { kind: "diverged", step: Math.min(step, length), before: best, after, guessing: guess };
}

/** The loss is no number any more, which ends the run. */
export function notANumber({ loss }: Evidence): Diverged {
  return { kind: "diverged", step: loss.length + 1, before: loss[loss.length - 1] ?? NaN, after: null, guessing: null };
}

/** At its last step the held-out images are right no more often than by chance. */
export function guessing(evidence: Evidence): Guessing | null {
  const { chance, isChanceLeast, split } = evidence;
  const score = lastScore(evidence);
  if (chance === null || !score || score.accuracy > byChance(chance, score.images)) return null;
  return {
    kind: "guessing",
    step: score.step,
    of: split,
    accuracy: score.accuracy,
    tta: score.tta,
    images: score.images,
    chance,
    isChanceLeast,
    why: why(evidence),
  };
}

/** What the norms show of a network that learns nothing. */
export function why({ norms, learningRate }: Evidence): Why | null {
  const weights = norms.filter(({ name }) => name.endsWith(".weight"));
  const output = weights.at(-1);
  if (!output) return null;
  const gradients = new Map(norms.map(({ name, gradient }) => [name, gradient]));
  const dead = weights.findLast(
    ({ name, gradient }) => gradient === 0 && (gradients.get(`${layerOf(name)}.bias`) ?? 0) > 0,
  );
  if (dead) return { kind: "dead", layer: layerOf(dead.name) };
  const vanished = weights.findLast(({ gradient }) => gradient < VANISHED * output.gradient);
  if (vanished) {
    return { kind: "vanishing", layer: layerOf(vanished.name), share: vanished.gradient / output.gradient };
  }
  const rates = Array.from(learningRate);
  const steps = rates.reduce((sum, rate) => sum + rate, 0) / (rates.at(-1) ?? 0);
  const moved = steps * Math.max(...weights.map(({ updateRatio }) => updateRatio));
  return moved < STILL ? { kind: "still", share: moved } : null;
}

/**
 * The training images are right far more often than the held-out ones. The training accuracy is that of the batches of the last
 * epoch: of networks a little less trained than the last, of augmented images and with dropout. All that makes the gap smaller.
 */
export function overfits(evidence: Evidence): Overfits | null {
  const { accuracy, stepsPerEpoch, batch } = evidence;
  const score = lastScore(evidence);
  // In the first epoch no image was seen before it was trained on.
  if (!score || accuracy.length < 2 * stepsPerEpoch) return null;
  const steps = Math.max(stepsPerEpoch, Math.ceil(TRAINING_IMAGES / batch));
  const train = mean(accuracy, accuracy.length - steps);
  const noise = ERRORS * Math.hypot(errorOf(train, steps * batch), errorOf(score.accuracy, score.images));
  if (!(train >= KNOWN && train - score.accuracy >= Math.max(GAP, noise))) return null;
  return (gainOf(evidence)?.perQuarter ?? 0) < UNSETTLED ? { kind: "overfits", train, score } : null;
}

/** The last score is well above the one a quarter of the run earlier. */
export function rising(evidence: Evidence): Rising | null {
  const gain = gainOf(evidence);
  if (!gain) return null;
  const { from, score, perQuarter } = gain;
  const noise = ERRORS * Math.hypot(errorOf(from.accuracy, from.images), errorOf(score.accuracy, score.images));
  return perQuarter >= RISE && score.accuracy - from.accuracy > noise ? { kind: "rising", from, score } : null;
}

/** How the last score differs from the one a quarter of the run earlier; from an earlier one, where that is the next, in proportion. */
function gainOf(evidence: Evidence): { from: HeldOut; score: HeldOut; perQuarter: number } | null {
  const score = lastScore(evidence);
  if (!score) return null;
  const quarter = score.step * QUARTER;
  const from = evidence.scores.findLast(({ step }) => step > 0 && step <= score.step - quarter);
  if (!from) return null;
  const perQuarter = ((score.accuracy - from.accuracy) * quarter) / (score.step - from.step);
  return { from, score, perQuarter };
}

/** It was scored at its end. */
export function finished(evidence: Evidence): Finished | null {
  const score = lastScore(evidence);
  return score && { kind: "finished", score };
}

/** The score of the step at which the run stands; null where there is none. */
export function lastScore({ scores, loss }: Evidence): HeldOut | null {
  const score = scores.at(-1);
  return score?.step === loss.length ? score : null;
}

/** What no more than chance gets right, of so many images. */
export function byChance(chance: number, images: number): number {
  return chance + Math.max(ERRORS * errorOf(chance, images), Math.min(NEAR_CHANCE * chance, NEAR_CHANCE_AT_MOST));
}

/** The layer of a parameter. */
function layerOf(parameter: string): string {
  return parameter.slice(0, parameter.lastIndexOf("."));
}

function widthOf(steps: number): number {
  return Math.min(LEVEL.most, Math.max(LEVEL.least, Math.round(steps * LEVEL.part)));
}

/** The mean loss of every so many steps that follow one another. */
function levelsOf(loss: ArrayLike<number>, width: number): number[] {
  const levels: number[] = [];
  let sum = 0;
  for (let at = 0; at < loss.length; at++) {
    sum += loss[at]! - (at < width ? 0 : loss[at - width]!);
    if (at >= width - 1) levels.push(sum / width);
  }
  return levels;
}
