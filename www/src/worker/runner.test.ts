import { beforeEach, describe, expect, test } from "vitest";

import { RunnerHarness } from "./runner-harness.js";
import { ModuleError, STEPS, behaviour } from "./testing.js";

let bench: RunnerHarness;

beforeEach(() => void (bench = new RunnerHarness()));

test("opens, takes the recipe, and prepares its run before anybody asks", async () => {
  await bench.open();
  expect(bench.types.slice(0, 2)).toEqual(["opened", "chosen"]);
  expect(bench.runner.idle()).toBe(0);
  await bench.runner.goOn();
  expect(bench.types).toContain("prepared");
  // Then the speed is measured, in a run of its own.
  expect(bench.runner.idle()).toBeGreaterThan(0);
  for (let step = 0; step < 20 && bench.runner.idle() !== undefined; step++) await bench.runner.goOn();
  expect(bench.events("estimate").length).toBe(1);
  expect(behaviour.calls.filter((name) => name === "start").length).toBe(2);
});

test("trains to the end: reports, a score, a checkpoint, a check", async () => {
  await bench.prepare();
  await bench.train();
  await bench.goOn();
  expect(bench.events("reports").length).toBe(STEPS);
  expect(bench.events("score").at(-1)?.score.step).toBe(STEPS);
  expect(bench.events("checkpoint").at(-1)?.checkpoint).toMatchObject({ step: STEPS, run: "new" });
  expect(bench.posted.at(-1)).toEqual({
    type: "finished",
    id: 1,
    result: { check: "0123456789abcdef", checkedLink: "model=lenet5&check=0123456789abcdef" },
  });
  expect(behaviour.calls).toContain("autosave finish");
  expect(bench.runner.idle()).toBeUndefined();
  // Train once more changes nothing: the page was told that the run is over.
  bench.posted.length = 0;
  await bench.train();
  expect(bench.posted).toEqual([]);
});

test("trains so many steps, pauses with a checkpoint in the storage, and goes on", async () => {
  await bench.prepare();
  await bench.train(2);
  await bench.goOn();
  expect(bench.events("reports").length).toBe(2);
  expect(bench.posted.at(-1)?.type).toBe("paused");
  expect(behaviour.calls.at(-1)).toBe("autosave save 2");
  await bench.train();
  await bench.goOn();
  expect(bench.posted.at(-1)?.type).toBe("finished");
});

test("Pause takes effect between two pulls, and where nothing is trained it does nothing", async () => {
  await bench.prepare();
  await bench.runner.obey({ type: "pause" });
  expect(bench.posted).toEqual([]);
  await bench.train();
  await bench.runner.goOn();
  await bench.runner.obey({ type: "pause" });
  expect(bench.types.filter((type) => type === "paused").length).toBe(1);
  expect(bench.runner.idle()).toBeUndefined();
});

test("goes on from a checkpoint, or stands there", async () => {
  await bench.prepare();
  const checkpoint = { step: 3, bytes: new Uint8Array([3]), run: "earlier", computedHere: false };
  await bench.runner.obey({ type: "train", goal: 0, checkpoint });
  expect(bench.types.filter((type) => ["prepared", "started", "paused"].includes(type))).toEqual([
    "prepared",
    "started",
    "paused",
  ]);
  expect(behaviour.calls).toContain("autosave begin earlier");
  await bench.train();
  await bench.goOn();
  expect(bench.events("reports").map(({ reports }) => reports[0]?.step)).toEqual([4, 5]);
});

test("goes on with a run that an earlier visit left", async () => {
  await bench.prepare();
  behaviour.stored = new Uint8Array([4]);
  await bench.runner.obey({ type: "resume", stopped: { run: "left", step: 4, written: 0, sealed: true } });
  await bench.goOn();
  expect(bench.events("reports").map(({ reports }) => reports[0]?.step)).toEqual([5]);
  expect(behaviour.calls).toContain("autosave begin left");
});

