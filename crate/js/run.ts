// A run over the module's own: guarded, one call after another, and safe to use after its end.

import type {
  BytesLike,
  CallOptions,
  CheckedLinkObstacle,
  ImagePixels,
  InputFile,
  PredictAllOptions,
  Run,
  Split,
  Tensor,
} from "./api.js";
import { answersScript } from "./answers-script.js";
import type {
  Activation,
  AugmentedImage,
  DataInfo,
  EngineInfo,
  EvaluationPart,
  Example,
  ForwardPass,
  GradientStatistics,
  Normalization,
  Plan,
  Predictions,
  Report,
  Run as ModuleRun,
  Score,
  Verdict,
} from "./cpu/bunsen.js";
import type { DatasetLease } from "./dataset-cache.js";
import {
  requireBoolean,
  requireIndices,
  requireOptions,
  requireScores,
  requireSplit,
  requireText,
  requireWhole,
} from "./arguments.js";
import { macrotask, orAborted, requireSignal, throwIfAborted } from "./cancellation.js";
import { BunsenError, throwBunsenErrors } from "./errors.js";
import { imagePixels } from "./image-pixels.js";
import { readTensors } from "./safetensors.js";
import type { TrapGuard } from "./trap-guard.js";

/** How long a part of a call is to take, in milliseconds: after one the call can be called off. */
const PART_MS = 200;
/** Examples of a part of an evaluation. */
const PART_EXAMPLES = 256;

const PREDICT_ALL_OPTIONS = { signal: true, only: true, onProgress: true, onAnswer: true } as const satisfies Record<
  keyof PredictAllOptions,
  true
>;
const CALL_OPTIONS = { signal: true } as const satisfies Record<keyof CallOptions, true>;

function signalOf(options: CallOptions | undefined): AbortSignal | undefined {
  requireOptions(options, "a run's method", CALL_OPTIONS, "run");
  return requireSignal(options?.signal);
}

/** The most layers whose activations one forward pass gives. */
const MAX_HOOKED = 1_024;
/** The most augmented images of one call. */
const MAX_VIEWS = 16_384;

export class GuardedRun implements Run {
  readonly #run: ModuleRun;
  readonly #guard: TrapGuard;
  readonly #lease: DatasetLease;
  readonly #acquireOther: (name: string) => Promise<DatasetLease>;
  readonly #onFree: (run: GuardedRun) => void;
  /** Settles when the last call in the queue has. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #scores: Score[] = [];
  /** Steps that take about as long as a part should. */
  #stepsAtOnce = 1;
  /** Calls in the queue, the one in progress included. */
  #pending = 0;
  #freed = false;

  readonly plan: Plan;
  data: DataInfo;
  readonly #notices: () => string[];

  constructor(
    run: ModuleRun,
    guard: TrapGuard,
    lease: DatasetLease,
    notices: () => string[],
    acquireOther: (name: string) => Promise<DatasetLease>,
    onFree: (run: GuardedRun) => void,
  ) {
    this.#run = run;
    this.#guard = guard;
    this.#lease = lease;
    this.#acquireOther = acquireOther;
    this.#onFree = onFree;
    this.plan = guard.call(() => run.plan());
    this.data = guard.call(() => lease.dataset.info());
    this.#notices = notices;
  }

  get engine(): EngineInfo {
    return this.#call(() => this.#run.engine());
  }

