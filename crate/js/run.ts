// A run, as a caller sees it.

import type {
  Activation,
  AugmentedImage,
  DataInfo,
  EngineInfo,
  Example,
  Normalization,
  GradientStatistics,
  Plan,
  Predictions,
  Report,
  Run as InnerRun,
  Score,
  Verdict,
} from "./cpu/bunsen.js";
import { BunsenError } from "./errors.js";
import type { Guard } from "./guard.js";
import type { Lent } from "./shelf.js";

/** A recipe on an engine, going on as far as it is asked to. Calls may overlap: they are done one after another. */
export interface Run {
  /** What computes it; on a GPU, that the self-test was passed. */
  readonly engine: EngineInfo;
  /** What will be done: steps, epochs, batch size. */
  readonly plan: Plan;
  /** What it is trained on. */
  readonly data: DataInfo;
  /** Sentences about what did not go as it should, and yet did not hinder the run; there may be more later. */
  readonly notices: string[];
  /** Trains up to `n` more steps: one report a step, fewer at the end, none when the run is over. */
  step(n: number): Promise<Report[]>;
  /** Settles once the test split is there: a run begins without it, and a score waits for it. */
  whole(): Promise<void>;
  /** Scores the network on the test split, once that is there. */
  evaluate(): Promise<Score>;
  /**
   * The activations of layer number `layer` of `lab.describe(link).layers` for one image, in eval mode; nothing where eval
   * mode does not compute it.
   */
  activations(pixels: Float32Array, layer: number): Promise<Activation | undefined>;
  /** Saliency: the gradient of a class's logit by the pixels of an image. */
  saliency(pixels: Float32Array, label: number): Promise<Float32Array>;
  /** Whether steps are recorded from now on, for `gradientStatistics()`. Changes no bit of the run. */
  recordGradientStatistics(record: boolean): void;
  /** The L2 norms of each parameter, its gradient and its update at the last recorded step; none before. */
  gradientStatistics(): Promise<GradientStatistics[]>;
  /** The logits of every test example as `evaluate()` last computed them; nothing before. */
  predictions(): Predictions | undefined;
  /** Scores the network on the training examples that the recipe keeps apart (`val`); nothing where it keeps none. */
  validate(): Promise<Score | undefined>;
  /** Scores the network on the test split of another data set, whose images have the same shape. */
  evaluateOn(name: string): Promise<Score>;
  /** Class probabilities of one image: channels × height × width values from 0 to 1. */
  predict(pixels: Float32Array): Promise<Float32Array>;
  /** Images of the data set, with their labels. */
  examples(split: "train" | "test", from: number, count: number): Example[];
  /** The first images of the run's first batch, each as its first epochs augment it. */
  firstBatchAugmentations(count: number, epochs: number): AugmentedImage[];
  /** Training images by their indices, each as the run's first epochs augment it. */
  augmentations(indices: Uint32Array, epochs: number): AugmentedImage[];
  /** The class of every example of a split, in order. */
  labels(split: "train" | "test"): Uint8Array;
  /** The mean of a split's images, or of those of one class: pixels from 0 to 255. */
  mean(split: "train" | "test", label?: number): Float32Array;
  /**
   * The mean and the standard deviation that pixels from 0 to 1 are normalized by, channel by channel; nothing where the
   * network scales its input in another way.
   */
  normalization(): Normalization | undefined;
  /** The examples of that step, from 1, as the network gets them: in their order, augmented. None of a step there is not. */
  batch(step: number): Example[];
  /** The loss of every step so far, those before a checkpoint among them. */
  losses(): Float32Array;
  /** The hash of all losses so far: 16 hexadecimal digits, equal where the run was equal. */
  check(): string;
  /** What a checked link carries beside the check, as text: the losses of at most 32 evenly spaced steps. */
  marks(): string;
  /**
   * The link with the check and the marks of the run so far; none where the run's bits are not those that the CPU
   * engine gives everywhere.
   */
  checkedLink(): string | undefined;
  /** How the run compares with what its checked link or run file promises; nothing where nothing is promised. */
  verdict(): Verdict | undefined;
  /** The run as a file: recipe, engine, data, all losses, scores (by default those that `evaluate()` gave), check. */
  runFile(scores?: readonly Score[]): string;
  /** The network's weights, as a safetensors file. */
  weights(): Promise<Uint8Array>;
  /** All that it takes to go on from here: give it to `lab.start`. */
  checkpoint(): Promise<Uint8Array>;
  /** Gives its memory back. */
  free(): void;
}

/** The run over the module's own: guarded, in order, and safe to use after its end. */
export class GuardedRun implements Run {
  readonly #inner: InnerRun;
  readonly #guard: Guard;
  readonly #lent: Lent;
  readonly #other: (name: string) => Promise<Lent>;
  readonly #onFree: (run: GuardedRun) => void;
  #last: Promise<unknown> = Promise.resolve();
  readonly #scores: Score[] = [];
  #waiting = 0;
  #freed = false;

  readonly plan: Plan;
  readonly data: DataInfo;
  readonly #notices: () => string[];

  constructor(
    inner: InnerRun,
    guard: Guard,
    lent: Lent,
    notices: () => string[],
    other: (name: string) => Promise<Lent>,
    onFree: (run: GuardedRun) => void,
  ) {
    this.#inner = inner;
    this.#guard = guard;
    this.#lent = lent;
    this.#other = other;
    this.#onFree = onFree;
    this.plan = guard.call(() => inner.plan());
    this.data = guard.call(() => lent.dataset.info());
    this.#notices = notices;
  }

