import { beforeEach, describe, expect, test } from "vitest";

import type { Command, WorkerEvent } from "../protocol.js";
import type { ResponseMessage } from "../rpc/protocol.js";
import { Runner } from "./runner.js";
import { ModuleError, STEPS, behaviour } from "./testing.js";

const MODULE = new URL("./testing.ts", import.meta.url).href;

let posted: (WorkerEvent | ResponseMessage)[];
let runner: Runner;
let id: number;

beforeEach(() => {
  behaviour.failures.clear();
  behaviour.sealed = true;
  behaviour.calls.length = 0;
  behaviour.testReady = Promise.resolve();
  behaviour.onStep = () => {};
  posted = [];
  id = 1;
  runner = new Runner((message) => posted.push(structuredClone(message)));
});

const types = (): string[] => posted.map(({ type }) => type);
const events = <T extends WorkerEvent["type"]>(type: T) =>
  posted.filter((message): message is Extract<WorkerEvent, { type: T }> => message.type === type);

function open(link = "model=lenet5"): Promise<void> {
  const recipe = { id, link, runFile: null, customDataset: null };
  return runner.obey({ type: "open", module: MODULE, data: "data/", engine: "auto", ...recipe });
}

const choose = (link: string): Promise<void> => runner.obey({ type: "choose", id: ++id, link, runFile: null });
const train = (goal: number | "end" = "end"): Promise<void> =>
  runner.obey({ type: "train", goal, checkpoint: null } satisfies Command);

/** Does what is to be done without being told, so often at most. */
async function goOn(times = 20): Promise<void> {
  for (let time = 0; time < times && runner.idle() === 0; time++) await runner.goOn();
}

async function prepared(): Promise<void> {
  await open();
  await runner.goOn();
  posted.length = 0;
}

test("opens, takes the recipe, and prepares its run before anybody asks", async () => {
  await open();
  expect(types().slice(0, 2)).toEqual(["opened", "chosen"]);
  expect(runner.idle()).toBe(0);
  await runner.goOn();
  expect(types()).toContain("prepared");
  // Then the speed is measured, in a run of its own.
  expect(runner.idle()).toBeGreaterThan(0);
  for (let step = 0; step < 20 && runner.idle() !== undefined; step++) await runner.goOn();
  expect(events("estimate").length).toBe(1);
  expect(behaviour.calls.filter((name) => name === "start").length).toBe(2);
});

test("trains to the end: reports, a score, a checkpoint, a check", async () => {
  await prepared();
  await train();
  await goOn();
  expect(events("reports").length).toBe(STEPS);
  expect(events("score").at(-1)?.score.step).toBe(STEPS);
  expect(events("checkpoint").at(-1)?.checkpoint).toMatchObject({ step: STEPS, run: "new" });
  expect(posted.at(-1)).toEqual({
    type: "finished",
    id: 1,
    result: { check: "0123456789abcdef", checkedLink: "model=lenet5&check=0123456789abcdef" },
  });
  expect(behaviour.calls).toContain("autosave finish");
  expect(runner.idle()).toBeUndefined();
  // Train once more changes nothing: the page was told that the run is over.
  posted.length = 0;
  await train();
  expect(posted).toEqual([]);
});

test("trains so many steps, pauses with a checkpoint in the storage, and goes on", async () => {
  await prepared();
  await train(2);
  await goOn();
  expect(events("reports").length).toBe(2);
  expect(posted.at(-1)?.type).toBe("paused");
  expect(behaviour.calls.at(-1)).toBe("autosave save 2");
  await train();
  await goOn();
  expect(posted.at(-1)?.type).toBe("finished");
});

test("Pause takes effect between two pulls, and where nothing is trained it does nothing", async () => {
  await prepared();
  await runner.obey({ type: "pause" });
  expect(posted).toEqual([]);
  await train();
  await runner.goOn();
  await runner.obey({ type: "pause" });
  expect(types().filter((type) => type === "paused").length).toBe(1);
  expect(runner.idle()).toBeUndefined();
});

