// @ts-check
// "Automatic": when another engine is tried beside the CPU engine, what is said of it, and how it takes a run over.
//
// The GPU that is tried here is mostly the CPU build in disguise: so it needs no GPU, and its bits are known.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { assertWorkers } from "./support/workers.mjs";
import * as faults from "./support/faults.mjs";
import { load, noGpuBuild } from "./support/paths.mjs";
import { BLANK } from "./support/server.mjs";
import { visitEach } from "./support/visits.mjs";

const LINK = "model=lenet5&data=digits&subset=1000&batch=16";
const LONG = `${LINK}&steps=700`;

/** @type {import("./support/server.mjs").Server} */ let server;
/** @type {import("playwright-core").BrowserContext} */ let context;
/** @type {import("./support/page.mjs").Bench} */ let bench;

/** Each test below has a visitor of its own. @param {{ gpu: boolean }} options */
const inBrowser = (options) => visitEach(options, (visit) => ({ server, context, bench } = visit));

/** The reason for the choice, once it reads so. @param {RegExp} words @param {number} [timeout] */
async function reason(words, timeout = 60_000) {
  const status = bench.status("Choice of engine").filter({ hasText: asRead(words) });
  await status.waitFor({ timeout });
  return (await status.innerText()).trim();
}

const gpuAsked = () => server.requests.filter((path) => path.startsWith("/pkg/gpu/")).length;

describe("automatic, without a GPU", () => {
  inBrowser({ gpu: false });

  test("says how fast the CPU engine is, and that there is none", async () => {
    await bench.open(`${LINK}&steps=40`);
    await bench.button("Train").click();
    assert.match(
      await reason(/^CPU/),
      /^CPU: [\d,.]+ images\/s at the start; (there is no WebGPU here|WebGPU finds no graphics adapter here)$/,
    );
    await bench.reach(40);
    assert.equal(gpuAsked(), 0);
    await bench.button("Reset").click();
    await bench.status("Choice of engine").filter({ hasText: "it is there at once" }).waitFor({ state: "attached" });
    assert.deepEqual(bench.complaints, []);
  });
});

