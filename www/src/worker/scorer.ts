import { messageOf } from "../../../crate/js/errors.js";
import type { Run, Score } from "../module.js";
import type { WorkerEvent } from "../protocol.js";
import { asSentence } from "./failure.js";

/** How long a part of a score should take: no message waits for longer. */
const PART_MS = 300;
/** Images are evaluated in batches of so many at least: a thread has no less to do. */
export const SMALLEST_BATCH = 64;

/** What a score needs of its worker. */
export interface ScorerHost {
  post: (event: WorkerEvent) => void;
  /** How many threads compute: a part has a batch for each, or they would wait for one another. */
  threads: () => number;
  /** Whether the engine came to its end with that: then there is nobody to score. */
  isFatal: (thrown: unknown) => boolean;
  /** A score is there. */
  onScore: () => Promise<void>;
  /** The test images are there, or cannot be had: what waited for them can be done. */
  onTestImages: () => void;
}

/**
 * Scores a run in parts, so that the worker can do something else in between: while a score waits for the test images, or
 * is computed, Pause, another choice and every request are answered.
 */
export class Scorer {
  readonly #id: number;
  readonly #run: Run;
  readonly #host: ScorerHost;
  /** Whether the step at which the run stands is to be scored, and was not. */
  #isDue = false;
  /** Earlier steps that are to be scored, ascending: the run has kept their networks. */
  #deferred: number[] = [];
  #hasTestImages = false;
  /** Why the test images could not be had, and whether the page was told. */
  #missing: { why: string; told: boolean } | undefined;
  #test: Score | undefined;
  /** Batches of each thread in a part. */
  #batches = 1;
  #spentMs = 0;

  /** @param id the choice that the run came from */
  constructor(id: number, run: Run, host: ScorerHost) {
    this.#id = id;
    this.#run = run;
    this.#host = host;
  }

  /** Whether the step at which the run stands was not scored yet, and is to be. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** Whether there is a part to be done now. */
  get isReady(): boolean {
    const isWanted = this.#isDue || this.#deferred.length > 0;
    return isWanted && (this.#hasTestImages || this.#missing?.told === false);
  }

  /** The step at which the run stands is to be scored, as soon as the test images are there. */
  request(): void {
    this.#isDue = true;
    this.#begin();
    // The network may be back.
    if (this.#missing?.told) void this.awaitTestImages();
  }

  /** Test images that could not be had may be had now, as another server may be asked. */
  retry(): void {
    if (this.#missing) void this.awaitTestImages();
  }

  /**
   * The run goes on: a step that the test images are too late for is scored when they are here. Where its network is too large
   * to be kept, it has no score.
   */
  async defer(step: number): Promise<void> {
    if (!this.#isDue) return;
    this.#isDue = false;
    this.#host.post({ type: "scoring", id: this.#id, progress: null });
    if (await this.#run.deferEvaluation()) this.#setDeferred([...this.#deferred, step]);
  }

  /** Waits for the test images, and keeps why they could not be had. */
  async awaitTestImages(): Promise<void> {
    this.#missing = undefined;
    try {
      await this.#run.testReady();
      this.#hasTestImages = true;
    } catch (thrown) {
      this.#missing = { why: messageOf(thrown), told: false };
    }
    this.#host.onTestImages();
  }

  /** Does the next part. Throws only where the engine came to its end. */
  async next(): Promise<void> {
    if (this.#missing) {
      // What is wanted stays so: they may be had later.
      this.#missing.told = true;
      return this.#fail(this.#missing.why);
    }
    try {
      await this.#next();
    } catch (thrown) {
      if (this.#host.isFatal(thrown)) throw thrown;
      this.#fail(messageOf(thrown));
      await this.#end();
    }
  }

  async #next(): Promise<void> {
    const split = this.#test ? "validation" : "test";
    const began = performance.now();
    const batch = Math.max(SMALLEST_BATCH, this.#run.plan.batch);
    const images = batch * this.#batches * this.#host.threads();
    const { done, score } = await this.#run.evaluatePart(split, images, this.#deferred[0]);
    const took = performance.now() - began;
    this.#spentMs += took;
    // The last part of a split says little: it is what was left.
    if (!score) this.#batches = Math.max(1, Math.floor(this.#batches * Math.min(2, PART_MS / Math.max(took, 1))));
    if (split === "test") this.#test = score;
    if (this.#test && (split === "validation" ? score : this.#run.plan.validation === 0)) {
      return this.#finish(this.#test, split === "validation" ? score! : null);
    }
    this.#progress(split === "test" ? done : this.#run.plan.test + done);
  }

  async #finish(score: Score, validation: Score | null): Promise<void> {
    const imagesPerSecond = (1_000 * this.#images) / Math.max(this.#spentMs, 0.1);
    this.#host.post({ type: "score", id: this.#id, score, validation, imagesPerSecond });
    await this.#end();
    await this.#host.onScore();
  }

  /** Nothing more is to be done for the step that was scored. */
  async #end(): Promise<void> {
    const [step, ...others] = this.#deferred;
    if (step === undefined) this.#isDue = false;
    else await this.#run.forgetDeferred(step);
    // The page is never told in between that nothing is left.
    if (others.length > 0 || this.#isDue) this.#begin();
    if (step !== undefined) this.#setDeferred(others);
  }

  #begin(): void {
    this.#test = undefined;
    this.#spentMs = 0;
    this.#progress(0);
  }

  #setDeferred(steps: number[]): void {
    this.#deferred = steps;
    this.#host.post({ type: "deferredScores", id: this.#id, steps });
  }

  #fail(why: string): void {
    this.#host.post({ type: "scoreFailed", id: this.#id, message: asSentence(why) });
  }

  /** Images of a score. */
  get #images(): number {
    return this.#run.plan.test + this.#run.plan.validation;
  }

  #progress(done: number): void {
    this.#host.post({ type: "scoring", id: this.#id, progress: { done, of: this.#images } });
  }
}
