// @ts-check
// What a visitor sees when a link or its data are wrong: each time a sentence, and nothing trained that should not be.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import * as faults from "./support/faults.mjs";
import { noMnist } from "./support/paths.mjs";
import { visitEach } from "./support/visits.mjs";

/** @type {import("./support/server.mjs").Server} */ let server;
/** @type {import("playwright-core").BrowserContext} */ let context;
/** @type {string[]} */ let outside;
/** @type {import("./support/page.mjs").Bench} */ let bench;

/** Each test below has a visitor of its own. @param {{ gpu: boolean }} options */
const inBrowser = (options) => visitEach(options, (visit) => ({ server, context, outside, bench } = visit));

/** Presses Train, if it can be pressed, and makes sure that nothing comes of it. */
async function assertNothingStarts() {
  await bench.trainIfIdle();
  await bench.workerCaughtUp();
  assert.deepEqual(await bench.stepsShown(), [0]);
  assert.equal(await bench.pressable("Pause").count(), 0, "nothing can be paused");
}

describe("a link", () => {
  inBrowser({ gpu: false });

  for (const [link, sentence] of /** @type {const} */ ([
    ["model=resnet-2000", /resnet-2000.*one of.*lenet5/],
    ["model=lenet5&lr=NaN", /^Learning rate: “NaN” is not allowed.*a number from/],
    ["model=lenet5&batch=0", /^Batch size: “0” is not allowed.*from 1 to/],
    ["model=lenet5&batch=1000000000", /^Batch size: “1000000000” .*from 1 to/],
    ["model=lenet5&data=mnist&lr=-1", /^Learning rate: “-1” is not allowed/],
    [
      "model=lenet5&aug=crop,spin",
      /^Augmentation: “crop,spin” .*list of shift, rotate, elastic, crop, flip, alternate, cutout.*empty is none/,
    ],
    ["model=lenet5-1998&data=cifar10", /LeNet-5 \(1998\) takes 1×28×28 images; CIFAR-10 has 3×32×32\./],
    ["model=lenet5&seed=1&seed=2", /^Seed stands in the link more than once/],
  ])) {
    test(`${link} is refused, and nothing starts`, async () => {
      await bench.visit(link);
      assert.match(await bench.alertText(), sentence);
      await assertNothingStarts();
      assert.deepEqual(bench.complaints, []);
    });
  }

  for (const [what, make] of /** @type {const} */ ([
    ["letters", () => "x".repeat(1 << 20)],
    ["separators", () => "&=".repeat(1 << 19)],
    ["broken escapes", () => "%".repeat(1 << 20)],
    ["a good link and then noise", () => "model=lenet5&data=digits&" + "lr=".repeat(1 << 18)],
  ])) {
    test(`1 MB of ${what} is refused in one short sentence`, { timeout: 120_000 }, async () => {
      await bench.visit();
      await bench.page.evaluate((text) => (location.hash = text), make());
      await assertGarbageIsRefused();
    });
  }

  test("1 MB is refused when the page opens with it, too", { timeout: 240_000 }, async () => {
    await bench.visit();
    await bench.page.evaluate(() => (location.hash = "x".repeat(1 << 20)));
    // The browser's tools are told this address with every request, so they are slow here; the page is not.
    await bench.page.reload({ waitUntil: "commit", timeout: 120_000 });
    await assertGarbageIsRefused();
  });

  async function assertGarbageIsRefused() {
    const sentence = await bench.alertText({ timeout: 90_000 });
    assert.match(sentence, /characters/);
    assert.ok(sentence.length < 400, "the garbage is not repeated");
    await assertNothingStarts();
    assert.deepEqual(bench.complaints, []);
  }

  test("with an unknown key works, and the key is mentioned", async () => {
    await bench.open("model=lenet5&data=digits&steps=20&flavour=mint");
    await bench.page
      .getByText(asRead(/flavour/))
      .first()
      .waitFor();
    await bench.button("Train").click();
    await bench.reach(20);
  });

  test("whose learning rate is far too high stops with the step's number", async () => {
    await bench.open("model=lenet5&data=digits&opt=sgd&lr=10&wd=1&steps=200");
    await bench.button("Train").click();
    assert.match(await bench.alertText(), /loss became .* at step \d+/i);
    await bench.assertStandsStill();
  });
});

