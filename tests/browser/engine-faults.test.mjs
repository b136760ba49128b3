// @ts-check
// What a visitor sees when the module or the GPU fails: a sentence, and a way to go on.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as faults from "./support/faults.mjs";
import { unlessLong } from "./support/long.mjs";
import { noGpuBuild } from "./support/paths.mjs";
import { BLANK } from "./support/server.mjs";
import { visitEach } from "./support/visits.mjs";

/** @type {import("./support/server.mjs").Server} */ let server;
/** @type {import("./support/page.mjs").Bench} */ let bench;

/** Each test below has a visitor of its own. @param {{ gpu: boolean }} options */
const inBrowser = (options) => visitEach(options, (visit) => ({ server, bench } = visit));

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
    assert.match(await bench.alertText(), /is not whole|could not be loaded/);
  });

  test("that stops in mid-run says so, and a new one goes on from the checkpoint", async () => {
    server.break(faults.ENTRANCE, faults.inFront(faults.spoilStepOnDemand));
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
      server.requests.filter((path) => path.startsWith("/pkg/gpu/")),
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
      { skip: word === "error" && unlessLong("another fault in mid-run is tried"), timeout: 180_000 },
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
        await bench.assertStandsStill();

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
