import { expect, test } from "vitest";

import type { Plan } from "../module.js";
import { initialProgress } from "./progress.js";
import { durationLeft, epochDuration, loadingOf, NOTHING_TO_LOAD, wholeDuration } from "./timing.js";

const scoreSteps = [5, 10, 20, 30];
const plan = { steps: 30, stepsPerEpoch: 10, batch: 100, test: 1_800, validation: 200, scoreSteps } as Plan;
// A step takes a second, a score two.
const speeds = { training: 100, scoring: 1_000 };

test("a run takes its steps and its scores", () => {
  expect(wholeDuration(plan, speeds)).toBe(30 + 4 * 2);
  expect(epochDuration(plan, speeds)).toBe(10 + 2 * 2);
});

test("before anything was scored, scoring is taken to be faster than training, and not to be nothing", () => {
  expect(wholeDuration(plan, { training: 100, scoring: 0 })).toBeCloseTo(30 + (4 * 2_000) / 300);
});

test("a score with mirror images takes twice as long, which what was measured of such scores has in it", () => {
  const mirrored: Plan = { ...plan, tta: "flip" };
  expect(wholeDuration(mirrored, { training: 100, scoring: 0 })).toBeCloseTo(30 + (2 * 4 * 2_000) / 300);
  expect(wholeDuration(mirrored, speeds)).toBe(wholeDuration(plan, speeds));
});

test("what is left counts the score under way by what is left of it", () => {
  const at = (step: number, done?: number) =>
    durationLeft(plan, { ...initialProgress, step, scoring: done === undefined ? null : { done, of: 2_000 } }, speeds);
  expect(at(0)).toBe(38);
  expect(at(10, 0)).toBe(20 + 2 + 2 * 2);
  expect(at(10, 500)).toBe(20 + 1.5 + 2 * 2);
  expect(at(10)).toBe(20 + 2 * 2);
  expect(at(30, 1_000)).toBe(1);
  expect(at(30)).toBe(0);
});

test("test images that are on their way come while a run trains, and its scores wait for them", () => {
  const soon = { seconds: 12, bytes: 0 };
  const late = { seconds: 50, bytes: 0 };
  expect(wholeDuration(plan, speeds, soon)).toBe(30 + 4 * 2);
  expect(wholeDuration(plan, speeds, late)).toBe(50 + 4 * 2);
  const at = { ...initialProgress, step: 20, deferredScores: [5, 10, 20] };
  expect(durationLeft(plan, at, speeds, soon)).toBe(12 + 4 * 2);
  expect(durationLeft(plan, at, speeds)).toBe(10 + 4 * 2);
});

test("what is left to be loaded is told in seconds, or in bytes while nobody knows its speed", () => {
  const fetching = {
    name: "mnist",
    file: "t10k-images-idx3-ubyte.gz",
    split: "test",
    from: "this site",
    loaded: 600_000,
    total: 1_600_000,
    secondsLeft: undefined,
    waiting: undefined,
  } as const;
  expect(loadingOf(null)).toEqual(NOTHING_TO_LOAD);
  expect(loadingOf(fetching)).toEqual({ seconds: 0, bytes: 1_000_000 });
  expect(loadingOf({ ...fetching, secondsLeft: 8 })).toEqual({ seconds: 8, bytes: 0 });
  expect(loadingOf({ ...fetching, loaded: 1_600_000 })).toEqual(NOTHING_TO_LOAD);
  // A server that says no size.
  expect(loadingOf({ ...fetching, total: 0 })).toEqual(NOTHING_TO_LOAD);
});
