/** What a failure may cost: an answer, a pause, or the engine; and that waiting for something costs nothing. */
import { beforeEach, describe, expect, test, vi } from "vitest";

import { RunnerHarness } from "./runner-harness.js";
import { ModuleError, STEPS, TEST_IMAGES, behaviour } from "./testing.js";

let bench: RunnerHarness;

beforeEach(() => void (bench = new RunnerHarness()));

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The test images come when it is called. */
function lateTestImages(): { arrive: () => void; fail: (why: Error) => void } {
  let [arrive, fail]: [() => void, (why: Error) => void] = [() => {}, () => {}];
  behaviour.testReady = new Promise((resolve, reject) => ([arrive, fail] = [resolve, reject]));
  return { arrive: () => arrive(), fail: (why) => fail(why) };
}

describe("a request that fails", () => {
  test.each([
    ["exportFile", { what: "weights" }, "weights", new ModuleError("run", "No")],
    ["exportFile", { what: "checkpoint" }, "checkpoint", new ModuleError("nan", "No")],
    ["code", { language: "pytorch" }, "asCode", new TypeError("No")],
    ["testExample", { index: 0 }, "testReady", new ModuleError("data", "No")],
    ["readCheckpoint", { bytes: new Uint8Array() }, "readCheckpoint", new ModuleError("checkpoint", "No")],
    ["measure", null, "start", new ModuleError("data", "No")],
  ] as const)("is answered by that alone, and the run goes on: %s", async (method, params, call, thrown) => {
    await bench.prepare();
    await bench.train();
    await bench.goOn(2);
    behaviour.failures.set(call, thrown);
    await bench.request(method, params as never);
    await settle();
    expect(bench.posted.at(-1)).toMatchObject({ type: "response", error: { message: "No." } });
    await bench.goOn();
    expect(bench.events("failed")).toEqual([]);
    expect(bench.events("reports").length).toBe(STEPS);
    expect(bench.types.at(-1)).toBe("finished");
  });

  test("because the engine came to its end with it is told by an event, too", async () => {
    await bench.prepare();
    await bench.train();
    behaviour.isDead = true;
    behaviour.failures.set("weights", new ModuleError("run", "The module stopped: unreachable. Open a new lab"));
    await bench.request("exportFile", { what: "weights" });
    expect(bench.types.slice(-2)).toEqual(["failed", "response"]);
    expect(bench.runner.idle()).toBeUndefined();
  });

  test("about what is subscribed to is told in its place, and the run goes on", async () => {
    await bench.prepare();
    await bench.train();
    behaviour.failures.set("predict", new ModuleError("run", "It cannot be predicted"));
    await bench.runner.obey({ type: "predict", image: 1, pixels: new Float32Array(4), layers: [] });
    expect(bench.posted.at(-1)).toEqual({
      type: "subscriptionFailed",
      id: 1,
      what: "prediction",
      message: "It cannot be predicted.",
    });
    await bench.goOn();
    expect(bench.events("failed")).toEqual([]);
    expect(bench.types.at(-1)).toBe("finished");
  });
});

describe("Train after a failure", () => {
  test("goes on from where the run stands", async () => {
    await bench.prepare();
    await bench.train(2);
    await bench.goOn();
    behaviour.failures.set("step", new ModuleError("data", "It could not be read"));
    await bench.train();
    await bench.goOn();
    expect(bench.types.at(-1)).toBe("failed");
    await bench.train();
    await bench.goOn();
    expect(bench.events("reports").map(({ reports }) => reports[0]?.step)).toEqual([1, 2, 3, 4, 5]);
    expect(bench.types.at(-1)).toBe("finished");
  });

  test.each([
    ["autosave read", "storage"],
    ["start", "data"],
  ])("of %s leaves the run that was to go on, on offer", async (call, kind) => {
    behaviour.kept = { run: "left", step: 4 };
    await bench.prepare();
    behaviour.failures.set(call, new ModuleError(kind, "It is not there"));
    const stopped = { run: "left", step: 4, written: 0, sealed: true };
    await bench.runner.obey({ type: "resume", stopped });
    expect(bench.events("failed")[0]?.failure.kind).toBe(kind);
    expect(bench.events("stoppedRun")).toEqual([{ type: "stoppedRun", id: 1, stopped }]);
    expect(behaviour.calls).not.toContain("step");
    await bench.runner.obey({ type: "resume", stopped });
    await bench.goOn();
    expect(bench.events("reports").map(({ reports }) => reports[0]?.step)).toEqual([5]);
  });
});

