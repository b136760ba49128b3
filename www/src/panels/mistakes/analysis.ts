/** What a network gets wrong on the test split, worked out from its class scores. */
import type { Predictions } from "../../module.js";

/** One example that was looked at. */
export interface Answer {
  /** Its place in the test split. */
  index: number;
  truth: number;
  guess: number;
  /** How probable the network held its guess to be: its confidence. */
  confidence: number;
  /** How probable it held the truth to be. */
  ofTruth: number;
}

/** The answers of about one confidence. */
export interface Bin {
  /** Confidences from this on, up to the next bin's. */
  from: number;
  to: number;
  count: number;
  /** The part of them that is right; NaN where there are none. */
  accuracy: number;
  /** Their mean confidence; NaN where there are none. */
  confidence: number;
}

export interface ClassScore {
  count: number;
  right: number;
}

export interface Analysis {
  step: number;
  count: number;
  /** All that were wrong, those first whose truth was held least probable. */
  wrong: Answer[];
  /** All that were right, the least sure first. */
  right: Answer[];
  /** `confusion[truth][guess]` */
  confusion: number[][];
  byClass: ClassScore[];
  bins: Bin[];
  /** The expected calibration error: how far accuracy and confidence are apart, on average over all answers (Guo et al. 2017). */
  calibrationError: number;
}

const BINS = 10;

export function analyse({ step, truth, logits }: Predictions, classes: number): Analysis {
  const count = truth.length;
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const sums = Array.from({ length: BINS }, () => ({ count: 0, right: 0, confidence: 0 }));
  const wrong: Answer[] = [];
  const right: Answer[] = [];
  for (let index = 0; index < count; index++) {
    const answer = read(logits.subarray(index * classes, (index + 1) * classes), index, truth[index] ?? 0);
    const row = confusion[answer.truth];
    if (row) row[answer.guess] = (row[answer.guess] ?? 0) + 1;
    const bin = sums[Math.min(BINS - 1, Math.floor(answer.confidence * BINS))];
    if (bin) {
      bin.count += 1;
      bin.right += answer.guess === answer.truth ? 1 : 0;
      bin.confidence += answer.confidence;
    }
    (answer.guess === answer.truth ? right : wrong).push(answer);
  }
  for (const list of [wrong, right]) list.sort((a, b) => a.ofTruth - b.ofTruth || a.index - b.index);
  const bins = sums.map(({ count, right, confidence }, at) => ({
    from: at / BINS,
    to: (at + 1) / BINS,
    count,
    accuracy: right / count,
    confidence: confidence / count,
  }));
  const apart = bins.filter((bin) => bin.count > 0);
  return {
    step,
    count,
    wrong,
    right,
    confusion,
    byClass: confusion.map((row, at) => ({ count: row.reduce((sum, n) => sum + n, 0), right: row[at] ?? 0 })),
    bins,
    calibrationError: apart.reduce(
      (sum, bin) => sum + (bin.count / count) * Math.abs(bin.accuracy - bin.confidence),
      0,
    ),
  };
}

/** One example's answer, by softmax. */
function read(scores: Float32Array, index: number, truth: number): Answer {
  const highest = Math.max(...scores);
  // The first of equals, as everywhere.
  const guess = Math.max(0, scores.indexOf(highest));
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - highest);
  return { index, truth, guess, confidence: 1 / sum, ofTruth: Math.exp((scores[truth] ?? -Infinity) - highest) / sum };
}
