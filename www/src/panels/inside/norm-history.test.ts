import { expect, test } from "vitest";

import { NormHistory } from "./norm-history.js";

const recorded = (weight: number, update: number) => [{ name: "conv1.weight", weight, gradient: 2, update }];

test("a parameter's norms are kept step by step, and each step once", () => {
  const history = new NormHistory();
  history.add(1, recorded(4, 1));
  history.add(1, recorded(9, 9));
  history.add(3, recorded(0, 1));
  expect(history.get("conv1.weight")).toEqual({
    steps: [1, 3],
    weight: [4, 0],
    gradient: [2, 2],
    updateRatio: [0.25, NaN],
  });
  expect(history.get("conv2.weight")).toBeUndefined();
});

test("a run that goes on from a checkpoint forgets what came after it", () => {
  const history = new NormHistory();
  for (const step of [1, 2, 3]) history.add(step, recorded(4, 1));
  history.truncate(2);
  expect(history.get("conv1.weight")?.steps).toEqual([1, 2]);
  history.add(3, recorded(5, 1));
  expect(history.get("conv1.weight")?.weight).toEqual([4, 4, 5]);
  history.truncate(0);
  expect(history.get("conv1.weight")).toBeUndefined();
});

test("of a long run fewer steps are kept, from the first to the last", () => {
  const history = new NormHistory();
  for (let step = 1; step <= 10_000; step++) history.add(step, recorded(step, 1));
  const { steps, weight } = history.get("conv1.weight")!;
  expect(steps.length).toBeLessThanOrEqual(512);
  expect(steps.length).toBeGreaterThan(200);
  expect([steps[0], steps.at(-1), weight.at(-1)]).toEqual([1, 10_000, 10_000]);
  expect(weight).toEqual(steps);
});
