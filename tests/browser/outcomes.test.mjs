// @ts-check
// What fails, or takes long, beside a run: it is told in its own place, and the run goes on.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import * as faults from "./support/faults.mjs";
import { noMnist } from "./support/paths.mjs";
import { visitEach } from "./support/visits.mjs";

/** @type {import("./support/server.mjs").Server} */ let server;
/** @type {import("./support/page.mjs").Bench} */ let bench;

/** Each test below has a visitor of its own. @param {{ gpu: boolean }} options */
const inBrowser = (options) => visitEach(options, (visit) => ({ server, bench } = visit));

const LONG = "model=lenet5&data=digits&subset=2000&epochs=50";

/** Asserts that the run makes more steps than it has. @param {number} more */
async function assertGoesOn(more = 5) {
  const { done } = await bench.progress();
  assert.ok(done > 0, "it was not thrown away");
  await bench.reach(done + more);
}

describe("a request that fails", () => {
  inBrowser({ gpu: false });

  test("leaves the run as it is: the recipe as code, when the network is away", { timeout: 60_000 }, async () => {
    server.break("/pkg/code/*", faults.status(404));
    await bench.open(LONG);
    await bench.button("Train").click();
    await bench.reach(5);
    await bench.button("Show as code").click();
    const dialog = bench.page.getByRole("dialog", { name: "As code" });
    await dialog
      .getByRole("alert")
      .filter({ hasText: asRead(/import|fetch|load/i) })
      .waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await assertGoesOn();
  });
});

describe("test images", { skip: noMnist }, () => {
  inBrowser({ gpu: false });
  const late = "/data/mnist/t10k-images-idx3-ubyte.gz";

  test("that are on their way hold up nothing: an example, Pause, Train", { timeout: 90_000 }, async () => {
    const gate = faults.gate();
    server.break(late, gate);
    await bench.open("model=lenet5&data=mnist&steps=2000");
    await bench.button("Train").click();
    await bench.reach(5);
    await bench.button("Next image").click();
    await bench.button("Pause").click();
    await bench.finished();
    await bench.button("Go on").click();
    await assertGoesOn();
    gate.open();
    await bench.page.getByText(asRead(/Test image: \d/)).waitFor();
    await assertGoesOn();
    assert.deepEqual(bench.complaints, []);
  });

  test(
    "that cannot be had leave a finished run, with its check, to be scored again",
    { timeout: 120_000 },
    async () => {
      server.break(late, faults.status(404));
      await bench.open("model=lenet5&data=mnist&steps=20");
      await bench.button("Train").click();
      await bench.finished();
      const failure = bench.alert.filter({ hasText: asRead(/^It could not be scored: MNIST could not be had/) });
      await failure.waitFor({ timeout: 60_000 });
      await bench.button("Share").click();
      await bench
        .status("Link")
        .filter({ hasText: asRead(/check/) })
        .waitFor();
      server.reset();
      await bench.button("Score again").click();
      assert.ok((await bench.accuracy()) > 0);
      await failure.waitFor({ state: "detached" });
    },
  );
});

describe("a step that takes long", () => {
  inBrowser({ gpu: false });

  test("is said to be waited for, and its worker can be stopped", { timeout: 120_000 }, async () => {
    server.break(faults.ENTRANCE, faults.inFront(faults.spoilStepOnDemand));
    await bench.open(LONG);
    await bench.button("Train").click();
    await bench.reach(40);
    await bench.page.evaluate(() => {
      const channel = new BroadcastChannel("test-module");
      const slowed = new Promise((resolve) => (channel.onmessage = resolve));
      channel.postMessage("slow");
      return slowed.then(() => {});
    });
    await bench.button("Pause").click();
    const waiting = bench.page.getByRole("group", { name: "Waiting" });
    await waiting.getByText("Waiting for the step in progress").waitFor();
    const kept = Number(/stands at step ([\d,]+)/.exec(await waiting.innerText())?.[1]?.replace(",", ""));
    assert.ok(kept > 0, "it says where the run will stand");
    await waiting.getByRole("button", { name: "Stop the worker" }).click();
    await bench.finished();
    await bench
      .status("Progress")
      .filter({ hasText: asRead(/step [1-9]/) })
      .waitFor();
    await bench.button("Go on").click();
    await assertGoesOn();
    assert.ok((await bench.stepsShown()).includes(kept), "it went on from the checkpoint");
  });
});

describe("a worker", () => {
  inBrowser({ gpu: false });

  test("that ends without a word is missed, and another goes on", { timeout: 60_000 }, async () => {
    await bench.open(LONG);
    await bench.button("Train").click();
    await bench.reach(40);
    const [engine] = bench.page.workers().filter((worker) => /main-[^/]*$/.test(worker.url()));
    assert.ok(engine);
    await engine.evaluate(() => self.close()).catch(() => {});
    const text = await bench.alertText();
    assert.match(text, /The worker came to a sudden end\./);
    const kept = Number(/can go on from step ([\d,]+)/.exec(text)?.[1]?.replace(",", ""));
    await bench.goOnWithCpu();
    const { done } = await bench.reach(1);
    assert.ok(done >= kept && kept > 0, `it went on from step ${done} instead of ${kept}`);
    await assertGoesOn();
  });
});
