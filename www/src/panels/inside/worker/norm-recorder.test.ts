import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { GradientStatistics, Run } from "../../../module.js";
import { MOST_RECORDED } from "../most-recorded.js";
import { NormRecorder } from "./norm-recorder.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** A run whose statistics take some milliseconds to be read. */
function runOf(parameters: number, takes = 1) {
  const recorded: boolean[] = [];
  const run = {
    plan: { parameters },
    recordGradientStatistics: (record: boolean) => recorded.push(record),
    gradientStatistics: async (): Promise<GradientStatistics[]> => {
      vi.advanceTimersByTime(takes);
      return [{ name: "w", weight: 1, gradient: 1, update: 1 }];
    },
  } as unknown as Run;
  return { run, recorded };
}

/** Trains a step, and says whether it was recorded. */
async function step(recorder: NormRecorder, run: Run, isEnd = false): Promise<boolean> {
  recorder.before(run, isEnd);
  return (await recorder.after(run)).length > 0;
}

test("the first step is recorded, then one now and then, and the last", async () => {
  const { run, recorded } = runOf(1_000);
  const recorder = new NormRecorder();
  expect([await step(recorder, run), await step(recorder, run)]).toEqual([true, false]);
  // No step in between keeps anything.
  expect(recorded).toEqual([true, false, false]);
  vi.advanceTimersByTime(300);
  expect(await step(recorder, run)).toBe(true);
  expect(await step(recorder, run, true)).toBe(true);
});

test("recording takes a hundredth of the time at most", async () => {
  const { run } = runOf(1_000, 50);
  const recorder = new NormRecorder();
  expect(await step(recorder, run)).toBe(true);
  vi.advanceTimersByTime(4_900);
  expect(await step(recorder, run)).toBe(false);
  vi.advanceTimersByTime(200);
  expect(await step(recorder, run)).toBe(true);
});

test("a network too large to be copied is not recorded", async () => {
  expect(await step(new NormRecorder(), runOf(MOST_RECORDED + 1).run, true)).toBe(false);
});
