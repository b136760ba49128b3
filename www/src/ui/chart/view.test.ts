import { expect, test } from "vitest";

import { lossShown, stepsShown, thinned } from "./view.js";

const counted = (length: number): Float64Array => Float64Array.from({ length }, (_, index) => index);

test("a short curve is drawn step by step, and only its known part", () => {
  const [steps, raw, smooth] = thinned(3, counted(10), counted(10), counted(10));
  expect([steps, raw, smooth].map((values) => Array.from(values))).toEqual([
    [0, 1, 2],
    [0, 1, 2],
    [0, 1, 2],
  ]);
});

test("a long curve keeps the lowest and the highest value of each bucket, so that no outlier is lost", () => {
  const length = 100_000;
  const raw = new Float64Array(length).fill(1);
  raw[54_321] = 99;
  raw[77] = -5;
  const [steps, values] = thinned(length, counted(length), raw, raw);
  expect(steps.length).toBeLessThanOrEqual(2_000);
  expect(steps[values.indexOf(99)]).toBe(54_321);
  expect(steps[values.indexOf(-5)]).toBe(77);
  expect(steps.every((step, index) => index === 0 || step >= steps[index - 1]!)).toBe(true);
});

test("a long curve ends where the run is", () => {
  const length = 12_345;
  const smooth = counted(length);
  const [steps, , values] = thinned(length, counted(length), new Float64Array(length), smooth);
  expect(steps.at(-1)).toBe(length - 1);
  expect(values.at(-1)).toBe(length - 1);
});

test("the step axis has some room in round numbers, and never passes the run's end", () => {
  expect(stepsShown(0, 1_000)).toBe(20);
  expect(stepsShown(100, 1_000)).toBe(150);
  expect(stepsShown(950, 1_000)).toBe(1_000);
  expect(stepsShown(100, 0)).toBe(150);
});

test("the loss axis holds the smoothed curve, and the raw one unless it leaps far above", () => {
  expect(lossShown(Float64Array.of(2, 1), Float64Array.of(2, 1.5))).toBeCloseTo(2.1);
  expect(lossShown(Float64Array.of(2, 100), Float64Array.of(2, 3))).toBeCloseTo(4.2);
  expect(lossShown(new Float64Array(), new Float64Array())).toBe(1);
});
