import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Lab, Plan } from "../module.js";
import { wholeDuration, type Estimate } from "../state/timing.js";
import { SpeedEstimator } from "./speed-estimator.js";

let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

const plan = {
  steps: 300,
  stepsPerEpoch: 100,
  batch: 50,
  test: 1_000,
  validation: 0,
  scoreSteps: [100, 200, 300],
} as Plan;
const SCORED_A_MS = 4;

/** A lab whose run takes so long for each step, and 1 ms for 4 images that it scores. */
function labOf(step: (index: number) => number): { lab: Lab; freed: () => boolean } {
  let [steps, freed] = [0, false];
  const run = {
    plan,
    async step() {
      now += step(steps++);
      return [{}];
    },
    async evaluatePart(_: string, images: number) {
      now += images / SCORED_A_MS;
      return { done: images };
    },
    free: () => void (freed = true),
  };
  return { lab: { engine: { threads: 2 }, start: async () => run } as unknown as Lab, freed: () => freed };
}

async function estimateOf(step: (index: number) => number): Promise<Estimate> {
  const { lab, freed } = labOf(step);
  const estimator = new SpeedEstimator();
  for (let tries = 0; tries < 50; tries++) {
    const estimate = await estimator.step(lab, "", 1_000, () => false);
    if (!estimate) continue;
    expect(freed()).toBe(true);
    expect(estimator.isNeeded).toBe(false);
    return estimate as Estimate;
  }
  throw new Error("It came to no end.");
}

/** What the run takes, in seconds, where its steps take so long. */
const taken = (step: (index: number) => number): number =>
  (Array.from({ length: plan.steps }, (_, index) => step(index)).reduce((sum, ms) => sum + ms, 0) +
    (plan.scoreSteps.length * plan.test) / SCORED_A_MS) /
  1_000;

test.each<[string, (index: number) => number]>([
  ["even steps", () => 20],
  ["a slow start, while code is new", (index) => (index < 3 ? 200 : 20)],
  ["a machine that is busy for every third step", (index) => (index % 3 === 0 ? 35 : 20)],
  ["steps of half a second", () => 500],
  ["steps of four seconds", () => 4_000],
])("an estimate is within a quarter of what the run takes: %s", async (_, step) => {
  const { quickest, median } = await estimateOf(step);
  const [least, most] = [wholeDuration(plan, quickest), wholeDuration(plan, median)];
  expect(least).toBeLessThanOrEqual(most);
  expect(taken(step)).toBeGreaterThanOrEqual(0.75 * least);
  expect(taken(step)).toBeLessThanOrEqual(1.25 * most);
});

test.each([2, 20])(
  "an estimate is within a quarter of what the run takes: test images that come after %s s",
  async (seconds) => {
    const step = (): number => 20;
    const { quickest, median } = await estimateOf(step);
    const loading = { seconds, bytes: 0 };
    const [least, most] = [wholeDuration(plan, quickest, loading), wholeDuration(plan, median, loading)];
    // The steps do not wait for them, and the scores do.
    const trained = (plan.steps * step()) / 1_000;
    const took = Math.max(trained, seconds) + (taken(step) - trained);
    expect(took).toBeGreaterThanOrEqual(0.75 * least);
    expect(took).toBeLessThanOrEqual(1.25 * most);
  },
);

test("the range is as wide as the steps differ", async () => {
  const even = await estimateOf(() => 20);
  expect(even.quickest).toEqual(even.median);
  const { quickest, median } = await estimateOf((index) => (index % 2 === 0 ? 20 : 30));
  expect(quickest.training / median.training).toBeGreaterThanOrEqual(1);
  expect(quickest.training).toBe((1_000 * plan.batch) / 20);
});
