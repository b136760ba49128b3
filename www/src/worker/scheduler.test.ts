import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Plan } from "../module.js";
import { Scheduler } from "./scheduler.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const plan = { steps: 1_000, stepsPerEpoch: 250, scoreSteps: [100, 250, 500, 1_000] } as Plan;

describe("steps of a pull", () => {
  test("begin with one, double at most, and come to what takes some tens of milliseconds", () => {
    const scheduler = new Scheduler(plan, "cpu");
    const pulls: number[] = [];
    for (let pull = 0; pull < 8; pull++) {
      const steps = scheduler.next(0, 1_000);
      pulls.push(steps);
      scheduler.pulled(steps, 4 * steps);
    }
    expect(pulls).toEqual([1, 2, 4, 8, 16, 20, 20, 20]);
  });

  test("are bounded, and fewer on a GPU, whose queue is not to grow long", () => {
    for (const [engine, most] of [
      ["cpu", 64],
      ["gpu", 20],
    ] as const) {
      const scheduler = new Scheduler(plan, engine);
      for (let pull = 0; pull < 10; pull++) scheduler.pulled(1, 0);
      expect(scheduler.next(0, 1_000)).toBe(most);
    }
  });

  test("end where training is to stop, where an epoch ends and where a score may be due", () => {
    const scheduler = new Scheduler(plan, "cpu");
    for (let pull = 0; pull < 10; pull++) scheduler.pulled(1, 0);
    expect(scheduler.next(0, 5)).toBe(5);
    expect(scheduler.next(240, 1_000)).toBe(10);
    expect(scheduler.next(90, 1_000)).toBe(10);
  });

  test("are one where a step takes longer", () => {
    const scheduler = new Scheduler(plan, "cpu");
    scheduler.pulled(1, 5_000);
    expect(scheduler.next(0, 1_000)).toBe(1);
  });
});

test("it scores at the plan's steps, whatever the clock says", () => {
  const scheduler = new Scheduler(plan, "cpu");
  const scored = (): number[] => [...Array(1_001).keys()].filter((step) => scheduler.isScored(step));
  expect(scored()).toEqual(plan.scoreSteps);
  vi.advanceTimersByTime(60_000);
  expect(scored()).toEqual(plan.scoreSteps);
  expect(scheduler.atEpochEnd(0)).toBe(false);
});

test("it takes a checkpoint soon, then more and more rarely, and never later than 45 seconds", () => {
  const scheduler = new Scheduler(plan, "cpu");
  expect(scheduler.shouldCheckpoint(1)).toBe(true);
  vi.advanceTimersByTime(1);
  scheduler.checkpointed(10);
  expect(scheduler.shouldCheckpoint(2)).toBe(false);
  expect(scheduler.shouldCheckpoint(250)).toBe(true);
  vi.advanceTimersByTime(2_000);
  expect(scheduler.shouldCheckpoint(3)).toBe(true);
  vi.advanceTimersByTime(60_000);
  scheduler.checkpointed(10);
  vi.advanceTimersByTime(19_000);
  expect(scheduler.shouldCheckpoint(4)).toBe(false);
  vi.advanceTimersByTime(1_000);
  expect(scheduler.shouldCheckpoint(4)).toBe(true);
  // One that takes seconds waits until it is a small share of the time, but no longer than that.
  scheduler.checkpointed(30_000);
  vi.advanceTimersByTime(44_000);
  expect(scheduler.shouldCheckpoint(5)).toBe(false);
  vi.advanceTimersByTime(1_000);
  expect(scheduler.shouldCheckpoint(5)).toBe(true);
});
