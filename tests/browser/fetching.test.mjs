// @ts-check
// Data on its way: downloads that go on where they stopped, and what stays in the browser of those that came to nothing.

import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import * as faults from "./support/faults.mjs";
import { Bench } from "./support/page.mjs";
import { hasShown } from "./support/record.mjs";
import { data, noMnist } from "./support/paths.mjs";
import { until } from "./support/until.mjs";
import { visitEach } from "./support/visits.mjs";

const IMAGES = "/data/mnist/train-images-idx3-ubyte.gz";
const LINK = "model=lenet5&data=mnist&steps=20";

describe("a download", { skip: noMnist }, () => {
  /** @type {import("./support/server.mjs").Server} */ let server;
  /** @type {import("playwright-core").BrowserContext} */ let context;
  /** @type {Bench} */ let bench;
  /** @type {number} */ let size;
  visitEach({}, (visit) => ({ server, context, bench } = visit));
  before(async () => {
    size = (await stat(join(String(data), "mnist", "train-images-idx3-ubyte.gz"))).size;
  });

  /** The files that the storage has: whole ones, and unfinished ones with their bytes. */
  const stored = () =>
    bench.page.evaluate(async () => {
      const cache = await caches.open("bunsen-data-v1");
      const whole = (await cache.keys()).map(({ url }) => new URL(url).pathname.split("/").at(-1));
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle("bunsen-downloads-v1", { create: true });
      const unfinished = [];
      for await (const handle of /** @type {any} */ (folder).values()) unfinished.push((await handle.getFile()).size);
      return { whole: whole.sort(), unfinished };
    });
  const ALL = [
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
  ];

  /** Waits until all files are stored: training waits for none of the test files, nor for the storage. */
  const allStored = () =>
    until(stored, ({ whole, unfinished }) => whole.join() === ALL.join() && unfinished.length === 0, {
      what: "all files in the storage, and nothing unfinished",
    });

  test("whose network goes away and comes back goes on where it stopped", async () => {
    const fault = faults.interrupted({ times: 2 });
    server.break(IMAGES, fault);
    await bench.open(LINK);
    await bench.button("Train").click();
    await bench.reach(20);
    // Both stood there for a second at the most: the record has them.
    await hasShown(bench.page, /^The connection broke off: trying again in 1 s\.$/);
    const starts = faults.resumed(fault);
    assert.equal(starts.length, 3);
    assert.deepEqual(
      fault.asked.map(({ condition }) => condition),
      [undefined, '"1"', '"1"'],
    );
    const megabytes = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1).replace(".", "\\.");
    await hasShown(bench.page, new RegExp(`${megabytes(Number(starts[1]))} MB of ${megabytes(size)} MB`));
    await allStored();
    assert.equal(await bench.alert.count(), 0);
  });

  test("that was cut off by the end of the page goes on with the next visit", async () => {
    const before = faults.interrupted({ times: 9 });
    server.break(IMAGES, before);
    await bench.open(LINK);
    await bench.button("Train").click();
    await bench.page.getByRole("status", { name: "Waiting for the network" }).waitFor();
    await bench.page.close();

    const after = faults.interrupted({ times: 0 });
    server.break(IMAGES, after);
    bench = new Bench(await context.newPage(), server.url);
    await bench.open(LINK);
    await bench.button("Train").click();
    await bench.reach(20);
    assert.equal(before.asked.length, 1);
    const both = { asked: [...before.asked, ...after.asked], sent: [...before.sent, ...after.sent] };
    assert.equal(faults.resumed(both).length, 2);
    assert.equal(after.asked[0]?.condition, '"1"');
    await allStored();
  });

  test("whose kept part was damaged is fetched from its beginning", async () => {
    server.break(IMAGES, faults.interrupted({ times: 9 }));
    await bench.open(LINK);
    await bench.button("Train").click();
    await bench.page.getByRole("status", { name: "Waiting for the network" }).waitFor();
    await bench.visit("data=digits");
    await bench.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle("bunsen-downloads-v1");
      for await (const handle of /** @type {any} */ (folder).values()) {
        const file = await handle.createWritable({ keepExistingData: true });
        await file.write({ type: "write", position: 5_000, data: new Uint8Array(1_000) });
        await file.close();
      }
    });
    const after = faults.interrupted({ times: 0 });
    server.break(IMAGES, after);
    await bench.open(LINK);
    await bench.button("Train").click();
    await bench.reach(20);
    const [going, again, ...more] = after.asked.map(({ range }) => range);
    // How much was written when the page was left is the browser's to say.
    assert.match(going ?? "", /^bytes=[1-9]\d*-$/);
    assert.deepEqual([again, more], [undefined, []]);
    await allStored();
  });

  for (const [what, fault] of /** @type {const} */ ([
    ["a web page", faults.webPage],
    ["a web page in disguise", faults.disguisedWebPage],
    ["half a file", faults.half],
    ["a file of the right size with other contents", faults.wrongDigest],
  ])) {
    test(`that was ${what} leaves nothing in the storage`, { timeout: 60_000 }, async () => {
      server.break(IMAGES, fault);
      await bench.open(LINK);
      await bench.button("Train").click();
      assert.match(
        await bench.alertText({ timeout: 60_000 }),
        /MNIST could not be had: no place gave a sound train-images-idx3-ubyte\.gz/,
      );
      // Train was pressed while the page got ready by itself, so it may be trying once more.
      await bench.page.getByRole("progressbar", { name: "Fetching the data" }).waitFor({ state: "detached" });
      assert.deepEqual((await stored()).unfinished, []);
      assert.ok(!(await stored()).whole.includes("train-images-idx3-ubyte.gz"));
    });
  }

  test("that finds the storage full leaves nothing in it, and trains", { timeout: 60_000 }, async () => {
    await bench.visit();
    const devtools = await context.newCDPSession(bench.page);
    await devtools.send("Storage.overrideQuotaForOrigin", {
      origin: new URL(server.url).origin,
      quotaSize: 3_000_000,
    });
    const fault = faults.interrupted({ times: 1 });
    server.break(IMAGES, fault);
    await bench.open(LINK);
    await bench.button("Train").click();
    await bench.reach(20);
    assert.equal(fault.asked.length, 2, "what the storage does not take, the memory has");
    assert.ok(fault.asked[1]?.range);
    await bench.page
      .getByText(asRead(/storage is full: MNIST was not kept and will be fetched again next time/))
      .first()
      .waitFor();
    // The score waited for the last file: nothing is under way any more.
    await bench.accuracy();
    assert.deepEqual((await stored()).unfinished, []);
    assert.ok(!(await stored()).whole.includes("train-images-idx3-ubyte.gz"));
  });

  test("of the test images is not waited for by training, and waited for by the score", async () => {
    const late = "/data/mnist/t10k-images-idx3-ubyte.gz";
    const gate = faults.gate();
    server.break(late, gate);
    await bench.open(LINK);
    // Nobody knows how large they are, nor how fast they come.
    await bench
      .status("Before training")
      .filter({ hasText: asRead(/scoring included, and the download of the test images\.$/) })
      .waitFor();
    await bench.button("Train").click();
    await bench.reach(20);
    await bench.status("Test accuracy").getByText("waiting for the test images").waitFor();
    await bench.page.getByText("Fetching MNIST, to score with: t10k-images-idx3-ubyte.gz from this site").waitFor();
    gate.open();
    const accuracy = await bench.finalAccuracy(20);
    await bench.page.getByRole("progressbar", { name: "Fetching the data" }).waitFor({ state: "detached" });
    await allStored();

    // The next visit has all of it from the beginning.
    await bench.open(LINK);
    await bench.button("Train").click();
    assert.equal(await bench.finalAccuracy(20), accuracy);
    assert.deepEqual(bench.complaints, []);
  });
});
