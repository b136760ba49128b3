import { describe, expect, test } from "vitest";
import { PIXELS, type Images } from "./mnist.js";
import type { Batch } from "./start.js";
import { Training, type Learner } from "./training.js";

/** Images of which every pixel is ten times the class. */
function imagesOf(...labels: number[]): Images {
  const pixels = new Uint8Array(labels.length * PIXELS);
  labels.forEach((label, index) => pixels.fill(10 * label, index * PIXELS, (index + 1) * PIXELS));
  return { pixels, labels: Uint8Array.from(labels) };
}

const PLAIN = { mean: [0], std: [1] };
const classesOf = (x: Float32Array, count: number): number[] =>
  Array.from({ length: count }, (_, index) => Math.round(25.5 * (x[index * PIXELS] ?? NaN)));

/** Remembers what it is trained on, and classes images as `answer` says. */
function learner(
  answer: (label: number) => number,
): Learner & { seen: { classes: number[]; truth: number[]; rate: number }[] } {
  const seen: { classes: number[]; truth: number[]; rate: number }[] = [];
  return {
    seen,
    parameters: 0,
    ready: () => Promise.resolve(),
    step({ x, y, size }: Batch, rate: number) {
      const truth = Array.from({ length: size }, (_, index) => y.subarray(10 * index, 10 * index + 10).indexOf(1));
      seen.push({ classes: classesOf(x, size), truth, rate });
    },
    loss: () => Promise.resolve(seen.length),
    logits(x: Float32Array, count: number) {
      const logits = new Float32Array(10 * count);
      classesOf(x, count).forEach((label, index) => {
        const at = answer(label);
        if (Number.isNaN(at)) logits.fill(NaN, 10 * index, 10 * index + 10);
        else logits[10 * index + at] = 1;
      });
      return Promise.resolve(logits);
    },
  };
}

const course = { order: Uint32Array.of(2, 0, 1, 3, 0, 2), batch: 2, rates: Float64Array.of(0.1, 0.2, 0.3) };
const data = { train: imagesOf(4, 5, 6, 7), test: imagesOf(...Array.from({ length: 501 }, (_, index) => index % 10)) };

describe("a peer's run", () => {
  test("has the course's images in their order, at its rates, and ends with it", async () => {
    const own = learner((label) => label);
    const run = new Training(own, course, data, PLAIN);
    expect(await run.advance(2)).toMatchObject({ steps: 2, loss: 2 });
    expect(await run.advance(2)).toMatchObject({ steps: 1, loss: 3 });
    expect(await run.advance(2)).toMatchObject({ steps: 0 });
    expect(own.seen).toEqual([
      { classes: [6, 4], truth: [6, 4], rate: 0.1 },
      { classes: [5, 7], truth: [5, 7], rate: 0.2 },
      { classes: [4, 6], truth: [4, 6], rate: 0.3 },
    ]);
  });

  test.each([
    ["all", (label: number) => label, 1],
    ["one class", () => 0, 51 / 501],
    ["all but one class", (label: number) => (label === 3 ? 4 : label), 451 / 501],
    ["none, where its numbers are none", () => NaN, 0],
  ])("is right on %s of the test images", async (_, answer, share) => {
    const run = new Training(learner(answer), course, data, PLAIN);
    expect(await run.evaluate()).toEqual({ accuracy: share });
  });
});