test("tells the module which checkpoints were computed here: those that this browser sealed, and those of the page's workers", async () => {
  await bench.prepare();
  for (const sealed of [true, false]) {
    Object.assign(behaviour, { stored: new Uint8Array([4]), sealed });
    await bench.runner.obey({ type: "resume", stopped: { run: "left", step: 4, written: 0, sealed: true } });
    expect(behaviour.computedHere).toBe(sealed);
    await bench.runner.obey({ type: "pause" });
  }
  for (const computedHere of [true, false]) {
    const checkpoint = { step: 3, bytes: new Uint8Array([3]), computedHere };
    await bench.runner.obey({ type: "train", goal: 0, checkpoint });
    expect(behaviour.computedHere).toBe(computedHere);
  }
});

test("hands the run over at a checkpoint, under its name, and takes it back", async () => {
  await bench.prepare();
  await bench.train();
  await bench.runner.goOn();
  await bench.runner.obey({ type: "handOver" });
  expect(bench.events("handedOver")[0]?.checkpoint).toEqual({
    step: 1,
    bytes: new Uint8Array([1]),
    run: "new",
    computedHere: true,
    scored: true,
  });
  expect(bench.runner.idle()).toBeUndefined();
  await bench.train();
  await bench.goOn();
  expect(bench.posted.at(-1)?.type).toBe("finished");
});

test("drops the run when another recipe is chosen, and refuses a recipe that is none", async () => {
  await bench.prepare();
  await bench.choose("batch=0");
  expect(behaviour.calls).toContain("free");
  expect(bench.posted.at(-1)).toMatchObject({
    type: "refused",
    id: 2,
    refusal: { key: "batch", message: "batch=0 is not allowed." },
  });
  bench.posted.length = 0;
  await bench.train();
  expect(bench.posted).toEqual([]);
  expect(bench.runner.idle()).toBeUndefined();
  await bench.choose("model=lenet5");
  await bench.train();
  await bench.goOn();
  expect(bench.posted.at(-1)).toMatchObject({ type: "finished", id: 3 });
});

describe("a failure", () => {
  test("while a run is prepared unasked is told, and not tried again unasked; Train tries once more", async () => {
    behaviour.failures.set("start", new ModuleError("data", "It could not be fetched"));
    await bench.open();
    await bench.runner.goOn();
    expect(bench.events("failed")[0]?.failure).toEqual({
      kind: "data",
      message: "It could not be fetched.",
      during: "preparing",
    });
    expect(bench.runner.idle()).toBeUndefined();
    await bench.train();
    await bench.goOn();
    expect(bench.posted.at(-1)?.type).toBe("finished");
  });

  test("in a step stops the run, and nothing more is told of it", async () => {
    await bench.prepare();
    await bench.train();
    behaviour.failures.set("step", new ModuleError("nan", "The loss of step 1 is no number"));
    await bench.goOn();
    expect(bench.types.at(-1)).toBe("failed");
    // What the storage has of it stays.
    expect(behaviour.calls).not.toContain("autosave finish");
    expect(bench.runner.idle()).toBeUndefined();
  });

  test("of the engine in mid-step ends training without a word of the steps after it", async () => {
    await bench.prepare();
    await bench.train();
    behaviour.onStep = async () => {
      behaviour.failures.set("predict", new ModuleError("gpu", "The GPU stopped"));
      await bench.runner.obey({ type: "predict", image: 1, pixels: new Float32Array(4), layers: [] });
    };
    await bench.goOn();
    expect(bench.types.at(-1)).toBe("failed");
    expect(bench.events("reports")).toEqual([]);
  });

  test("of the engine is final: another recipe is answered by it, and commands do nothing", async () => {
    await bench.prepare();
    await bench.train();
    behaviour.failures.set("step", new Error("unreachable"));
    await bench.goOn();
    expect(bench.events("failed")[0]?.failure).toMatchObject({
      kind: "crash",
      message: "The engine came to a sudden end: unreachable.",
    });
    bench.posted.length = 0;
    await bench.train();
    await bench.runner.obey({ type: "pause" });
    expect(bench.posted).toEqual([]);
    await bench.choose("model=lenet5");
    expect(bench.posted).toMatchObject([{ type: "failed", id: 2, failure: { kind: "crash" } }]);
  });

  test("of the module's file is told while it opens", async () => {
    behaviour.failures.set("openLab", new Error("404"));
    await bench.open();
    expect(bench.events("failed")[0]?.failure).toEqual({
      kind: "crash",
      message: "The module could not be loaded: 404.",
      during: "opening",
    });
    expect(bench.runner.idle()).toBeUndefined();
  });
});

