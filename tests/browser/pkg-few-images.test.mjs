// @ts-check
// A dozen images of a person's own: what networks with batch normalization make of the batch and the shards that the page
// chooses for so few (`www/src/panels/custom-images/few-images.ts`), and of smaller shards.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { load } from "./support/paths.mjs";
import { png } from "./support/png.mjs";

const SIZE = 28;
/** Of each class. */
const IMAGES = 6;
const STEPS = 40;

/** Stripes across or down, elsewhere in every image. @param {boolean} across @param {number} index */
const stripes = (across, index) =>
  png(SIZE, SIZE, (x, y) => [((across ? y : x) + index) % 6 < 3 ? 230 - 10 * index : 20]);

const files = [true, false].flatMap((across) =>
  Array.from({ length: IMAGES }, (_, index) => ({
    path: `${across ? "across" : "down"}/${index}.png`,
    bytes: new Uint8Array(stripes(across, index)),
  })),
);

/**
 * Trains what the page makes of a network's own recipe: its usual batch is larger.
 * @param {any} lab @param {string} model @param {string} own the images, as a link names them
 */
async function assertLearns(lab, model, own) {
  // With smoothed labels, no loss is near 0.
  const smooth = model === "lenet5-1998" ? "" : "&smooth=0";
  const run = await lab.start(`model=${model}&${own}&batch=4&shards=1&aug=${smooth}&steps=${STEPS}`);
  const losses = (await run.step(STEPS)).map((/** @type {any} */ report) => report.loss);
  const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [first, last] = [mean(losses.slice(0, 5)), mean(losses.slice(-5))];
  run.free();
  assert.ok(last < first / 2, `${model}: from ${first} to ${last}`);
}

describe("a dozen images", () => {
  /** @type {any} */ let lab;
  /** @type {string} */ let own;
  before(async () => {
    lab = await (await load("index.js")).openLab({ engine: "cpu", workers: 1 });
    ({ link: own } = await lab.customDataset(files, { size: SIZE, channels: "grey" }));
  });
  after(() => lab?.close());

  for (const model of ["vgg-11", "resnet-8"]) {
    test(`${model} learns from them`, { timeout: 240_000 }, () => assertLearns(lab, model, own));
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

describe("six images, four of them to train on", () => {
  test("every network that the page offers learns from them", { timeout: 600_000 }, async () => {
    const lab = await (await load("index.js")).openLab({ engine: "cpu", workers: 1 });
    const three = files.filter(({ path }) => /[0-2]\.png$/.test(path));
    const { link: own } = await lab.customDataset(three, { size: SIZE, channels: "grey" });
    const { kind } = lab.fields().find((/** @type {any} */ { key }) => key === "model");
    // LeNet-5 of 1998 tells ten digits apart, and takes no other images.
    const models = kind.choices
      .map((/** @type {any} */ { value }) => value)
      .filter((/** @type {string} */ model) => model !== "lenet5-1998");
    assert.ok(models.length > 15);
    for (const model of models) await assertLearns(lab, model, own);
    lab.close();
  });
});
