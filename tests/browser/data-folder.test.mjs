// @ts-check
// A folder of data under Node that lacks a file, or has something else in its place.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { load } from "./support/paths.mjs";

describe("a folder of data", () => {
  /** @type {string} */ let folder;
  /** @type {any} */ let lab;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "bunsen-data-"));
    const { openLab } = await load("index.js");
    lab = await openLab({ engine: "cpu", data: { folder, mirrors: false } });
  });
  after(async () => {
    lab?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  /** @param {string} link @param {RegExp} sentence */
  const refuses = (link, sentence) =>
    assert.rejects(lab.start(link), (/** @type {any} */ error) => {
      assert.equal(error.kind, "data");
      assert.match(error.message, sentence);
      return true;
    });

  test("without a file says so in words, of fetched data and of given ones", async () => {
    await refuses(
      "model=mlp&data=mnist",
      /^MNIST could not be had: no place gave a sound train-images-idx3-ubyte\.gz \(folder: it is not there\)\. /,
    );
    await refuses("model=mlp&data=svhn", /^SVHN is not here \(train_32x32\.mat: folder: it is not there\), /);
  });

  test("with a folder in the place of a file says so, packed or not", async () => {
    for (const name of ["train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"]) {
      await mkdir(join(folder, "fashion-mnist", name), { recursive: true });
      await refuses(
        "model=mlp&data=fashion",
        /gave a sound train-images-idx3-ubyte\.gz \(folder: a folder has its name\)\. /,
      );
    }
  });
});
