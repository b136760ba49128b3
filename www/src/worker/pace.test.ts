import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Pace } from "./pace.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const taking = (milliseconds: number) => async (): Promise<void> => void vi.advanceTimersByTime(milliseconds);

test("what takes no time is done as often as the interval says", async () => {
  const pace = new Pace(250, 0.02);
  expect(pace.isDue).toBe(true);
  await pace.keep(taking(1));
  expect(pace.isDue).toBe(false);
  vi.advanceTimersByTime(248);
  expect(pace.isDue).toBe(false);
  vi.advanceTimersByTime(1);
  expect(pace.isDue).toBe(true);
});

test("what takes long waits until it is a small share of the time, also where it failed", async () => {
  const pace = new Pace(250, 0.02);
  await expect(
    pace.keep(async () => {
      vi.advanceTimersByTime(100);
      throw new Error("It failed.");
    }),
  ).rejects.toThrow("It failed.");
  vi.advanceTimersByTime(4_999);
  expect(pace.isDue).toBe(false);
  vi.advanceTimersByTime(1);
  expect(pace.isDue).toBe(true);
});
