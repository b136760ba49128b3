import { expect, test } from "vitest";

import type { Report, Score } from "../module.js";
import { Curves } from "./curves.js";

const report = (step: number, loss: number, accuracy = 0.5): Report =>
  ({ step, loss, accuracy, learningRate: 0.1, imagesPerSecond: 10 }) as Report;
const score = (step: number, accuracy: number): Score => ({ step, accuracy, confusion: [[1]] }) as unknown as Score;
const valuesOf = (curve: Float64Array, { length }: Curves): number[] => [...curve.subarray(0, length)];

test("the smoothed curve begins with the first value, and follows a steep start", () => {
  const curves = new Curves();
  curves.add([report(1, 4)]);
  expect(curves.smoothLoss[0]).toBe(4);
  curves.add([report(2, 2)]);
  expect(curves.smoothLoss[1]).toBeGreaterThan(2);
  expect(curves.smoothLoss[1]).toBeLessThan(3);
  for (let step = 3; step <= 500; step++) curves.add([report(step, 1)]);
  expect(curves.smoothLoss[499]).toBeCloseTo(1, 5);
});

test("a run that goes on has what was kept of it, whether that comes before its next steps or after", () => {
  const [losses, accuracies] = [
    [3, 2],
    [0.25, 0.5],
  ];
  const [before, after] = [new Curves(), new Curves()];
  before.restore(losses!, accuracies);
  before.restore(losses!);
  after.restore(losses!);
  for (const curves of [before, after]) curves.add([report(3, 1, 0.75)]);
  after.restore(losses!, accuracies);
  for (const curves of [before, after]) {
    expect(valuesOf(curves.loss, curves)).toEqual([3, 2, 1]);
    expect(valuesOf(curves.accuracy, curves)).toEqual([0.25, 0.5, 0.75]);
    expect(valuesOf(curves.smoothAccuracy, curves).some(Number.isNaN)).toBe(false);
  }
  expect(valuesOf(after.smoothLoss, after)).toEqual(valuesOf(before.smoothLoss, before));
});

test("scores that were kept join those that are here, each step once, and none of later steps", () => {
  const curves = new Curves();
  curves.addScore(score(3, 0.9));
  curves.restoreScores([score(1, 0.5), score(3, 0.8), score(5, 0.95)] as never, 4);
  expect(curves.scores.map(({ step, accuracy }) => [step, accuracy])).toEqual([
    [1, 0.5],
    [3, 0.9],
  ]);
});

test("curves grow without losing anything", () => {
  const curves = new Curves();
  const reports = Array.from({ length: 5_000 }, (_, at) => report(at + 1, at));
  for (let from = 0; from < 5_000; from += 7) curves.add(reports.slice(from, from + 7));
  expect(curves.length).toBe(5_000);
  expect(curves.step.length).toBeGreaterThanOrEqual(5_000);
  expect(valuesOf(curves.loss, curves)).toEqual(reports.map(({ loss }) => loss));
});

test("a run that goes on from a checkpoint has the losses before it, and forgets what came after it", () => {
  const curves = new Curves();
  curves.restore(new Float32Array([3, 2, 1]));
  expect(valuesOf(curves.step, curves)).toEqual([1, 2, 3]);
  expect(Number.isNaN(curves.accuracy[2])).toBe(true);
  curves.add([report(4, 0.5)]);
  curves.addScore(score(2, 0.4));
  curves.addScore(score(4, 0.9));
  const smooth = curves.smoothLoss[1];
  curves.truncate(2);
  expect([curves.length, curves.smoothLoss[1]]).toEqual([2, smooth]);
  expect(curves.scores.map(({ step }) => step)).toEqual([2]);
  // What is known already stays as it is.
  curves.restore(new Float32Array([9, 9]));
  expect(curves.loss[0]).toBe(3);
  curves.truncate(0);
  expect([curves.length, curves.scores.length]).toEqual([0, 0]);
});

test("the smoothed accuracy has no points before the first that is known", () => {
  const curves = Curves.of({ losses: new Float32Array([1, 1, 1]), scores: [] }, [NaN, 0.25, 0.75]);
  expect(Number.isNaN(curves.smoothAccuracy[0])).toBe(true);
  expect(curves.smoothAccuracy[1]).toBe(0.25);
});

test("a step that is scored once more has one score", () => {
  const curves = new Curves();
  for (const [step, accuracy] of [
    [1, 0.5],
    [2, 0.8],
    [2, 0.9],
  ] as const) {
    curves.addScore(score(step, accuracy));
  }
  expect(curves.scores.map(({ step, accuracy }) => [step, accuracy])).toEqual([
    [1, 0.5],
    [2, 0.9],
  ]);
});
