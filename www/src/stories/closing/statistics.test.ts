import { expect, test } from "vitest";

import { deviation, difference } from "./statistics.js";

const of = (...values: number[]) => ({ values, images: 10_000 });

test("a single value has no spread, and several have the sample's", () => {
  expect(deviation([0.5])).toBeNull();
  expect(deviation([])).toBeNull();
  expect(deviation([0.2, 0.4, 0.6])).toBeCloseTo(0.2, 12);
});

test("one run each differ where the images alone do not explain it", () => {
  // Three standard errors of the difference of 90 and 92 % of 10,000 images: 1.21 points.
  const { points, margin, verdict } = difference(of(0.92), of(0.9));
  expect([points, margin]).toEqual([expect.closeTo(0.02, 12), expect.closeTo(0.01214, 4)]);
  expect(verdict).toBe("higher");
  expect(difference(of(0.9), of(0.92)).verdict).toBe("lower");
  expect(difference(of(0.905), of(0.9)).verdict).toBe("even");
  // Of fewer images it is noise.
  expect(difference({ values: [0.92], images: 1_000 }, { values: [0.9], images: 1_000 }).verdict).toBe("even");
  // Nothing differs, and nothing is noise.
  expect(difference(of(1), of(1))).toEqual({ points: 0, margin: 0, verdict: "even" });
});

test("several runs differ where their spread does not explain it, by Welch's t-test", () => {
  // By hand: variances of 0.0001 and 0.0009, so 2.44 degrees of freedom.
  const seeds = difference({ values: [0.6, 0.62, 0.61], images: 1e12 }, { values: [0.5, 0.56, 0.53], images: 1e12 });
  expect(seeds.points).toBeCloseTo(0.08, 12);
  // 2 degrees of freedom, rounded down: 4.303 standard errors of 0.018257.
  expect(seeds.margin).toBeCloseTo(4.303 * 0.018257, 5);
  expect(seeds.verdict).toBe("higher");
  expect(difference(of(0.6, 0.62, 0.61), of(0.5, 0.6, 0.7)).verdict).toBe("even");
  // Seeds that give the same leave the noise of the images.
  expect(difference(of(0.9, 0.9), of(0.9, 0.9)).margin).toBeCloseTo(1.96 * Math.sqrt((2 * 0.09) / 10_000), 12);
});

test("a single run is taken to spread as those of the other recipe do", () => {
  const alone = difference(of(0.92), of(0.9, 0.88, 0.92));
  // One deviation of 2 points, over 1 and over 3 runs, with 2 degrees of freedom, and the images.
  expect(alone.margin).toBeCloseTo(Math.hypot(4.303 * 0.02 * Math.sqrt(4 / 3), 1.96 * Math.hypot(0.0027129, 0.003)), 5);
  expect(alone.verdict).toBe("even");
});

test("many degrees of freedom have the last of the table", () => {
  const many = Array.from({ length: 60 }, (_, at) => 0.5 + (at % 2) / 100);
  expect(difference(of(...many), of(...many)).margin).toBeGreaterThan(0);
});
