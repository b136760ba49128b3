/** What a network gets wrong on the test split, worked out from its logits. */
import type { Predictions } from "../../module.js";
import { argmax } from "../../math.js";

/** A test image as the network classified it. */
export interface ClassifiedExample {
  /** In the test split. */
  index: number;
  /** Its class. */
  label: number;
  /** The class that the network gave it; -1 where its logits are no numbers, which is no answer. */
  predicted: number;
  /** The probability of the predicted class. */
  confidence: number;
  /** The probability of the label. */
  labelProbability: number;
}

/** The examples of about one confidence. */
export interface Bin {
  /** Confidences from this on, up to the next bin's. */
  from: number;
  to: number;
  count: number;
  /** The share of them that is correct; NaN where there are none. */
  accuracy: number;
  /** Their mean confidence; NaN where there are none. */
  confidence: number;
}

export interface ClassScore {
  count: number;
  correct: number;
}

export interface Analysis {
  step: number;
  count: number;
  /** All wrong predictions, those first whose label was least probable. */
  wrong: ClassifiedExample[];
  /** All correct predictions, the least confident first. */
  correct: ClassifiedExample[];
  /** `confusion[label][predicted]` */
  confusion: number[][];
  byClass: ClassScore[];
  bins: Bin[];
  /** The expected calibration error: how far accuracy and confidence are apart, on average over all examples (Guo et al. 2017). */
  calibrationError: number;
}

const BINS = 10;

export function analyse({ step, truth: labels, logits }: Predictions, classes: number): Analysis {
  const examples = Array.from(labels, (label, index) =>
    classify(logits.subarray(index * classes, (index + 1) * classes), index, label),
  );
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { label, predicted } of examples) {
    const row = confusion[label];
    if (row && predicted >= 0) row[predicted] = (row[predicted] ?? 0) + 1;
  }
  const bins = binsOf(examples);
  const byLabelProbability = (a: ClassifiedExample, b: ClassifiedExample): number =>
    a.labelProbability - b.labelProbability || a.index - b.index;
  return {
    step,
    count: labels.length,
    wrong: examples.filter((example) => !isCorrect(example)).sort(byLabelProbability),
    correct: examples.filter(isCorrect).sort(byLabelProbability),
    confusion,
    byClass: confusion.map((row, label) => ({ count: row.reduce((sum, n) => sum + n, 0), correct: row[label] ?? 0 })),
    bins,
    calibrationError: calibrationErrorOf(bins, labels.length),
  };
}

function isCorrect({ label, predicted }: ClassifiedExample): boolean {
  return label === predicted;
}

/** One example's probabilities, by softmax. */
function classify(logits: Float32Array, index: number, label: number): ClassifiedExample {
  const highest = Math.max(...logits);
  const predicted = argmax(logits);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  const labelProbability = Math.exp((logits[label] ?? -Infinity) - highest) / sum;
  return { index, label, predicted, confidence: 1 / sum, labelProbability };
}

function binsOf(examples: readonly ClassifiedExample[]): Bin[] {
  const sums = Array.from({ length: BINS }, () => ({ count: 0, correct: 0, confidence: 0 }));
  for (const example of examples) {
    const sum = sums[Math.min(BINS - 1, Math.floor(example.confidence * BINS))];
    if (!sum) continue;
    sum.count += 1;
    sum.correct += isCorrect(example) ? 1 : 0;
    sum.confidence += example.confidence;
  }
  return sums.map(({ count, correct, confidence }, bin) => ({
    from: bin / BINS,
    to: (bin + 1) / BINS,
    count,
    accuracy: correct / count,
    confidence: confidence / count,
  }));
}

function calibrationErrorOf(bins: readonly Bin[], count: number): number {
  return bins
    .filter((bin) => bin.count > 0)
    .reduce((sum, bin) => sum + (bin.count / count) * Math.abs(bin.accuracy - bin.confidence), 0);
}
