// @ts-check
// A dozen images of a person's own: what networks with batch normalization make of the batch and the shards that the page
// chooses for so few (`www/src/panels/custom-images/batch.ts`), and of smaller shards.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { load } from "./support/paths.mjs";
import { png } from "./support/png.mjs";

const SIZE = 28;
/** Of each class. */
const IMAGES = 6;

/** Stripes across or down, elsewhere in every image. @param {boolean} across @param {number} index */
const stripes = (across, index) =>
  png(SIZE, SIZE, (x, y) => [((across ? y : x) + index) % 6 < 3 ? 230 - 10 * index : 20]);

const files = [true, false].flatMap((across) =>
  Array.from({ length: IMAGES }, (_, index) => ({
    path: `${across ? "across" : "down"}/${index}.png`,
    bytes: new Uint8Array(stripes(across, index)),
  })),
);

describe("a dozen images", () => {
  /** @type {any} */ let lab;
  /** @type {string} */ let own;
  before(async () => {
    lab = await (await load("index.js")).openLab({ engine: "cpu", workers: 1 });
    ({ link: own } = await lab.customDataset(files, { size: SIZE, channels: "grey" }));
  });
  after(() => lab?.close());

  for (const model of ["vgg-11", "resnet-8"]) {
    test(`${model} learns from them`, { timeout: 240_000 }, async () => {
      const link = `model=${model}&${own}&batch=4&shards=1&steps=25&warmup=0&schedule=constant`;
      const run = await lab.start(link);
      const losses = (await run.step(25)).map((/** @type {any} */ report) => report.loss);
      const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const [first, last] = [mean(losses.slice(0, 5)), mean(losses.slice(-5))];
      assert.ok(last < first / 2, `from ${first} to ${last}`);
      run.free();
    });
  }

  test("shards of one image are refused, by the layer that makes nothing of them", () => {
    assert.throws(() => lab.parse(`model=vgg-11&${own}&batch=4`), {
      kind: "recipe",
      key: "batch",
      message:
        /^With a batch of 4 in 4 shards the batch normalization features\.\d+ has 1 number a channel .* at least 2 examples/,
    });
  });
});
