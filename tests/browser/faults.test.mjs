// @ts-check
// What a visitor sees when something is wrong: each time a sentence, and nothing trained that should not be.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, visitor } from "./support/browser.mjs";
import * as faults from "./support/faults.mjs";
import { Bench } from "./support/page.mjs";
import { record } from "./support/record.mjs";
import { noGpuBuild, noMnist } from "./support/paths.mjs";
import { BLANK, Server } from "./support/server.mjs";

/** @type {Server} */ let server;
/** @type {import("playwright-core").Browser} */ let browser;
/** @type {import("playwright-core").BrowserContext} */ let context;
/** @type {string[]} */ let outside;
/** @type {Bench} */ let bench;

before(async () => {
  server = await Server.start();
});
after(() => server?.close());

/** Each test below has a visitor of its own. @param {{ gpu: boolean }} options */
function inBrowser(options) {
  before(async () => {
    browser = await launch(options);
  });
  after(() => browser?.close());
  beforeEach(async () => {
    ({ context, outside } = await visitor(browser));
    await record(context);
    bench = new Bench(await context.newPage(), server.url);
  });
  afterEach(async () => {
    await context?.close();
    server.reset();
  });
}

/** Presses Train, if it can be pressed, and makes sure that nothing comes of it. */
async function assertNothingStarts() {
  await bench.trainIfIdle();
  await workerCaughtUp();
  assert.deepEqual(await bench.stepsShown(), [0]);
  assert.equal(await bench.pressable("Pause").count(), 0, "nothing can be paused");
}

/**
 * Waits until the worker has done all that it was told before: it does one thing after another, and here it describes the
 * networks, for the first time on this page.
 */
async function workerCaughtUp() {
  await bench.button("Browse networks").click();
  const dialog = bench.page.getByRole("dialog", { name: "Networks" });
  await dialog.getByRole("button", { name: "LeNet-5", exact: true }).waitFor();
  await bench.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
}

describe("a link", () => {
  inBrowser({ gpu: false });

  for (const [link, sentence] of /** @type {const} */ ([
    ["model=resnet-2000", /resnet-2000.*one of.*lenet5/],
    ["model=lenet5&lr=NaN", /lr.*NaN.*number from/],
    ["model=lenet5&batch=0", /batch.*0.*from 1 to/],
    ["model=lenet5&batch=1000000000", /batch.*1000000000.*from 1 to/],
    ["model=lenet5&data=mnist&lr=-1", /lr.*-1.*number from/],
    ["model=lenet5&aug=crop,spin", /aug=crop,spin.*list of shift, rotate, elastic, crop, flip, cutout.*empty is none/],
    ["model=lenet5-1998&data=cifar10", /LeNet-5 \(1998\) takes 1×28×28 images; CIFAR-10 has 3×32×32\./],
    ["model=lenet5&seed=1&seed=2", /seed.*more than once/],
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
      .getByText(/flavour/)
      .first()
      .waitFor();
    await bench.button("Train").click();
    await bench.reach(20);
  });

  test("whose learning rate is far too high stops with the step's number", async () => {
    await bench.open("model=lenet5&data=digits&opt=sgd&lr=10&wd=1&steps=200");
    await bench.button("Train").click();
    assert.match(await bench.alertText(), /loss became .* at step \d+/i);
    await assertStandsStill();
  });
});

/** The run makes no more progress, though its worker is there. */
async function assertStandsStill() {
  const { done } = await bench.progress();
  await workerCaughtUp();
  assert.equal((await bench.progress()).done, done);
  assert.equal((await bench.stepsShown()).at(-1), done);
}

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
    ["a web page in disguise", faults.disguisedWebPage, /gzip|IDX|bytes|digest/i],
    ["a broken connection", faults.brokenOff, /broke off/],
  ])) {
    test(`${what}: the page says so, trains on nothing, and offers the drawn digits`, { timeout: 90_000 }, async () => {
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
    });
  }

  test("a stored file that was damaged is fetched again", { timeout: 90_000 }, async () => {
    await bench.open("model=lenet5&data=mnist&steps=5");
    await bench.button("Train").click();
    await bench.reach(5);
    await bench.finished(); // The score waited for all files.
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
      .getByText(/damaged/)
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
      .getByText(/storage is full.*fetched again next time/)
      .first()
      .waitFor();
    assert.equal(await bench.alert.count(), 0, "a notice is no alarm");
  });
});