describe("a score", () => {
  test("is computed in parts, and whatever comes in between is done before the next", async () => {
    behaviour.scoreSteps = [2, STEPS];
    await bench.prepare();
    await bench.train();
    await bench.goOn(3);
    expect(bench.events("scoring").map(({ progress }) => progress?.done)).toEqual([0, 1]);
    await bench.runner.obey({ type: "pause" });
    expect(bench.posted.at(-1)?.type).toBe("paused");
    // It is of the step at which the run stands, so it is finished.
    await bench.goOn();
    expect(bench.events("score").map(({ score }) => score.step)).toEqual([2]);
    expect(bench.runner.idle()).toBeUndefined();
    await bench.train();
    await bench.goOn();
    expect(bench.events("score").map(({ score }) => score.step)).toEqual([2, STEPS]);
    expect(behaviour.calls.filter((name) => name === "evaluatePart").length).toBe(2 * TEST_IMAGES);
  });

  test("has a batch for each thread in each part, and more where these take little", async () => {
    await bench.prepare();
    await bench.train();
    let took = 0;
    vi.spyOn(performance, "now").mockImplementation(() => took);
    behaviour.onPart = () => void (took += behaviour.parts.length < 3 ? 10 : 10_000);
    await bench.goOn();
    vi.restoreAllMocks();
    // 64 for each of two threads.
    expect(behaviour.parts).toEqual([128, 256, 512, 128]);
  });

  test.each([
    ["in mid-run", 3],
    ["after its end", "end"],
  ] as const)("that the test images are too late for is of its own step all the same: %s", async (_, goal) => {
    const { arrive } = lateTestImages();
    behaviour.scoreSteps = [2, 4, STEPS];
    await bench.prepare();
    await bench.train(goal);
    await bench.goOn();
    expect(bench.types).toContain(goal === "end" ? "finished" : "paused");
    expect(bench.events("score")).toEqual([]);
    arrive();
    await settle();
    await bench.train();
    await bench.goOn();
    expect(bench.events("score").map(({ score }) => score.step)).toEqual([2, 4, STEPS]);
    expect(bench.events("deferredScores").at(-1)?.steps).toEqual([]);
    expect(bench.types.filter((type) => type === "reports").length).toBe(STEPS);
  });

  test("is left out where no more networks can be kept until the test images come", async () => {
    const { arrive } = lateTestImages();
    behaviour.scoreSteps = [2, 3, 4, STEPS];
    behaviour.mostDeferred = 1;
    await bench.prepare();
    await bench.train();
    await bench.goOn();
    expect(bench.events("deferredScores").map(({ steps }) => steps)).toEqual([[2]]);
    arrive();
    await settle();
    await bench.goOn();
    expect(bench.events("score").map(({ score }) => score.step)).toEqual([2, STEPS]);
  });

  test("of the last step that waits for the test images is paid when they are there; the run is finished before", async () => {
    const { arrive } = lateTestImages();
    await bench.prepare();
    await bench.train();
    await bench.goOn();
    expect(bench.types.at(-1)).toBe("finished");
    expect(bench.events("scoring").at(-1)?.progress).toEqual({ done: 0, of: TEST_IMAGES });
    const before = bench.wakes;
    arrive();
    await settle();
    expect(bench.wakes).toBe(before + 1);
    await bench.goOn();
    expect(bench.events("score").map(({ score }) => score.step)).toEqual([STEPS]);
  });

  test("that fails is told, the run is finished with its check, and it may be scored again", async () => {
    await bench.prepare();
    await bench.train();
    behaviour.failures.set("evaluatePart", new ModuleError("nan", "It answers NaN"));
    await bench.goOn();
    expect(bench.events("scoreFailed")).toEqual([{ type: "scoreFailed", id: 1, message: "It answers NaN." }]);
    expect(bench.events("failed")).toEqual([]);
    expect(bench.posted.at(-1)).toMatchObject({ type: "finished", result: { check: "0123456789abcdef" } });
    await bench.runner.obey({ type: "score" });
    await bench.goOn();
    expect(bench.posted.at(-1)).toMatchObject({ type: "score", score: { step: STEPS } });
  });

  test("whose test images cannot be had is told once a score, and they are asked for again", async () => {
    const { fail } = lateTestImages();
    behaviour.scoreSteps = [2, STEPS];
    await bench.prepare();
    fail(new ModuleError("data", "They could not be fetched"));
    await settle();
    await bench.train();
    await bench.goOn(3);
    expect(bench.events("scoreFailed").map(({ message }) => message)).toEqual(["They could not be fetched."]);
    behaviour.testReady = Promise.resolve();
    await bench.goOn();
    await settle();
    await bench.goOn();
    expect(bench.events("score").map(({ score }) => score.step)).toEqual([2, STEPS]);
    expect(bench.types).toContain("finished");
  });

  test("is given up when the engine comes to its end", async () => {
    await bench.prepare();
    await bench.train();
    behaviour.failures.set("evaluatePart", new ModuleError("gpu", "The GPU stopped"));
    await bench.goOn();
    expect(bench.types.at(-1)).toBe("failed");
    expect(bench.events("scoreFailed")).toEqual([]);
    // Its last step was kept before.
    expect(bench.events("checkpoint").at(-1)?.checkpoint.step).toBe(STEPS);
  });
});

test("a request for a test image waits for these while everything else is done", async () => {
  const { arrive } = lateTestImages();
  await bench.prepare();
  await bench.request("testExample", { index: 1 });
  await bench.train(1);
  await bench.goOn();
  expect(bench.types).toContain("paused");
  expect(bench.types).not.toContain("response");
  arrive();
  await settle();
  expect(bench.posted).toContainEqual(
    expect.objectContaining({ type: "response", result: { label: 1, pixels: new Uint8Array(4) } }),
  );
});

describe("a checkpoint of the last step", () => {
  const checkpoint = { step: STEPS, bytes: new Uint8Array([STEPS]), run: "earlier", computedHere: true };

  test.each([0, "end"] as const)("opens as a finished run, scored and with its check: goal %s", async (goal) => {
    await bench.prepare();
    await bench.runner.obey({ type: "train", goal, checkpoint });
    await bench.goOn();
    expect(bench.events("score").map(({ score }) => score.step)).toEqual([STEPS]);
    expect(bench.types.at(-1)).toBe("finished");
    expect(bench.types).not.toContain("paused");
    expect(behaviour.calls).not.toContain("step");
  });

  test("is finished at once where Pause is pressed before it is scored", async () => {
    await bench.prepare();
    await bench.runner.obey({ type: "train", goal: "end", checkpoint });
    await bench.runner.obey({ type: "pause" });
    expect(bench.types.at(-1)).toBe("finished");
    await bench.goOn();
    expect(bench.types.at(-1)).toBe("score");
  });
});
