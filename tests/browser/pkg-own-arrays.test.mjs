// @ts-check
// Data sets in arrays (IDX, npz, CSV), given to the package as images of one's own.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { idx, labelsOf, medmnist, npy, strokes, table } from "./support/arrays.mjs";
import { data, load, noMnist } from "./support/paths.mjs";
import { zip } from "./support/zip.mjs";

const GREY = { size: 28, channels: "grey" };

describe("arrays as images of one's own", () => {
  /** @type {any} */ let lab;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ engine: "cpu" });
  });
  after(() => lab?.close());

  /** @param {unknown} files @returns {Promise<string>} */
  const refusal = async (files) => {
    const error = await lab.customDataset(files, GREY).then(
      () => assert.fail("it was taken"),
      (/** @type {any} */ thrown) => thrown,
    );
    assert.equal(error.kind, "data");
    return error.message;
  };

  /** The images of a split of a run, as text: label and pixels. @param {any} run @param {"train" | "test"} split @param {number} count */
  const examples = (run, split, count) =>
    run
      .examples(split, 0, count)
      .map((/** @type {any} */ { label, pixels }) => `${label} ${Buffer.from(pixels).toString("base64")}`)
      .sort();

  /** @param {Uint8Array} pixels @param {Uint8Array} labels */
  const expected = (pixels, labels) =>
    Array.from(
      labels,
      (label, at) => `${label} ${Buffer.from(pixels.subarray(784 * at, 784 * (at + 1))).toString("base64")}`,
    ).sort();

  test("an npz is read, split as it is, and trained on", async () => {
    const npz = new Uint8Array(medmnist(40, 10, 6));
    const dataset = await lab.customDataset(npz, GREY);
    assert.deepEqual([dataset.train, dataset.test, dataset.images], [40, 10, 50]);
    assert.deepEqual(
      dataset.classes.map((/** @type {any} */ { name }) => name),
      ["0", "1"],
    );
    assert.deepEqual(dataset.notices, [
      "Your own split is kept: 40 images to train on and 10 images to test with, whatever the seed. The 6 images for validation were left out.",
    ]);
    const run = await lab.start(`model=lenet5&batch=8&steps=5&${dataset.link}`);
    assert.equal((await run.step(5)).length, 5);
    assert.deepEqual(examples(run, "test", 10), expected(strokes(10, 46), labelsOf(10)));
    run.free();
    const blob = new File([npz], "breastmnist.npz");
    assert.equal((await lab.customDataset([{ path: "a/b.dat", bytes: blob }], GREY)).digest, dataset.digest);
    assert.equal((await lab.customDataset(blob, GREY)).digest, dataset.digest);
  });

  test("a table is the same bytes as natively", async () => {
    const strokes = await readFile(new URL("../../images/tests/strokes.csv", import.meta.url));
    assert.equal((await lab.customDataset(new Uint8Array(strokes), GREY)).digest, "6b2b331921dc98b2");
  });

  test("IDX files, a table and arrays in memory are the same data set", async () => {
    const [images, labels] = [strokes(40), labelsOf(40)];
    const inMemory = await lab.dataset({ images, shape: [40, 1, 28, 28], labels });
    const pair = [
      { path: "images.idx", bytes: idx([40, 28, 28], images) },
      { path: "labels.idx", bytes: idx([40], labels) },
    ];
    for (const files of [pair, new Uint8Array(table(40)), new Uint8Array(zip(pair))]) {
      const dataset = await lab.customDataset(files, GREY);
      assert.equal(dataset.digest, inMemory.digest);
      assert.deepEqual(dataset.notices, []);
    }
  });

  test("that are bad are told in sentences", async () => {
    assert.equal(
      await refusal(new Uint8Array(idx([1, 28, 28], new Uint8Array(4 * 784), 0x0c))),
      "The file cannot be used: its numbers are 32-bit whole numbers (int32) (type 0x0C), and those of images and labels are unsigned bytes (type 0x08): write it as such, from 0 to 255.",
    );
    const objects = zip([{ path: "y.npy", bytes: npy([2], Buffer.from("\x80\x03N."), "|O") }]);
    assert.match(
      await refusal([{ path: "a.npz", bytes: new Uint8Array(objects) }]),
      /^a\.npz\/y\.npy cannot be used: it holds Python objects, which are a pickle and never unpacked here: /,
    );
    const text = table(20).toString();
    assert.equal(
      await refusal([{ path: "train.csv", bytes: Buffer.from(text.replace(",0,", ",abc,")) }]),
      'train.csv cannot be used: line 2, column 2 is "abc", and a pixel is a whole number from 0 to 255.',
    );
    assert.equal(
      await refusal([{ path: "train.csv", bytes: Buffer.from(text.replace(",0,", ",")) }]),
      "train.csv cannot be used: line 2 has 784 columns, and the first line has 785.",
    );
    let isRead = false;
    const huge = {
      size: 3e9,
      slice: () => new Blob([npy([1], new Uint8Array(1))]),
      arrayBuffer: () => {
        isRead = true;
        return Promise.reject(new Error("it was read"));
      },
    };
    for (const files of [[{ path: "huge.npy", bytes: huge }], huge]) {
      assert.match(
        await refusal(files),
        /^(huge\.npy|The file) cannot be used: it has 3\.0 GB, and 268 MB are the most/,
      );
    }
    assert.ok(!isRead);
  });

  test("MNIST's own files have MNIST's images", { skip: noMnist }, async () => {
    const names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
    const files = await Promise.all(
      names.map(async (name) => ({
        path: name,
        bytes: new Uint8Array(await readFile(join(data ?? "", "mnist", `${name}-ubyte.gz`))),
      })),
    );
    const dataset = await lab.customDataset(files, GREY);
    assert.deepEqual([dataset.train, dataset.test], [60_000, 10_000]);
    const run = await lab.start(`model=lenet5&batch=8&steps=1&${dataset.link}`);
    const [, , images, labels] = files.map(({ bytes }) => gunzipSync(bytes));
    assert.ok(images && labels);
    assert.deepEqual(examples(run, "test", 10_000), expected(images.subarray(16), labels.subarray(8)));
    run.free();
  });
});
