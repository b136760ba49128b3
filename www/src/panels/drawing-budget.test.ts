import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { DrawingBudget, restAfter } from "./drawing-budget.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test.each([
  [0, 0.04, 0],
  [4, 0.04, 96],
  [40, 0.04, 960],
  [10, 0.5, 10],
])("%d ms of drawing are the share %d of the time with a rest of %d ms", (took, share, rest) => {
  expect(restAfter(took, share)).toBeCloseTo(rest);
  if (took > 0) expect(took / (took + restAfter(took, share))).toBeCloseTo(share);
});

test("nothing waits before anything was drawn", () => {
  expect(new DrawingBudget().wait).toBe(0);
});

test("what several panels took, all of them wait for together", () => {
  const budget = new DrawingBudget();
  budget.spent(2);
  budget.spent(3);
  expect(budget.wait).toBeCloseTo(5 * 24);
  vi.advanceTimersByTime(100);
  expect(budget.wait).toBeCloseTo(20);
  vi.advanceTimersByTime(100);
  expect(budget.wait).toBe(0);
});

test("panels that are drawn whenever they may take a 25th of the time", () => {
  const budget = new DrawingBudget();
  let drawn = 0;
  const begun = performance.now();
  while (performance.now() - begun < 60_000) {
    const took = drawn % 3 === 0 ? 12 : 3;
    vi.advanceTimersByTime(took);
    budget.spent(took);
    drawn += 1;
    vi.advanceTimersByTime(Math.ceil(budget.wait));
  }
  const spent = 12 * Math.ceil(drawn / 3) + 3 * (drawn - Math.ceil(drawn / 3));
  expect(spent / (performance.now() - begun)).toBeCloseTo(0.04, 2);
});
