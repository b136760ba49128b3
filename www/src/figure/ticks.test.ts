import { expect, test } from "vitest";

import { ticks } from "./ticks.js";

test.each([
  [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [0, 312, 6, [0, 100, 200, 300]],
  [0, 2.35, 5, [0, 0.5, 1, 1.5, 2]],
  [0, 3e-7, 3, [0, 1e-7, 2e-7, 3e-7]],
  [-5, 5, 2, [-5, 0, 5]],
])("from %d to %d, about %d", (from, to, about, expected) => {
  expect(ticks(from, to, about)).toEqual(expected);
});

test("an axis without a length has its one number, and none that is no number", () => {
  expect(ticks(3, 3, 5)).toEqual([3]);
  expect(ticks(0, NaN, 5)).toEqual([0]);
  expect(ticks(NaN, 1, 5)).toEqual([]);
  expect(ticks(0, Infinity, 5)).toEqual([0]);
});
