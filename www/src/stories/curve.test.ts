import { expect, test } from "vitest";

import { pointsOf, thinCurve } from "./curve.js";

test("a short run keeps every step, a long one the means of as many", () => {
  expect(thinCurve([2, 1.5, 1], 3)).toEqual({ every: 1, losses: [2, 1.5, 1], steps: 3 });
  const long = thinCurve(
    Array.from({ length: 125 }, (_, at) => at),
    125,
  );
  expect([long.every, long.losses.length, long.losses[0], long.losses.at(-1)]).toEqual([3, 42, 1, 123.5]);
  expect(pointsOf(long).at(-1)).toEqual([125, 123.5]);
});

test("the points of a run that goes on stay where they are", () => {
  const loss = Array.from({ length: 100 }, () => 1);
  expect(thinCurve(loss.slice(0, 30), 600).every).toBe(thinCurve(loss, 600).every);
});

test("what is no number is no point", () => {
  expect(pointsOf(thinCurve([2, NaN, 1], 3))).toEqual([
    [1, 2],
    [3, 1],
  ]);
});
