/** A whole run by another library: Bunsen's images in Bunsen's order, at Bunsen's learning rates, scored as Bunsen scores. */
import type { Normalization } from "../../module.js";
import type { Advance } from "./bunsen.js";
import { PIXELS, type Images, type Mnist } from "./mnist.js";
import { batchOf, type Batch } from "./start.js";

/** What makes a peer's run the same as Bunsen's. */
export interface Course {
  /** Bunsen's initial weights, as a safetensors file. */
  weights: Uint8Array;
  /** The training images of all batches, one batch after another, by their places in the file. */
  order: Uint32Array;
  /** Images a step. */
  batch: number;
  /** The learning rate of each step. */
  rates: Float64Array;
}

/** How a library learns. */
export interface Learner {
  parameters: number;
  /** Settles once all of it is on the device. */
  ready(): Promise<unknown>;
  /** Trains once on a batch. */
  step(batch: Batch, rate: number): void;
  /** The loss of the last step, once that is done. */
  loss(): Promise<number>;
  /** Ten for each image of `x`, [batch, 1, 28, 28], normalized. */
  logits(x: Float32Array, count: number): Promise<ArrayLike<number>>;
}

/** An advance, with the loss of its last step. */
export interface PeerAdvance extends Advance {
  loss: number;
}

/** Images that are scored at once. */
const SCORED = 500;
const CLASSES = 10;

/** A run of a learner. */
export class Training {
  #done = 0;

  constructor(
    readonly learner: Learner,
    readonly course: Pick<Course, "order" | "batch" | "rates">,
    readonly data: Mnist,
    readonly normalization: Normalization,
  ) {}

  /** So many steps further, fewer at the end, with the loss read back after the last. */
  async advance(count: number): Promise<PeerAdvance> {
    const { order, batch, rates } = this.course;
    const before = performance.now();
    const steps = Math.min(count, rates.length - this.#done);
    for (let i = 0; i < steps; i++) {
      const indices = order.subarray(this.#done * batch, (this.#done + 1) * batch);
      this.learner.step(this.#batch(take(this.data.train, indices)), rates[this.#done] ?? NaN);
      this.#done++;
    }
    const loss = await this.learner.loss();
    return { steps, loss, seconds: (performance.now() - before) / 1000 };
  }

  /** The share of all test images that it classes rightly. */
  async evaluate(): Promise<{ accuracy: number }> {
    const { pixels, labels } = this.data.test;
    let right = 0;
    for (let from = 0; from < labels.length; from += SCORED) {
      const part = labels.subarray(from, from + SCORED);
      const { x, size } = this.#batch({
        pixels: pixels.subarray(from * PIXELS, (from + part.length) * PIXELS),
        labels: part,
      });
      const logits = await this.learner.logits(x, size);
      part.forEach((label, index) => {
        if (largest(logits, index * CLASSES) === label) right++;
      });
    }
    return { accuracy: right / labels.length };
  }

  #batch(images: Images): Batch {
    return batchOf(images, this.normalization);
  }
}

/** The images at these places. */
function take({ pixels, labels }: Images, indices: Uint32Array): Images {
  const taken = new Uint8Array(indices.length * PIXELS);
  indices.forEach((index, at) => taken.set(pixels.subarray(index * PIXELS, (index + 1) * PIXELS), at * PIXELS));
  return { pixels: taken, labels: Uint8Array.from(indices, (index) => labels[index] ?? 0) };
}

/** Which of ten numbers is the largest; none where one is not a number. */
function largest(values: ArrayLike<number>, from: number): number {
  let best = 0;
  for (let at = 0; at < CLASSES; at++) {
    const value = values[from + at] ?? NaN;
    if (Number.isNaN(value)) return NaN;
    if (value > (values[from + best] ?? NaN)) best = at;
  }
  return best;
}