test("goes on from a checkpoint, or stands there", async () => {
  await prepared();
  const checkpoint = { step: 3, bytes: new Uint8Array([3]), run: "earlier", computedHere: false };
  await runner.obey({ type: "train", goal: 0, checkpoint });
  expect(types().filter((type) => ["prepared", "started", "paused"].includes(type))).toEqual([
    "prepared",
    "started",
    "paused",
  ]);
  expect(behaviour.calls).toContain("autosave begin earlier");
  await train();
  await goOn();
  expect(events("reports").map(({ reports }) => reports[0]?.step)).toEqual([4, 5]);
});

test("goes on with a run that an earlier visit left", async () => {
  await prepared();
  behaviour.stored = new Uint8Array([4]);
  await runner.obey({ type: "resume", stopped: { run: "left", step: 4, written: 0 } });
  await goOn();
  expect(events("reports").map(({ reports }) => reports[0]?.step)).toEqual([5]);
  expect(behaviour.calls).toContain("autosave begin left");
});

test("tells the module which checkpoints were computed here: those that this browser sealed, and those of the page's workers", async () => {
  await prepared();
  for (const sealed of [true, false]) {
    Object.assign(behaviour, { stored: new Uint8Array([4]), sealed });
    await runner.obey({ type: "resume", stopped: { run: "left", step: 4, written: 0 } });
    expect(behaviour.computedHere).toBe(sealed);
    await runner.obey({ type: "pause" });
  }
  for (const computedHere of [true, false]) {
    const checkpoint = { step: 3, bytes: new Uint8Array([3]), computedHere };
    await runner.obey({ type: "train", goal: 0, checkpoint });
    expect(behaviour.computedHere).toBe(computedHere);
  }
});

test("hands the run over at a checkpoint, under its name, and takes it back", async () => {
  await prepared();
  await train();
  await runner.goOn();
  await runner.obey({ type: "handOver" });
  expect(events("handedOver")[0]?.checkpoint).toEqual({
    step: 1,
    bytes: new Uint8Array([1]),
    run: "new",
    computedHere: true,
  });
  expect(runner.idle()).toBeUndefined();
  await train();
  await goOn();
  expect(posted.at(-1)?.type).toBe("finished");
});

test("drops the run when another recipe is chosen, and refuses a recipe that is none", async () => {
  await prepared();
  await choose("batch=0");
  expect(behaviour.calls).toContain("free");
  expect(posted.at(-1)).toMatchObject({
    type: "refused",
    id: 2,
    refusal: { key: "batch", message: "batch=0 is not allowed." },
  });
  posted.length = 0;
  await train();
  expect(posted).toEqual([]);
  expect(runner.idle()).toBeUndefined();
  await choose("model=lenet5");
  await train();
  await goOn();
  expect(posted.at(-1)).toMatchObject({ type: "finished", id: 3 });
});

