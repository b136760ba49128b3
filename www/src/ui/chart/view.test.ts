import { expect, test } from "vitest";

import { rangeOf, rangeText, stepsShown, thinned, type View } from "./view.js";

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

const viewWith = (raw: number[], smooth: number[]): View => [
  counted(raw.length),
  Float64Array.from(raw),
  Float64Array.from(smooth),
];

test("the range is what there is to see, in round numbers", () => {
  expect(rangeOf("loss", [viewWith([2.3, 0.4], [2.3, 0.6])], [0.5])).toEqual({ from: 0, to: 2.5 });
  expect(rangeOf("accuracy", [viewWith([0.71, 0.84], [0.72, 0.83])], [0.8])).toEqual({ from: 0.7, to: 0.85 });
  expect(rangeOf("accuracy", [viewWith([0.1, 0.99], [0.1, 0.97])], [0.98])).toEqual({ from: 0, to: 1 });
});

test("single steps that leap far do not press the curve flat, and test points are never cut", () => {
  const { to } = rangeOf("loss", [viewWith([2, 1_000], [2, 3])], []);
  expect(to).toBeLessThan(4);
  expect(rangeOf("loss", [viewWith([2, 1], [2, 1])], [40]).to).toBeGreaterThanOrEqual(40);
});

test("what is flat looks flat, and no accuracy is below 0 or above 100 %", () => {
  const flat = rangeOf("accuracy", [viewWith([0.5, 0.5], [0.5, 0.5])], []);
  expect(flat.to - flat.from).toBeGreaterThanOrEqual(0.04);
  expect(flat.from).toBeLessThan(0.5);
  expect(rangeOf("accuracy", [viewWith([1, 1], [1, 1])], [1]).to).toBe(1);
  expect(rangeOf("accuracy", [viewWith([0, 0], [0, 0])], []).from).toBe(0);
});

test("a range of nothing, or of what is no number, is that of a whole", () => {
  expect(rangeOf("loss", [], [])).toEqual({ from: 0, to: 1 });
  expect(rangeOf("loss", [viewWith([NaN, Infinity], [NaN, Infinity])], [NaN])).toEqual({ from: 0, to: 1 });
});

test("the range is said where the axis does not begin at 0", () => {
  expect(rangeText("accuracy", { from: 0, to: 1 })).toBe("");
  expect(rangeText("accuracy", { from: 0.4, to: 0.95 })).toBe("from 40 to 95");
  expect(rangeText("loss", { from: 0.5, to: 2 })).toBe("from 0.5 to 2");
});