  get engine(): EngineInfo {
    return this.#now(() => this.#inner.engine());
  }

  get notices(): string[] {
    return this.#notices();
  }

  step(n: number): Promise<Report[]> {
    if (!Number.isInteger(n) || n < 1) {
      return Promise.reject(new BunsenError("run", `step(${n}) is no number of steps: give a whole number from 1 up.`));
    }
    return this.#queue((run) => run.step(n));
  }

  whole(): Promise<void> {
    return this.#lent.whole();
  }

  evaluate(): Promise<Score> {
    const scored = this.#queue(async (run) => {
      await this.#lent.whole();
      return run.evaluate();
    });
    return scored.then((score) => {
      this.#scores.push(score);
      return score;
    });
  }

  activations(pixels: Float32Array, layer: number): Promise<Activation | undefined> {
    return this.#queue((run) => run.activations(pixels, layer));
  }

  saliency(pixels: Float32Array, label: number): Promise<Float32Array> {
    return this.#queue((run) => run.saliency(pixels, label));
  }

  recordGradientStatistics(record: boolean): void {
    this.#still(() => this.#inner.recordGradientStatistics(record));
  }

  gradientStatistics(): Promise<GradientStatistics[]> {
    return this.#queue((run) => run.gradientStatistics());
  }

  predictions(): Predictions | undefined {
    return this.#now(() => this.#inner.predictions());
  }

  validate(): Promise<Score | undefined> {
    return this.#queue((run) => run.validate());
  }

  async evaluateOn(name: string): Promise<Score> {
    const lent = await this.#other(name);
    try {
      await lent.whole();
      return await this.#queue((run) => run.evaluateOn(lent.dataset));
    } finally {
      lent.release();
    }
  }

  predict(pixels: Float32Array): Promise<Float32Array> {
    const { channels, height, width } = this.data;
    const wanted = channels * height * width;
    if (pixels.length !== wanted) {
      const image = `${channels}×${height}×${width} = ${wanted}`;
      return Promise.reject(
        new BunsenError("run", `predict() was given ${pixels.length} values; an image has ${image}.`),
      );
    }
    return this.#queue((run) => run.predict(pixels));
  }

  examples(split: "train" | "test", from: number, count: number): Example[] {
    return this.#now(() => this.#lent.dataset.examples(split, from, count));
  }

  firstBatchAugmentations(count: number, epochs: number): AugmentedImage[] {
    return this.#still(() => this.#inner.firstBatchAugmentations(count, epochs));
  }

  augmentations(indices: Uint32Array, epochs: number): AugmentedImage[] {
    return this.#still(() => this.#inner.augmentations(indices, epochs));
  }

  labels(split: "train" | "test"): Uint8Array {
    return this.#now(() => this.#lent.dataset.labels(split));
  }

  mean(split: "train" | "test", label?: number): Float32Array {
    return this.#now(() => this.#lent.dataset.mean(split, label));
  }

  normalization(): Normalization | undefined {
    return this.#still(() => this.#inner.normalization());
  }

  batch(step: number): Example[] {
    return this.#still(() => this.#inner.batch(step));
  }

  losses(): Float32Array {
    return this.#still(() => this.#inner.losses());
  }

  check(): string {
    return this.#still(() => this.#inner.check());
  }

  marks(): string {
    return this.#still(() => this.#inner.marks());
  }

  checkedLink(): string | undefined {
    return this.#still(() => this.#inner.checkedLink());
  }

  verdict(): Verdict | undefined {
    return this.#still(() => this.#inner.verdict());
  }

  runFile(scores: readonly Score[] = this.#scores): string {
    return this.#still(() => this.#inner.runFile([...scores]));
  }

  weights(): Promise<Uint8Array> {
    return this.#queue((run) => run.weights());
  }

  checkpoint(): Promise<Uint8Array> {
    return this.#queue((run) => run.checkpoint());
  }

  free(): void {
    if (this.#freed) return;
    this.#freed = true;
    this.#onFree(this);
    // What was asked before is still under way and holds the inner run.
    this.#last = this.#last.then(() => {
      try {
        this.#guard.call(() => this.#inner.free());
      } catch {
        // An instance that stopped has nothing to give back.
      }
      this.#lent.release();
    });
  }

  /** Settles when all that was asked is done. */
  get gone(): Promise<unknown> {
    return this.#last;
  }

  /** What the inner run tells at once, which it cannot while it is at work. */
  #still<T>(work: () => T): T {
    if (this.#waiting > 0)
      throw new BunsenError("run", "The run is at work: wait for what it was asked before, then ask again.");
    return this.#now(work);
  }

  #now<T>(work: () => T): T {
    if (this.#freed) throw freed();
    return this.#guard.call(work);
  }

  /** One after another: the module's run does one thing at a time. */
  #queue<T>(work: (run: InnerRun) => Promise<T>): Promise<T> {
    if (this.#freed) return Promise.reject(freed());
    this.#waiting++;
    const result = this.#last.then(() => this.#guard.wait(() => work(this.#inner)));
    this.#last = result.then(
      () => void this.#waiting--,
      () => void this.#waiting--,
    );
    return result;
  }
}

function freed(): BunsenError {
  return new BunsenError("run", "This run was given back with free(): start another.");
}
