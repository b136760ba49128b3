// @ts-check
// The whole way with real data: MNIST from the site's own folder, trained on, scored, and kept for the next visit.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { launch, visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { noMnist } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";

const LINK = "model=lenet5&data=mnist&steps=150&seed=3";

describe("MNIST", { skip: noMnist }, () => {
  /** @type {Server} */ let server;
  /** @type {import("playwright-core").Browser} */ let browser;
  before(async () => {
    server = await Server.start();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  afterEach(() => server.reset());

  const fetched = () => server.requests.filter((path) => path.startsWith("/data/"));

  test("is fetched from this site, trained on, and comes from the browser's storage next time", async () => {
    const { context, outside } = await visitor(browser);
    const first = new Bench(await context.newPage(), server.url);
    await first.open(LINK);
    await first.button("Train").click();
    const accuracy = await first.finalAccuracy(150, { timeout: 120_000 });
    assert.ok(accuracy > 85, `${accuracy} %`);
    assert.deepEqual([...new Set(fetched())].sort(), [
      "/data/mnist/t10k-images-idx3-ubyte.gz",
      "/data/mnist/t10k-labels-idx1-ubyte.gz",
      "/data/mnist/train-images-idx3-ubyte.gz",
      "/data/mnist/train-labels-idx1-ubyte.gz",
    ]);
    assert.deepEqual(first.complaints, []);
    await first.page.close();

    server.reset();
    const second = new Bench(await context.newPage(), server.url);
    await second.open(LINK);
    await second.button("Train").click();
    assert.equal(await second.finalAccuracy(150, { timeout: 120_000 }), accuracy, "the same link, the same run");
    assert.deepEqual(fetched(), [], "nothing is fetched a second time");
    assert.deepEqual(outside, [], "no other host is asked");
    await context.close();
  });
});