describe("the module", () => {
  inBrowser({ gpu: false });

  test("that is not there is missed in a sentence", async () => {
    server.break("/pkg/cpu/bunsen_bg.wasm", faults.status(404));
    await bench.visit();
    assert.match(await bench.alertText(), /module could not be loaded/);
  });

  test("that is no WebAssembly is refused in a sentence", async () => {
    server.break("/pkg/cpu/bunsen_bg.wasm", faults.half);
    await bench.visit();
    assert.match(await bench.alertText(), /cannot run the module|could not be loaded/);
  });

  test("that stops in mid-run says so, and a new one goes on from the checkpoint", async () => {
    server.break(faults.ENTRANCE, faults.inFront(faults.panicOnDemand));
    await bench.open("model=lenet5&data=digits&subset=2000&epochs=20");
    await bench.button("Train").click();
    await bench.reach(40);
    await bench.page.evaluate(() => new BroadcastChannel("test-module").postMessage("stop"));
    assert.match(await bench.alertText(), /The module stopped: unreachable\. Open a new lab\./);
    const { done } = await bench.progress();
    await bench.goOnWithCpu();
    await bench.reach(done + 10);
    // It went on from a checkpoint, which lies before the step that was reached: nothing was trained in between.
    const steps = await bench.stepsShown();
    const back = steps.findIndex((step, at) => step < (steps[at - 1] ?? 0));
    assert.equal(steps[back - 1], done, steps.join());
  });

  test("that stops inside a future ends what waits for it", async () => {
    await bench.page.goto(new URL(BLANK, server.url).href);
    const said = await bench.page.evaluate(async () => {
      /** @type {any} */
      const { TrapGuard } = await import(`${location.origin}/pkg/trap-guard.js`);
      // (module (func (export "panic") unreachable))
      const code = [
        0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 9, 1, 5, 112, 97, 110, 105, 99, 0, 0, 10, 5, 1,
        3, 0, 0, 11,
      ];
      const { instance } = await WebAssembly.instantiate(new Uint8Array(code));
      const guard = new TrapGuard(
        () => "a bad index, zoo.rs:7",
        () => {},
      );
      const pending = guard.callAsync(() => new Promise(() => {}));
      setTimeout(/** @type {() => void} */ (instance.exports.panic));
      return pending.catch((/** @type {any} */ error) => `${error.kind}: ${error.message}`);
    });
    assert.equal(said, "run: The module stopped: a bad index, zoo.rs:7. Open a new lab.");
    assert.deepEqual(bench.complaints, [], "what is reported is not unheard of");
  });

  test("without WebGPU offers the CPU engine, and never fetches the GPU build", async () => {
    await bench.open("model=lenet5&data=digits&steps=20");
    await bench.chooseEngine("GPU");
    const sentence = await bench.alertText();
    assert.match(sentence, /WebGPU/);
    assert.match(sentence, /CPU engine/);
    assert.deepEqual(
      server.requests.filter((path) => path.startsWith("/pkg/gpu")),
      [],
    );
    await bench.goOnWithCpu();
    await bench.trainIfIdle();
    await bench.reach(20);
  });
});

describe("a GPU", { skip: noGpuBuild }, () => {
  inBrowser({ gpu: true });
  const link = "model=lenet5&data=digits&subset=2000&steps=400";

  test(
    "whose build is not there yet is missed in a sentence, and found once it is there",
    { timeout: 90_000 },
    async () => {
      server.break("/pkg/gpu/*", faults.status(404));
      await bench.open("model=lenet5&data=digits&steps=20");
      await bench.chooseEngine("GPU");
      assert.match(await bench.alertText(), /GPU build is not there \(yet\)/);
      server.reset();
      await bench.goOnWithCpu();
      await bench.status("Engine").filter({ hasText: "CPU" }).waitFor();
      await bench.chooseEngine("GPU");
      await bench.status("Engine").filter({ hasText: "GPU" }).waitFor({ timeout: 60_000 });
    },
  );

  test("that computes something else fails its self-test and is not used", { timeout: 180_000 }, async () => {
    server.break(faults.ENTRANCE, faults.inFront(faults.miscompile));
    await bench.open(link);
    await bench.chooseEngine("GPU");
    await bench.status("Engine").filter({ hasText: "GPU" }).waitFor({ timeout: 60_000 });
    await bench.button("Train").click();
    const sentence = await bench.alertText({ timeout: 120_000 });
    assert.match(sentence, /self-test/);
    assert.match(sentence, /CPU engine/);
    assert.equal((await bench.progress()).done, 0);
    await bench.goOnWithCpu();
    await bench.trainIfIdle();
    await bench.reach(5);
  });

  test(
    "that has not enough memory says how much was asked for, and offers a way on",
    { timeout: 180_000 },
    async () => {
      server.break(faults.ENTRANCE, faults.inFront(faults.exhaust, 1 << 20));
      await bench.open(link);
      await bench.chooseEngine("GPU");
      await bench.status("Engine").filter({ hasText: "GPU" }).waitFor({ timeout: 60_000 });
      await bench.button("Train").click();
      assert.match(
        await bench.alertText({ timeout: 120_000 }),
        /^The GPU has not enough memory for this run: it was asked for \d+ MB at once\. A smaller batch needs less; or use the CPU engine\./,
      );
      assert.equal((await bench.progress()).done, 0);
      await bench.goOnWithCpu();
      await bench.trainIfIdle();
      await bench.reach(5);
    },
  );

  for (const [what, word, sentence] of /** @type {const} */ ([
    ["is lost", "lose", /lost/],
    ["reports an error", "error", /error/],
  ])) {
    test(
      `that ${what} in mid-run stops it, and the CPU engine goes on from the checkpoint`,
      { timeout: 180_000 },
      async () => {
        server.break(faults.ENTRANCE, faults.inFront(faults.ruinOnDemand));
        await bench.open(link);
        await bench.chooseEngine("GPU");
        await bench.status("Engine").filter({ hasText: "GPU" }).waitFor({ timeout: 60_000 });
        await bench.button("Train").click();
        await bench.reach(3, { timeout: 120_000 });
        await bench.page.evaluate((word) => new BroadcastChannel("test-gpu").postMessage(word), word);
        const text = await bench.alertText({ timeout: 60_000 });
        assert.match(text, /GPU stopped before step \d+/);
        assert.match(text, sentence);
        await assertStandsStill();

        const kept = Number(/go on from step (\d+)/.exec(text)?.[1]);
        assert.ok(kept >= 1, "there is a checkpoint");
        await bench.goOnWithCpu();
        await bench.status("Engine").filter({ hasText: "CPU" }).waitFor({ timeout: 30_000 });
        // It goes on: no second press of Train, and the first step that is told is not the beginning.
        const { done } = await bench.reach(1, { timeout: 60_000 });
        assert.ok(done >= kept, `it went on from step ${done} instead of ${kept}`);
        await bench.reach(60, { timeout: 60_000 });
        assert.equal(await bench.alert.count(), 0);
      },
    );
  }
});