describe("automatic, beside a GPU that is pretended", () => {
  inBrowser({ gpu: false });

  /**
   * @param {Parameters<typeof faults.cpuAsGpu>[0]} how
   * @param {{ cpu?: number, gpu?: number }} [slowness] how many times as slow each engine seems
   */
  async function pretend(how, { cpu = 20, gpu = 1 } = {}) {
    await context.addInitScript(faults.claimGpu);
    /** @param {number} times */
    const realm = (times) =>
      faults.allInFront([faults.claimCores, 1], [faults.claimGpu, null], [faults.seemSlow, times]);
    server.break(faults.ENTRANCE, faults.inTurn(realm(cpu), realm(gpu)));
    server.break("/pkg/gpu/*", faults.cpuAsGpu(how));
  }

  test("waits for an adapter that comes late, as one does whose browser has just started", async () => {
    server.break(faults.ENTRANCE, faults.inFront(faults.claimGpu, 2));
    server.break("/pkg/gpu/*", faults.cpuAsGpu("well"));
    await bench.page.goto(new URL(BLANK, server.url).href);
    const adapter = await bench.page.evaluate(async () => {
      /** @type {any} */
      const { openLab } = await import(`${location.origin}/pkg/index.js`);
      const lab = await openLab({ engine: "gpu" });
      const { adapter } = lab.engine;
      lab.close();
      return adapter;
    });
    assert.equal(adapter, "pretended");
  });

  test("does not fetch it for a short run", async () => {
    await pretend("well", { cpu: 1 });
    await bench.open(`${LINK}&steps=20`);
    await bench.button("Train").click();
    assert.match(await reason(/^CPU/), /^CPU: [\d,.]+ images\/s at the start; a GPU was not tried for so short a run$/);
    assert.equal(gpuAsked(), 0);
    await assertWorkers(bench.page, 1);
  });

  test("does not fetch it for a single step", async () => {
    await pretend("well", { cpu: 100_000 });
    await bench.open(LONG);
    await bench.button("Step").click();
    await bench.reach(1);
    await bench.finished();
    assert.equal(gpuAsked(), 0);
  });

  test("hands the run over where it is clearly faster, without losing a bit", { timeout: 120_000 }, async () => {
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu" });
    const whole = await lab.start(LONG);
    await whole.step(700);
    const { accuracy } = await whole.evaluate();
    lab.close();

    await pretend("well");
    await bench.open(LONG);
    await bench.button("Train").click();
    const why = /^CPU: [\d,.]+ images\/s at the start; GPU \(pretended\): [\d,.]+$/;
    assert.match(await reason(/pretended/), why);
    const note = bench.page.getByRole("note").filter({ hasText: asRead(/^Handed over at step/) });
    await note.waitFor();
    const step = Number(/at step ([\d,]+):/.exec(await note.innerText())?.[1]?.replace(",", ""));
    assert.ok(step > 0 && step < 700, `${step}`);
    assert.match(
      await note.innerText(),
      /computed by\s+GPU, pretended\. So the check of this run is not that of a run on/,
    );

    assert.equal(await bench.finalAccuracy(700), Number((100 * accuracy).toFixed(1)));
    assert.equal(await bench.status("Engine").innerText(), "GPU, pretended");
    assert.match(await bench.status("Announcement").innerText(), /finished\. It was handed over at step \d+\./);
    await assertWorkers(bench.page, 1);
    const asked = gpuAsked();

    // It is remembered: the next run of this network begins there, and one of another network does not.
    await bench.button("Reset").click();
    await bench.button("Train").click();
    await bench.reach(20);
    assert.match(await reason(/pretended/), why);
    await bench.button("Pause").click();
    await bench.finished();
    assert.equal(await note.count(), 0);
    assert.equal(gpuAsked(), asked);
    await bench.choice("Network").selectOption("lenet5-1998");
    await bench.status("Engine").filter({ hasText: "CPU" }).waitFor();
    await assertWorkers(bench.page, 1);
    assert.deepEqual(bench.complaints, []);
  });

  test("does not hand over a checked link's run, whose steps are the CPU engine's", { timeout: 90_000 }, async () => {
    await pretend("well");
    await bench.open(`${LONG}&check=0123456789abcdef`);
    await bench.button("Train").click();
    assert.match(await reason(/not handed over/), /^CPU: a run that is compared with a link or a run file/);
    await bench.reach(20);
    assert.match(await bench.status("Engine").innerText(), /^CPU/);
  });

  test("stays with the CPU engine where that is as fast, and remembers it", { timeout: 90_000 }, async () => {
    await pretend("in software", { gpu: 400 });
    await bench.open(LONG);
    await bench.button("Train").click();
    const why = /^CPU: [\d,.]+ images\/s at the start; WebGPU \(software adapter\): [\d,.]+$/;
    assert.match(await reason(/software/), why);
    await assertWorkers(bench.page, 1);
    const asked = gpuAsked();
    assert.ok(asked > 0);

    await bench.button("Reset").click();
    await bench.pressable("Train").click();
    assert.match(await reason(/software/), why);
    assert.equal(gpuAsked(), asked, "it is not fetched again");
    assert.match(await bench.status("Engine").innerText(), /^CPU/);
    assert.deepEqual(bench.complaints, []);
  });

  test("goes on with the CPU engine where the GPU does not take the run over", { timeout: 90_000 }, async () => {
    await pretend("fails to go on");
    await bench.open(LONG);
    await bench.button("Train").click();
    assert.match(
      await reason(/could not/),
      /^CPU: [\d,.]+ images\/s at the start; WebGPU could not be used \(The GPU fell over\)$/,
    );
    const { done } = await bench.progress();
    await bench.reach(done + 20);
    assert.match(await bench.status("Engine").innerText(), /^CPU/);
    assert.equal(await bench.page.getByRole("note").count(), 0);
    assert.equal(await bench.alert.count(), 0);
    await assertWorkers(bench.page, 1);
  });

  test("says that the GPU build is missing, and trains on", { timeout: 90_000 }, async () => {
    await pretend("well");
    server.break("/pkg/gpu/*", faults.status(404));
    await bench.open(LONG);
    await bench.button("Train").click();
    assert.match(await reason(/could not/), /WebGPU could not be used \(The GPU build is not there \(yet\): /);
    const { done } = await bench.progress();
    await bench.reach(done + 20);
    assert.equal(await bench.alert.count(), 0);
    await assertWorkers(bench.page, 1);
  });

  for (const button of ["Pause", "Reset"]) {
    test(`leaves no worker behind when ${button} is pressed while it is measured`, { timeout: 90_000 }, async () => {
      await pretend("never");
      await bench.open(LONG);
      await bench.button("Train").click();
      await reason(/measuring WebGPU beside it/);
      await assertWorkers(bench.page, 2);
      await bench.button(button).click();
      await bench.finished();
      await assertWorkers(bench.page, 1);
      await bench.button(button === "Pause" ? "Go on" : "Train").click();
      await reason(/measuring WebGPU beside it/);
      await assertWorkers(bench.page, 2);
    });
  }

  test("ends it when the run is over first", async () => {
    // Long by its seeming speed, however fast the machine is.
    await pretend("never", { cpu: 100 });
    await bench.open(`${LINK}&steps=100`);
    await bench.button("Train").click();
    await reason(/the run was over before WebGPU was measured/);
    await assertWorkers(bench.page, 1);
    await bench.finished();
  });
});

describe("automatic, beside a software adapter", { skip: noGpuBuild }, () => {
  inBrowser({ gpu: true });

  test("measures it, never calls it a GPU, and stays with the CPU engine", { timeout: 240_000 }, async () => {
    await bench.open("model=lenet5&data=digits&epochs=100");
    await bench.button("Train").click();
    await reason(/measuring WebGPU beside it/);
    assert.match(
      await reason(/software adapter/, 200_000),
      /^CPU: [\d,.]+ images\/s at the start; WebGPU \(software adapter\): [\d,.]+$/,
    );
    assert.match(await bench.status("Engine").innerText(), /^CPU/);
    const { done } = await bench.progress();
    await bench.reach(done + 20);
    assert.deepEqual(bench.complaints, []);
  });
});
