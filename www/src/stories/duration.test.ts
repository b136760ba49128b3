import { expect, test } from "vitest";

import { runCost, runsOfStory, storyDuration, trainAllLabel, workOf } from "./duration.js";
import { SKIPS } from "./testing.js";

const values = {
  data: "digits",
  subset: "0",
  val: "0",
  batch: "100",
  epochs: "2",
  steps: "0",
  test: "0",
  score: "0",
  tta: "off",
};

test("each recipe is trained once before any is trained again", () => {
  expect(runsOfStory({ ...SKIPS, seeds: [1, 7] }).map(({ title, link }) => [title, link])).toEqual([
    ["plain, seed 1", "model=resnet-8&skip=off&v=1&seed=1"],
    ["with skips, seed 1", "model=resnet-8&v=1&seed=1"],
    ["plain, seed 7", "model=resnet-8&skip=off&v=1&seed=7"],
    ["with skips, seed 7", "model=resnet-8&v=1&seed=7"],
  ]);
  expect(runsOfStory(SKIPS).map(({ title }) => title)).toEqual(["plain", "with skips"]);
});

test("a run computes its steps and its scores", () => {
  // 20,000 images are trained on; 15 scores of 2,000 would take half as long, which are 7 in each epoch.
  expect(runCost(values, 1_000)).toEqual({ training: 6 * 2e7, scoring: 2 * 14 * 2e6 });
  expect(runCost({ ...values, steps: "300" }, 1_000)?.training).toBe(6 * 3e7);
  expect(runCost({ ...values, subset: "1050", val: "50" }, 1_000)).toEqual({ training: 6 * 2e6, scoring: 2 * 2.05e6 });
  expect(runCost({ ...values, score: "90", test: "500" }, 1_000)?.scoring).toBe(2 * 3 * 5e5);
  expect(runCost({ ...values, tta: "flip", score: "200" }, 1_000)?.scoring).toBe(2 * 4e6);
  expect(runCost({ ...values, test: "9000", score: "200" }, 1_000)?.scoring).toBe(2 * 2e6);
});

test("the original LeNet-5 takes longer than its multiply-adds say, wherever the speed was measured", () => {
  const [cost, dear] = [runCost(values, 1_000), runCost({ ...values, model: "lenet5-1998" }, 1_000)];
  expect(dear!.training / cost!.training).toBeGreaterThan(3);
  expect(dear!.scoring / cost!.scoring).toBe(dear!.training / cost!.training);
  const speeds = { training: 2_000, scoring: 6_000 };
  const estimate = { quickest: speeds, median: speeds };
  const itself = storyDuration([dear], estimate, workOf("lenet5-1998", 1_000))!;
  expect(itself.least).toBeCloseTo(storyDuration([cost], estimate, workOf("lenet5", 1_000))!.least, 9);
});

test("of data whose size the recipe does not tell, nobody knows", () => {
  expect(runCost({ ...values, data: "mnist" }, 1_000)).toBeNull();
  expect(runCost({ ...values, data: "mnist", subset: "1000", test: "500" }, 1_000)).not.toBeNull();
  expect(runCost({}, 1_000)).toBeNull();
});

test("how long they take follows from what another network was measured at", () => {
  const cost = runCost(values, 1_000);
  const speeds = { training: 2_000, scoring: 6_000 };
  // Twice 10 s of training and 4.7 of scoring.
  const range = storyDuration([cost, cost], { quickest: speeds, median: speeds }, 1_000)!;
  expect(range.least).toBeCloseTo((2 * (10 + 14 / 3)) / 1.6, 9);
  expect(range.most).toBeCloseTo(2 * (10 + 14 / 3) * 1.6, 9);
  // A network of half the work was measured, and its scores were not.
  expect(storyDuration([cost], { quickest: { training: 2_000, scoring: 0 }, median: speeds }, 500)!.least).toBeCloseTo(
    (20 + 28 / 3) / 1.6,
    9,
  );
  expect(trainAllLabel(range)).toBe("Train all (18 to 47 s here)");
  expect(trainAllLabel({ least: 100, most: 200 })).toBe("Train all (1.5 to 3.5 minutes here)");
});

test("nothing is claimed where nothing was measured, or a run cannot be told", () => {
  const speeds = { training: 2_000, scoring: 6_000 };
  const measured = { quickest: speeds, median: speeds };
  const cost = runCost(values, 1_000);
  expect(storyDuration([cost], null, 1_000)).toBeNull();
  expect(storyDuration([cost], "unknown", 1_000)).toBeNull();
  expect(storyDuration([cost, null], measured, 1_000)).toBeNull();
  expect(storyDuration([cost], { quickest: speeds, median: { training: 0, scoring: 0 } }, 1_000)).toBeNull();
  expect(trainAllLabel(null)).toBe("Train all");
  expect(trainAllLabel({ least: 100, most: 200 }, "rest")).toBe("Train the rest (1.5 to 3.5 minutes here)");
  expect(trainAllLabel(null, "again")).toBe("Train all again");
});
