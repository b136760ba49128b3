import { expect, test } from "vitest";

import type { Run as ModuleRun } from "../cpu/bunsen.js";
import type { DatasetLease } from "../dataset-cache.js";
import { GuardedRun } from "../run.js";
import type { TrapGuard } from "../trap-guard.js";

/** A run whose test images come when they are told to. */
function runWithoutTest() {
  let step = 0;
  let hasTest = false;
  let settle: { resolve: () => void; reject: (why: Error) => void };
  const testReady = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  const module = {
    plan: () => ({ notices: [] }),
    step: async (n: number) => Array.from({ length: n }, () => ({ step: ++step })),
    evaluate: async () => ({ step }),
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
