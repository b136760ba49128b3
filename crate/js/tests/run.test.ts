import { expect, test } from "vitest";

import type { Run as ModuleRun } from "../cpu/bunsen.js";
import type { DatasetLease } from "../dataset-cache.js";
import { GuardedRun } from "../run.js";
import type { TrapGuard } from "../trap-guard.js";

/** A run whose test images come when they are told to. */
function runWithoutTest({
  steps = Infinity,
  onStep = () => {},
}: { steps?: number; onStep?: (step: number) => void } = {}) {
  let step = 0;
  let evaluated = 0;
  let hasTest = false;
  let settle: { resolve: () => void; reject: (why: Error) => void };
  const testReady = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  const module = {
    plan: () => ({ notices: [] }),
    step: async (n: number) => {
      const reports = Array.from({ length: Math.min(n, steps - step) }, () => ({ step: ++step }));
      onStep(step);
      return reports;
    },
    evaluate: async () => ({ step }),
    evaluatePart: async () => ({ score: ++evaluated === 3 ? { step } : undefined }),
    losses: () => new Float32Array(step),
    free: () => {},
  } as unknown as ModuleRun;
  const guard = {
    call: <T>(work: () => T) => work(),
    callAsync: <T>(work: () => Promise<T>) => work(),
  } as unknown as TrapGuard;
  const lease = {
    dataset: { info: () => ({}) },
    testReady: () => testReady,
    hasTest: () => hasTest,
    notices: () => [],
    release: () => {},
  } as unknown as DatasetLease;
  const run = new GuardedRun(
    module,
    guard,
    lease,
    () => [],
    async () => lease,
    () => {},
  );
  return {
    run,
    arrive: () => {
      hasTest = true;
      settle.resolve();
    },
    fail: () => settle.reject(new Error("No test images.")),
  };
}

test("while a score waits for the test images, other calls are done, and it is of the step at which they come", async () => {
  const { run, arrive } = runWithoutTest();
  const scoring = run.evaluate();
  expect(await run.step(3)).toHaveLength(3);
  arrive();
  expect(await scoring).toEqual({ step: 3 });
});

test("where the test images are there, calls are done in their order", async () => {
  const { run, arrive } = runWithoutTest();
  arrive();
  const [, score] = await Promise.all([run.step(2), run.evaluate(), run.step(2)]);
  expect(score).toEqual({ step: 2 });
});

test("a score whose test images cannot be had says so, and the run goes on; one of a run that was freed says that", async () => {
  const { run, fail } = runWithoutTest();
  const scoring = run.evaluate();
  fail();
  await expect(scoring).rejects.toThrow("No test images.");
  expect(await run.step(1)).toHaveLength(1);
  run.free();
  await expect(run.evaluate()).rejects.toThrow("given back with free()");
});

test("a score that waits when its run is freed says that the run is", async () => {
  const { run, arrive } = runWithoutTest();
  const scoring = run.evaluate();
  run.free();
  arrive();
  await expect(scoring).rejects.toThrow("given back with free()");
});

test("steps that are called off stop soon, and those that were done stay done", async () => {
  const controller = new AbortController();
  const reason = new Error("another page");
  const { run } = runWithoutTest({ onStep: () => controller.abort(reason) });
  const error: unknown = await run.step(1_000_000, { signal: controller.signal }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "BunsenError", kind: "aborted", cause: reason });
  const done = run.losses().length;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(1_000_000);
  await expect(run.step(1, { signal: controller.signal })).rejects.toMatchObject({ kind: "aborted" });
  expect(await run.step(2)).toEqual([{ step: done + 1 }, { step: done + 2 }]);
});

test("a run that is freed stops in the midst of its steps", async () => {
  const { run } = runWithoutTest({ onStep: () => run.free() });
  await expect(run.step(1_000_000)).rejects.toThrow("given back with free()");
  await run.freed;
});

test("any number of steps gives a report for each, however they are cut into parts", async () => {
  const { run } = runWithoutTest({ steps: 1000 });
  const reports = [...(await run.step(333)), ...(await run.step(1)), ...(await run.step(2 ** 53))];
  expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  expect(await run.step(5)).toEqual([]);
});

test("a loop over a run trains each step as its report is asked for", async () => {
  const { run } = runWithoutTest({ steps: 7 });
  for await (const { step } of run) if (step === 3) break;
  expect(run.losses()).toHaveLength(3);
  const rest: number[] = [];
  for await (const { step } of run) rest.push(step);
  expect(rest).toEqual([4, 5, 6, 7]);
});

test("a score can be called off, while it waits for the test images and between its parts", async () => {
  const { run, arrive } = runWithoutTest();
  const controller = new AbortController();
  const waiting = run.evaluate({ signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ kind: "aborted" });
  arrive();
  await expect(run.evaluate({ signal: controller.signal })).rejects.toMatchObject({ kind: "aborted" });
  expect(await run.evaluate({ signal: new AbortController().signal })).toEqual({ step: 0 });
});

test("options that there are not, and signals that are none, are refused", async () => {
  const { run } = runWithoutTest();
  await expect(run.step(1, { sginal: undefined } as object)).rejects.toThrow('has no option "sginal"');
  await expect(run.step(1, { signal: 5 } as unknown as object)).rejects.toThrow("an AbortSignal");
  expect(run.losses()).toHaveLength(0);
});
