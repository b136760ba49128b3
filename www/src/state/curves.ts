import type { Report, RunFile, Score } from "../module.js";

/**
 * The share of the smoothed value that the past keeps: little at first, so that the curve does not lag behind a steep
 * start, and later a window of about 25 steps.
 */
function memoryAt(step: number): number {
  return Math.min(0.96, 1 - 1 / (2 + step / 12));
}

/**
 * What a run reported, for the charts. Typed arrays that double when they are full, so that a long run costs the page
 * neither objects nor pauses.
 */
export class Curves {
  length = 0;
  scores: Score[] = [];
  /** On the training examples that are kept apart, where there are any. */
  validations: Score[] = [];
  step = new Float64Array(1024);
  loss = new Float64Array(1024);
  smoothLoss = new Float64Array(1024);
  accuracy = new Float64Array(1024);
  smoothAccuracy = new Float64Array(1024);
  /** NaN for steps of which nobody reported it, here and below. */
  learningRate = new Float64Array(1024);
  gradientNorm = new Float64Array(1024);
  imagesPerSecond = new Float64Array(1024);
  #weight = 0;
  #lossSum = 0;
  #accuracyWeight = 0;
  #accuracySum = 0;

  /** The curves of a run that was kept: its losses and scores, and the accuracies of its batches where they are known. */
  static of({ losses, scores }: Pick<RunFile, "losses" | "scores">, accuracies?: ArrayLike<number>): Curves {
    const curves = new Curves();
    curves.restore(losses, accuracies);
    curves.scores = scores.map((score) => ({ ...score, confusion: [] }));
    return curves;
  }

  /** The same as they are now: what is added to either is not in the other. */
  copy(): Curves {
    const { length } = this;
    const copied = new Curves();
    copied.restore(this.loss.subarray(0, length), this.accuracy.subarray(0, length));
    for (const key of ["step", "learningRate", "gradientNorm", "imagesPerSecond"] as const) {
      copied[key].set(this[key].subarray(0, length));
    }
    copied.scores = this.scores;
    copied.validations = this.validations;
    return copied;
  }

  add(reports: Report[]): void {
    this.#reserve(this.length + reports.length);
    for (const report of reports) {
      const at = this.length++;
      this.step[at] = report.step;
      this.loss[at] = report.loss;
      this.accuracy[at] = report.accuracy;
      this.learningRate[at] = report.learningRate;
      this.gradientNorm[at] = report.gradientNorm ?? NaN;
      this.imagesPerSecond[at] = report.imagesPerSecond;
      this.#smooth(at);
    }
  }

  /**
   * The losses of a run from its first step, and the accuracies of its batches where somebody kept them; what is known of it
   * already stays.
   */
  restore(losses: ArrayLike<number>, accuracies?: ArrayLike<number>): void {
    const known = this.length;
    this.#reserve(losses.length);
    while (this.length < losses.length) {
      const at = this.length++;
      this.step[at] = at + 1;
      this.loss[at] = losses[at]!;
      this.accuracy[at] = this.learningRate[at] = this.gradientNorm[at] = this.imagesPerSecond[at] = NaN;
    }
    for (let at = 0; at < Math.min(accuracies?.length ?? 0, this.length); at++) {
      if (Number.isNaN(this.accuracy[at])) this.accuracy[at] = accuracies?.[at] ?? NaN;
    }
    if (accuracies || this.length > known) this.#smoothAll();
  }

  /** Scores of the run at hand, up to a step, of which some may be here already. */
  restoreScores(scores: readonly RunFile["scores"][number][], lastStep: number): void {
    const known = new Set(this.scores.map(({ step }) => step));
    const missing = scores.filter(({ step }) => step <= lastStep && !known.has(step));
    const all = [...missing.map((score) => ({ ...score, confusion: [] })), ...this.scores];
    this.scores = all.sort((a, b) => a.step - b.step);
  }

  /** A step that is scored once more, where the run goes on elsewhere, has one score. */
  addScore(score: Score, validation: Score | null = null): void {
    this.scores = withScore(this.scores, score);
    if (validation) this.validations = withScore(this.validations, validation);
  }

  /** Forgets what came after a step: for a run that goes on from a checkpoint. */
  truncate(step: number): void {
    let kept = this.length;
    while (kept > 0 && (this.step[kept - 1] ?? 0) > step) kept--;
    this.length = kept;
    this.#smoothAll();
    const isKept = (score: Score): boolean => score.step <= step && step > 0;
    this.scores = this.scores.filter(isKept);
    this.validations = this.validations.filter(isKept);
  }

  #smoothAll(): void {
    this.#weight = this.#lossSum = this.#accuracyWeight = this.#accuracySum = 0;
    for (let at = 0; at < this.length; at++) this.#smooth(at);
  }

  /** Exponential smoothing, corrected for its start so that the first values are not drawn towards 0. */
  #smooth(at: number): void {
    const memory = memoryAt(at);
    this.#weight = this.#weight * memory + 1;
    this.#lossSum = this.#lossSum * memory + (this.loss[at] ?? 0);
    this.smoothLoss[at] = this.#lossSum / this.#weight;
    const accuracy = this.accuracy[at] ?? NaN;
    if (!Number.isNaN(accuracy)) {
      this.#accuracyWeight = this.#accuracyWeight * memory + 1;
      this.#accuracySum = this.#accuracySum * memory + accuracy;
    }
    // 0 / 0 where none was known yet: no point of the curve.
    this.smoothAccuracy[at] = this.#accuracySum / this.#accuracyWeight;
  }

  #reserve(length: number): void {
    let capacity = this.step.length;
    if (length <= capacity) return;
    while (capacity < length) capacity *= 2;
    const grown = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const array = new Float64Array(capacity);
      array.set(old);
      return array;
    };
    this.step = grown(this.step);
    this.loss = grown(this.loss);
    this.smoothLoss = grown(this.smoothLoss);
    this.accuracy = grown(this.accuracy);
    this.smoothAccuracy = grown(this.smoothAccuracy);
    this.learningRate = grown(this.learningRate);
    this.gradientNorm = grown(this.gradientNorm);
    this.imagesPerSecond = grown(this.imagesPerSecond);
  }
}

function withScore(scores: readonly Score[], score: Score): Score[] {
  return [...scores.filter(({ step }) => step !== score.step), score].sort((a, b) => a.step - b.step);
}