describe("a failure", () => {
  test("while a run is prepared unasked is told, and not tried again unasked; Train tries once more", async () => {
    behaviour.failures.set("start", new ModuleError("data", "It could not be fetched"));
    await open();
    await runner.goOn();
    expect(events("failed")[0]?.failure).toEqual({
      kind: "data",
      message: "It could not be fetched.",
      during: "preparing",
    });
    expect(runner.idle()).toBeUndefined();
    await train();
    await goOn();
    expect(posted.at(-1)?.type).toBe("finished");
  });

  test("in a step stops the run, and nothing more is told of it", async () => {
    await prepared();
    await train();
    behaviour.failures.set("step", new ModuleError("nan", "The loss of step 1 is no number"));
    await goOn();
    expect(types().at(-1)).toBe("failed");
    expect(behaviour.calls.at(-1)).toBe("autosave finish");
    expect(runner.idle()).toBeUndefined();
  });

  test("of something else in mid-step ends training without a word of the steps after it", async () => {
    await prepared();
    await train();
    behaviour.onStep = async () => {
      behaviour.failures.set("predict", new ModuleError("run", "It cannot be predicted"));
      await runner.obey({ type: "predict", pixels: new Float32Array(4) });
    };
    await goOn();
    expect(types().at(-1)).toBe("failed");
    expect(events("reports")).toEqual([]);
  });

  test("of the engine is final: another recipe is answered by it, and commands do nothing", async () => {
    await prepared();
    await train();
    behaviour.failures.set("step", new Error("unreachable"));
    await goOn();
    expect(events("failed")[0]?.failure).toMatchObject({
      kind: "crash",
      message: "The engine came to a sudden end: unreachable.",
    });
    posted.length = 0;
    await train();
    await runner.obey({ type: "pause" });
    expect(posted).toEqual([]);
    await choose("model=lenet5");
    expect(posted).toMatchObject([{ type: "failed", id: 2, failure: { kind: "crash" } }]);
  });

  test("of the module's file is told while it opens", async () => {
    behaviour.failures.set("openLab", new Error("404"));
    await open();
    expect(events("failed")[0]?.failure).toEqual({
      kind: "crash",
      message: "The module could not be loaded: 404.",
      during: "opening",
    });
    expect(runner.idle()).toBeUndefined();
  });
});

describe("requests", () => {
  const request = (method: string, params: unknown) =>
    runner.answer({ type: "request", id: 7, method, params } as never);

  test("gives the checkpoint of a run that stopped, and whether this browser wrote it", async () => {
    await open();
    behaviour.stored = new Uint8Array([4]);
    await request("stoppedCheckpoint", { stopped: { run: "left", step: 4, written: 0 } });
    expect(posted.at(-1)).toMatchObject({ result: { bytes: new Uint8Array([4]), sealed: true } });
  });

  test("are answered of the run at hand, and by nothing where there is none", async () => {
    await open();
    await request("exportFile", { what: "weights" });
    expect(posted.at(-1)).toEqual({ type: "response", id: 7, result: null });
    await runner.goOn();
    await request("exportFile", { what: "weights" });
    expect(posted.at(-1)).toEqual({ type: "response", id: 7, result: { step: 0, content: new Uint8Array([1]) } });
    await request("testExamples", { indices: [1, 9] });
    expect(posted.at(-1)).toMatchObject({ result: [[1, { label: 1 }]] });
  });

  test("that fail end the run, as the page is told by an event", async () => {
    await prepared();
    await train();
    behaviour.failures.set("weights", new ModuleError("run", "No"));
    await request("exportFile", { what: "weights" });
    expect(types().slice(-2)).toEqual(["failed", "response"]);
    expect(posted.at(-1)).toMatchObject({ error: { kind: "run", message: "No." } });
    expect(events("failed")[0]?.failure.during).toBe("training");
    expect(runner.idle()).toBeUndefined();
  });

  test("to read a file that is damaged leave the run as it is", async () => {
    await prepared();
    await train();
    await request("readCheckpoint", { bytes: new Uint8Array() });
    expect(posted.at(-1)).toMatchObject({ error: { kind: "checkpoint", message: "It is damaged." } });
    expect(events("failed")).toEqual([]);
    expect(runner.idle()).toBe(0);
  });

  test("about test images wait for these while training goes on", async () => {
    let arrive: () => void = () => {};
    behaviour.testReady = new Promise((resolve) => (arrive = resolve));
    await prepared();
    await request("explore", { what: "labels", split: "test" });
    await train(1);
    await goOn();
    expect(types()).toContain("paused");
    expect(types()).not.toContain("response");
    arrive();
    await new Promise((resolve) => setTimeout(resolve));
    expect(posted.at(-1)).toMatchObject({ type: "response", result: { what: "labels", split: "test" } });
  });
});