describe("requests", () => {
  test("gives the checkpoint of a run that stopped, and whether this browser wrote it", async () => {
    await bench.open();
    behaviour.stored = new Uint8Array([4]);
    await bench.request("stoppedCheckpoint", { stopped: { run: "left", step: 4, written: 0, sealed: true } });
    expect(bench.posted.at(-1)).toMatchObject({ result: { bytes: new Uint8Array([4]), sealed: true } });
  });

  test("are answered of the run at hand, and by nothing where there is none", async () => {
    await bench.open();
    await bench.request("exportFile", { what: "weights" });
    expect(bench.posted.at(-1)).toEqual({ type: "response", id: 7, result: null });
    await bench.runner.goOn();
    await bench.request("exportFile", { what: "weights" });
    expect(bench.posted.at(-1)).toEqual({ type: "response", id: 7, result: { step: 0, content: new Uint8Array([1]) } });
    await bench.request("testExamples", { indices: [1, 9] });
    expect(bench.posted.at(-1)).toMatchObject({ result: [[1, { label: 1 }]] });
  });

  test("about test images wait for these while training goes on", async () => {
    let arrive: () => void = () => {};
    behaviour.testReady = new Promise((resolve) => (arrive = resolve));
    await bench.prepare();
    await bench.request("explore", { what: "labels", split: "test" });
    await bench.train(1);
    await bench.goOn();
    expect(bench.types).toContain("paused");
    expect(bench.types).not.toContain("response");
    arrive();
    await new Promise((resolve) => setTimeout(resolve));
    expect(bench.posted.at(-1)).toMatchObject({ type: "response", result: { what: "labels", split: "test" } });
  });
});

describe("Train before the page heard of a run that stopped", () => {
  const train = { type: "train", goal: "end", checkpoint: null, unlessStopped: true } as const;

  test("trains nothing, and leaves that run on offer", async () => {
    await bench.prepare();
    behaviour.kept = { run: "left", step: 4 };
    await bench.choose("model=lenet5");
    await bench.runner.obey(train);
    expect(bench.types.slice(-3)).toEqual(["chosen", "stoppedRun", "offered"]);
    expect(behaviour.calls).not.toContain("step");
    // Whoever starts anew says so.
    await bench.train();
    await bench.goOn();
    expect(bench.types.at(-1)).toBe("finished");
  });

  test("offers nothing that a dead engine would go on with", async () => {
    await bench.prepare();
    behaviour.kept = { run: "left", step: 4 };
    await bench.choose("model=lenet5");
    await bench.runner.goOn();
    behaviour.failures.set("predict", new ModuleError("gpu", "The GPU was lost"));
    await bench.runner.obey({ type: "predict", image: 1, pixels: new Float32Array(4), layers: [] });
    expect(bench.types.at(-1)).toBe("failed");
    await bench.runner.obey(train);
    expect(bench.types.at(-1)).toBe("failed");
  });

  test("trains where there is none", async () => {
    await bench.prepare();
    await bench.runner.obey(train);
    await bench.goOn();
    expect(bench.types).not.toContain("offered");
    expect(bench.types.at(-1)).toBe("finished");
  });
});