describe("data that the network does not take", () => {
  inBrowser({ gpu: false });

  test("are refused before they are fetched, and another choice goes on", async () => {
    await bench.open("model=lenet5-1998&data=digits&steps=5");
    await bench.choice("Data").selectOption("cifar10");
    assert.match(await bench.alertText(), /LeNet-5 \(1998\) takes 1×28×28 images; CIFAR-10 has 3×32×32\./);
    await assertNothingStarts();
    assert.equal(await bench.choice("Data").inputValue(), "cifar10");
    assert.deepEqual(
      server.requests.filter((path) => path.startsWith("/data/")),
      [],
    );
    await bench.choice("Data").selectOption("digits");
    await bench.alert.waitFor({ state: "detached" });
    await bench.button("Train").click();
    await bench.reach(5);
    assert.deepEqual(bench.complaints, []);
  });
});

describe("data that cannot be had", { skip: noMnist }, () => {
  inBrowser({ gpu: false });
  const images = "/data/mnist/train-images-idx3-ubyte.gz";

  for (const [what, fault, reason] of /** @type {const} */ ([
    ["a missing file", faults.status(404), /not there/],
    ["an empty file", faults.empty, /empty/],
    ["half a gzip file", faults.half, /gzip|cut|ends|truncated/i],
    ["a corrupt gzip file", faults.corrupt, /gzip|digest|unpack/i],
    ["wrong contents", faults.wrongDigest, /digest|SHA-256|checksum/i],
    ["a web page", faults.webPage, /web page/],
    ["a web page in disguise", faults.disguisedWebPage, /web page/],
    ["a broken connection", faults.brokenOff, /broke off/],
  ])) {
    test(
      `${what}: the page says so, trains on nothing, and offers the synthetic digits`,
      { timeout: 90_000 },
      async () => {
        server.break(images, fault);
        await bench.open("model=lenet5&data=mnist&steps=20");
        await bench.button("Train").click();
        const sentence = await bench.alertText({ timeout: 60_000 });
        assert.match(sentence, /MNIST could not be had/);
        assert.match(sentence, reason);
        assert.ok(outside.length > 0, "the mirrors were asked");
        assert.equal((await bench.progress()).done, 0);
        assert.equal(await bench.choice("Data").inputValue(), "mnist", "the choice is not changed behind one's back");

        await bench.alert.getByRole("button", { name: /digits/i }).click();
        await bench.page.waitForURL(({ hash }) => !hash.includes("data=mnist"));
        await bench.status("Engine").filter({ hasText: "CPU" }).waitFor();
        assert.equal(await bench.choice("Data").inputValue(), "digits");
        await bench.trainIfIdle();
        await bench.reach(20);
      },
    );
  }

  test("a stored file that was damaged is fetched again", { timeout: 90_000 }, async () => {
    await bench.open("model=lenet5&data=mnist&steps=5");
    await bench.button("Train").click();
    await bench.reach(5);
    await bench.accuracy(); // The score waited for all files.
    const damaged = await bench.page.evaluate(async () => {
      let damaged = 0;
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
          if (!request.url.includes("train-images")) continue;
          await cache.put(request, new Response(new Uint8Array(1_000)));
          damaged++;
        }
      }
      return damaged;
    });
    assert.equal(damaged, 1);
    server.reset();
    await bench.open("model=lenet5&data=mnist&steps=5");
    await bench.button("Train").click();
    await bench.reach(5);
    await bench.finished();
    assert.deepEqual(
      server.requests.filter((path) => path.startsWith("/data/")),
      [images],
    );
    await bench.page
      .getByText(asRead(/damaged/))
      .first()
      .waitFor();
  });

  for (const [how, sentence] of /** @type {const} */ ([
    ["forbidden", /forbids this page to store.*fetched again next time/],
    ["absent", /gives this page no storage.*fetched again next time/],
  ])) {
    test(`storage that is ${how} hinders no training`, { timeout: 60_000 }, async () => {
      server.break(faults.ENTRANCE, faults.inFront(faults.refuseStorage, how));
      await bench.open("model=lenet5&data=mnist&steps=20");
      await bench.button("Train").click();
      await bench.reach(20);
      await bench.page.getByText(sentence).first().waitFor();
      assert.equal(await bench.alert.count(), 0, "a notice is no alarm");
    });
  }

  test("storage that is full hinders no training", { timeout: 60_000 }, async () => {
    await bench.visit();
    const devtools = await context.newCDPSession(bench.page);
    await devtools.send("Storage.overrideQuotaForOrigin", { origin: new URL(server.url).origin, quotaSize: 100_000 });
    await bench.open("model=lenet5&data=mnist&steps=20");
    await bench.button("Train").click();
    await bench.reach(20);
    await bench.page
      .getByText(asRead(/storage is full.*fetched again next time/))
      .first()
      .waitFor();
    assert.equal(await bench.alert.count(), 0, "a notice is no alarm");
  });
});
