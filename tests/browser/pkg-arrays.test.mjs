// @ts-check
// A data set of arrays in memory under Node, and every array that is refused.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { load } from "./support/paths.mjs";

/** Images of so many classes, each with a stripe where its class is. @param {number} count @param {number} classes */
function stripes(count, classes, channels = 1, size = 28) {
  const plane = size * size;
  const labels = Uint8Array.from({ length: count }, (_, index) => index % classes);
  const images = new Uint8Array(count * channels * plane);
  for (const [index, label] of labels.entries()) {
    const from = index * channels * plane;
    images.fill(200, from + (4 + 3 * label) * size, from + (6 + 3 * label) * size);
    // No two images are equal.
    images[from] = index % 256;
    images[from + 1] = index >> 8;
  }
  return { images, labels, shape: [count, channels, size, size] };
}

describe("data from arrays", () => {
  /** @type {any} */ let lab;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ engine: "cpu" });
  });
  after(() => lab?.close());

  /** @param {string} link @param {number} steps */
  async function trained(link, steps) {
    const run = await lab.start(`model=lenet5&batch=10&warmup=0&seed=7&${link}&steps=${steps}`);
    await run.step(steps);
    return run;
  }

  test("are trained on, with classes in their order", async () => {
    const { images, labels, shape } = stripes(100, 2);
    const dataset = await lab.dataset({ images, shape, labels, classes: ["zebra", "ant"] });
    assert.deepEqual(dataset.classes, [
      { name: "zebra", images: 50 },
      { name: "ant", images: 50 },
    ]);
    assert.deepEqual([dataset.images, dataset.size, dataset.channels], [100, 28, "grey"]);
    assert.equal(dataset.train + dataset.test, 100);
    const run = await trained(dataset.link, 40);
    assert.deepEqual(run.data.classes, ["zebra", "ant"]);
    assert.equal((await run.evaluate()).accuracy, 1);
    const ant = Float32Array.from(images.subarray(784, 2 * 784), (byte) => byte / 255);
    assert.ok((await run.predict(ant))[1] > 0.9);
    run.free();
  });

  test("are the same data set in any order, and in another lab", async () => {
    const { images, labels, shape } = stripes(60, 3);
    const dataset = await lab.dataset({ images, shape, labels });
    assert.deepEqual(
      dataset.classes.map((/** @type {any} */ { name }) => name),
      ["0", "1", "2"],
    );
    const order = [...labels.keys()].reverse();
    const turned = new Uint8Array(images.length);
    for (const [to, from] of order.entries()) turned.set(images.subarray(784 * from, 784 * (from + 1)), 784 * to);
    const again = await lab.dataset({ images: turned, shape, labels: order.map((from) => labels[from]) });
    assert.equal(again.digest, dataset.digest);
    const run = await trained(dataset.link, 5);
    const { openLab } = await load("index.js");
    const other = await openLab({ engine: "cpu" });
    other.addCustomDataset(dataset.bytes, dataset.digest);
    const there = await other.start(run.plan.link);
    await there.step(5);
    assert.equal(await there.check(), await run.check());
    other.close();
    run.free();
  });

  test("are tested with the last images, where that is said", async () => {
    const { images, labels, shape } = stripes(50, 2, 3, 32);
    const dataset = await lab.dataset({ images, shape, labels, test: 20 });
    assert.deepEqual([dataset.train, dataset.test, dataset.size, dataset.channels], [30, 20, 32, "colour"]);
    const run = await trained(dataset.link, 1);
    // Red of the first pixel is an image's number.
    const numbers = run.examples("test", 0, 20).map((/** @type {any} */ { pixels }) => pixels[0]);
    assert.deepEqual(
      numbers.sort((/** @type {number} */ a, /** @type {number} */ b) => a - b),
      Array.from({ length: 20 }, (_, index) => 30 + index),
    );
    run.free();
  });

  /** @type {[string, (good: any) => any, RegExp][]} */
  const WRONG = [
    ["no object", () => 5, /^5 was given where arrays are expected: an object with images, shape and labels\.$/],
    ["nothing", () => null, /^null was given where arrays are expected/],
    [
      "an unknown key",
      (good) => ({ ...good, label: [] }),
      /^lab\.dataset has no option "label": there is images, shape, labels, classes, test\.$/,
    ],
    [
      "images of another type",
      (good) => ({ ...good, images: [1, 2] }),
      /^an object \(Array\) was given where a list of images is expected: its bytes, a Uint8Array\.$/,
    ],
    [
      "no shape",
      ({ images, labels }) => ({ images, labels }),
      /^undefined was given as the shape of images: \[images, channels, height, width\] is one\.$/,
    ],
    ["a shape of three numbers", (good) => ({ ...good, shape: [20, 28, 28] }), /was given as the shape of images/],
    [
      "a shape with half a number",
      (good) => ({ ...good, shape: [20, 1, 28, 28.5] }),
      /^28\.5 is no number of a shape: give a whole number from 1 to 4294967295\.$/,
    ],
    [
      "too few bytes",
      (good) => ({ ...good, images: good.images.subarray(1) }),
      /^These are 15679 bytes, and 20 images of 1×28×28 have 15680\.$/,
    ],
    [
      "another size",
      (good) => ({ ...good, shape: [5, 1, 56, 56] }),
      /^These are images of 1×56×56: networks take 28×28 or 32×32 pixels in 1 channel \(grey\) or 3 \(colour\)\. Resize them first\.$/,
    ],
    ["images that are no squares", (good) => ({ ...good, shape: [20, 1, 32, 28] }), /^These are images of 1×32×28/],
    ["four channels", (good) => ({ ...good, shape: [5, 4, 28, 28] }), /^These are images of 4×28×28/],
    [
      "too many images",
      (good) => ({ ...good, shape: [50_001, 3, 32, 32], images: new Uint8Array(0) }),
      /^These are 50001 images, and a data set has 50000 of this size at most\.$/,
    ],
    [
      "too few labels",
      (good) => ({ ...good, labels: good.labels.subarray(1) }),
      /^There are 19 labels for 20 images\.$/,
    ],
    ["no labels", ({ images, shape }) => ({ images, shape }), /^undefined was given where labels are expected/],
    [
      "a label below 0",
      (good) => ({ ...good, labels: [-1, ...good.labels.subarray(1)] }),
      /^-1 is no one of the labels/,
    ],
    [
      "a label without a class",
      (good) => ({ ...good, labels: [7, ...good.labels.subarray(1)], classes: ["a", "b"] }),
      /^Image 0 has the label 7, and there are 2 classes, counted from 0\.$/,
    ],
    [
      "names that are no texts",
      (good) => ({ ...good, classes: ["a", 2] }),
      /^2 was given where the name of a class is expected: a text\.$/,
    ],
    [
      "names that are no list",
      (good) => ({ ...good, classes: "ab" }),
      /^"ab" was given where the names of classes are expected: a list of texts\.$/,
    ],
    [
      "one class",
      (good) => ({ ...good, labels: new Uint8Array(20) }),
      /^There is one class only, and nothing to tell it from/,
    ],
    [
      "more classes than there are labels",
      (good) => ({ ...good, classes: Array.from({ length: 257 }, String) }),
      /^These are 257 classes, and a data set has 256 at most\.$/,
    ],
    [
      "a class without images",
      (good) => ({ ...good, classes: ["a", "b", "c"] }),
      /^A class needs 2 images at least, one to train on and one to test with: c has 0\.$/,
    ],
    [
      "a class that is only tested with",
      (good) => ({ ...good, labels: [...Array(10).fill(0), ...Array(10).fill(1)], test: 10 }),
      /^A class needs 1 image at least, that is not tested with: 1 has 0\.$/,
    ],
    [
      "more test images than images",
      (good) => ({ ...good, test: 21 }),
      /^21 is no number of test images: give a whole number from 1 to 20\.$/,
    ],
  ];
  for (const [what, wrong, message] of WRONG) {
    test(`are refused: ${what}`, async () => {
      await assert.rejects(lab.dataset(wrong(stripes(20, 2))), (/** @type {any} */ error) => {
        assert.equal(error.name, "BunsenError");
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test("are refused where a page is given no digests", async (context) => {
    const { crypto } = globalThis;
    Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
    context.after(() => Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true }));
    await assert.rejects(lab.dataset(stripes(20, 2)), { kind: "data", message: /https or from localhost/ });
  });
});