  get notices(): string[] {
    return [...this.plan.notices, ...this.#notices()];
  }

  step(n: number, options?: CallOptions): Promise<Report[]> {
    return this.#enqueue((run) => this.#train(run, requireWhole(n, "number of steps", 1, Infinity), signalOf(options)));
  }

  /** Trains in parts, between which it can be called off and the run freed. How the steps are cut into parts changes no bit. */
  async #train(run: ModuleRun, steps: number, signal: AbortSignal | undefined): Promise<Report[]> {
    const reports: Report[] = [];
    for (let left = steps; left > 0; await macrotask()) {
      this.#throwIfStopped(signal);
      const count = Math.min(left, this.#stepsAtOnce);
      const began = performance.now();
      const done = await run.step(count);
      for (const report of done) reports.push(report);
      left -= count;
      const stepMs = (performance.now() - began) / count;
      // No more than twice as many: the first step of a run may be slow or quick.
      this.#stepsAtOnce = Math.max(1, Math.min(Math.floor(PART_MS / stepMs), 2 * Math.max(count, this.#stepsAtOnce)));
      if (left === 0 || done.length < count) break;
    }
    return reports;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Report, void, undefined> {
    for (;;) {
      const [report] = await this.step(1);
      if (!report) return;
      yield report;
    }
  }

  #throwIfStopped(signal: AbortSignal | undefined): void {
    throwIfAborted(signal);
    if (this.#freed) throw freedError();
  }

  testReady(): Promise<void> {
    return this.#freed ? Promise.reject(freedError()) : this.#lease.testReady();
  }

  async evaluate(options?: CallOptions): Promise<Score> {
    const signal = signalOf(options);
    // Other calls do not wait with it. Where the test split is there, it keeps its place among them.
    if (!this.#lease.hasTest()) await orAborted(this.testReady(), signal, () => {});
    const score = await this.#enqueue((run) => (signal ? this.#evaluate(run, signal) : run.evaluate()));
    this.#scores.push(score);
    return score;
  }

  /** Evaluates in parts, between which it can be called off. */
  async #evaluate(run: ModuleRun, signal: AbortSignal): Promise<Score> {
    for (;;) {
      this.#throwIfStopped(signal);
      const { score } = await run.evaluatePart(false, PART_EXAMPLES, undefined);
      if (score) return score;
      await macrotask();
    }
  }

  async evaluatePart(split: "test" | "validation", examples: number, step?: number): Promise<EvaluationPart> {
    const part = await this.#enqueue((run) =>
      run.evaluatePart(
        split === "validation",
        requireWhole(examples, "number of examples"),
        step === undefined ? undefined : requireWhole(step, "step", 0, Number.MAX_SAFE_INTEGER),
      ),
    );
    if (part.score && split === "test") this.#scores.push(part.score);
    return part;
  }

  deferEvaluation(): Promise<boolean> {
    return this.#enqueue(async (run) => run.deferEvaluation());
  }

  forgetDeferred(step: number): Promise<void> {
    return this.#enqueue(async (run) => run.forgetDeferred(requireWhole(step, "step", 0, Number.MAX_SAFE_INTEGER)));
  }

  activations(pixels: ImagePixels, layer: number): Promise<Activation | undefined> {
    return this.#enqueue((run) => run.activations(imagePixels(pixels, this.data), requireWhole(layer, "layer")));
  }

  forward(pixels: ImagePixels, layers: readonly number[]): Promise<ForwardPass> {
    const indices = requireIndices(layers, "numbers of layers", MAX_HOOKED);
    return this.#enqueue((run) => run.forward(imagePixels(pixels, this.data), indices));
  }

  saliency(pixels: ImagePixels, label: number): Promise<Float32Array> {
    return this.#enqueue((run) => run.saliency(imagePixels(pixels, this.data), requireWhole(label, "class")));
  }

  recordGradientStatistics(record: boolean): void {
    const checked = requireBoolean(record, "whether steps are recorded");
    this.#callIdle(() => this.#run.recordGradientStatistics(checked));
  }

  gradientStatistics(): Promise<GradientStatistics[]> {
    return this.#enqueue((run) => run.gradientStatistics());
  }

  predictions(): Predictions | undefined {
    return this.#call(() => this.#run.predictions());
  }

  validate(): Promise<Score | undefined> {
    return this.#enqueue((run) => run.validate());
  }

  async evaluateOn(name: string): Promise<Score> {
    const lease = await this.#acquireOther(requireText(name, "the name of a data set", "recipe"));
    try {
      await lease.testReady();
      return await this.#enqueue((run) => run.evaluateOn(lease.dataset));
    } finally {
      lease.release();
    }
  }

  predict(pixels: ImagePixels): Promise<Float32Array> {
    return this.#enqueue((run) => run.predict(imagePixels(pixels, this.data)));
  }

  async predictAll(
    files: readonly InputFile[] | BytesLike,
    options: PredictAllOptions = {},
  ): ReturnType<Run["predictAll"]> {
    requireOptions(options, "predictAll", PREDICT_ALL_OPTIONS, "run");
    const signal = requireSignal(options?.signal);
    throwIfAborted(signal);
    const { predictAll } = await answersScript();
    const asked = {
      data: this.data,
      predict: (pixels: ImagePixels) => this.predict(pixels),
      normalization: () => this.#enqueue(async (run) => run.normalization()),
    };
    return predictAll(asked, files, { ...options, signal });
  }

  examples(split: Split, from: number, count: number): Example[] {
    return this.#call(() =>
      this.#lease.dataset.examples(
        requireSplit(split),
        requireWhole(from, "index"),
        requireWhole(count, "number of examples"),
      ),
    );
  }

  firstBatchAugmentations(count: number, epochs: number): AugmentedImage[] {
    const images = Math.min(requireWhole(count, "number of images"), this.plan.batch);
    this.#requireViews(images, epochs);
    return this.#callIdle(() => this.#run.firstBatchAugmentations(images, epochs));
  }

  augmentations(indices: Uint32Array, epochs: number): AugmentedImage[] {
    const images = requireIndices(indices, "indices of images", MAX_VIEWS);
    this.#requireViews(images.length, epochs);
    return this.#callIdle(() => this.#run.augmentations(images, epochs));
  }

  /** Refuses more augmented images than the module has memory for. */
  #requireViews(images: number, epochs: number): void {
    const views = images * Math.min(requireWhole(epochs, "number of epochs"), this.plan.epochs);
    if (views <= MAX_VIEWS) return;
    throw new BunsenError(
      "run",
      `These are ${views} augmented images, and at most ${MAX_VIEWS} are shown: ask for fewer images or epochs.`,
    );
  }

  labels(split: Split): Uint8Array {
    return this.#call(() => this.#lease.dataset.labels(requireSplit(split)));
  }

  meanImage(split: Split, label?: number): Float32Array {
    return this.#call(() =>
      this.#lease.dataset.meanImage(
        requireSplit(split),
        label === undefined ? undefined : requireWhole(label, "class", 0, 255),
      ),
    );
  }

  normalization(): Normalization | undefined {
    return this.#callIdle(() => this.#run.normalization());
  }

  batch(step: number): Example[] {
    return this.#callIdle(() => this.#run.batch(requireWhole(step, "step", 0, Number.MAX_SAFE_INTEGER)));
  }

  losses(): Float32Array {
    return this.#callIdle(() => this.#run.losses());
  }

  check(): Promise<string> {
    return this.#enqueue((run) => run.check());
  }

  marks(): string {
    return this.#callIdle(() => this.#run.marks());
  }

  checkedLink(): Promise<string | undefined> {
    return this.#enqueue((run) => run.checkedLink());
  }

  checkedLinkObstacle(): CheckedLinkObstacle | undefined {
    return this.#callIdle(() => this.#run.checkedLinkObstacle());
  }

  verdict(): Verdict | undefined {
    return this.#callIdle(() => this.#run.verdict());
  }

  async runFile(scores: readonly Score[] = this.#scores): Promise<string> {
    // Those of the call: more may come until it is its turn.
    const read = requireScores(scores);
    return this.#enqueue((run) => run.runFile(read as Score[]));
  }

  weights(): Promise<Uint8Array> {
    return this.#enqueue((run) => run.weights());
  }

  async stateDict(): Promise<Map<string, Tensor>> {
    return readTensors(await this.weights());
  }

  checkpoint(): Promise<Uint8Array> {
    return this.#enqueue((run) => run.checkpoint());
  }

  free(): void {
    if (this.#freed) return;
    this.#freed = true;
    this.#onFree(this);
    // Calls that were made before still use the module's run.
    this.#last = this.#last.then(() => {
      try {
        this.#guard.call(() => this.#run.free());
      } catch {
        // An instance that stopped has nothing to free.
      }
      this.#lease.release();
    });
  }

  /** Settles when all calls are done and, after `free()`, the memory is freed. */
  get freed(): Promise<unknown> {
    return this.#last;
  }

  /** A synchronous call on the module's run, which is borrowed while an asynchronous one is in progress. */
  #callIdle<T>(work: () => T): T {
    if (this.#pending > 0)
      throw new BunsenError("run", "The run is at work: wait for what it was asked before, then ask again.");
    return this.#call(work);
  }

  #call<T>(work: () => T): T {
    if (this.#freed) throw freedError();
    return this.#guard.call(work);
  }

  /** An asynchronous call: the module's run does one at a time. */
  #enqueue<T>(work: (run: ModuleRun) => Promise<T>): Promise<T> {
    if (this.#freed) return Promise.reject(freedError());
    this.#pending++;
    const result = this.#last.then(() => this.#guard.callAsync(() => work(this.#run)));
    this.#last = result.then(
      () => void this.#pending--,
      () => void this.#pending--,
    );
    return result;
  }
}

throwBunsenErrors(GuardedRun);

function freedError(): BunsenError {
  return new BunsenError("run", "This run was given back with free(), or its lab was closed: start another.");
}
