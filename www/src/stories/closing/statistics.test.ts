import { expect, test } from "vitest";

import { deviation, difference } from "./statistics.js";

const of = (...values: number[]) => ({ values, images: 10_000 });

test("a single value has no spread, and several have the sample's", () => {
  expect(deviation([0.5])).toBeNull();
  expect(deviation([])).toBeNull();
  expect(deviation([0.2, 0.4, 0.6])).toBeCloseTo(0.2, 12);
});

test("one run each differ where neither the images nor the usual spread of seeds explains it", () => {
  // The error of the difference of 97 and 90 % of 10,000 images is 0.35 points; two seeds of 2 points each are 2.83 apart.
  const { points, margin, verdict } = difference(of(0.97), of(0.9));
  expect([points, margin]).toEqual([expect.closeTo(0.07, 12), expect.closeTo(1.96 * Math.hypot(0.00345, 0.02828), 4)]);
  expect(verdict).toBe("higher");
  expect(difference(of(0.9), of(0.97)).verdict).toBe("lower");
  expect(difference(of(0.92), of(0.9)).verdict).toBe("even");
  // Of few images it is noise.
  expect(difference({ values: [0.97], images: 50 }, { values: [0.9], images: 50 }).verdict).toBe("even");
  expect(difference(of(1), of(1))).toMatchObject({ points: 0, verdict: "even" });
});

test("several runs differ where their spread does not explain it, by Welch's t-test", () => {
  // By hand: variances of 0.0001 and 0.0009, so 2.44 degrees of freedom.
  const seeds = difference({ values: [0.6, 0.62, 0.61], images: 1e12 }, { values: [0.5, 0.56, 0.53], images: 1e12 });
  expect(seeds.points).toBeCloseTo(0.08, 12);
  // Student's t is 4.303 and 3.182 for 2 and 3 degrees of freedom, and between them 3.70; the standard error is 0.018257.
  expect(seeds.margin).toBeCloseTo(3.7 * 0.018257, 4);
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

/** Numbers from 0 to 1, the same each time. */
function* random(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test.each([1, 2, 3, 5])("of recipes that do not differ, %i seeds seldom claim that they do", (seeds) => {
  const source = random(7 + seeds);
  const normal = (): number => {
    let sum = 0;
    for (let at = 0; at < 12; at++) sum += source.next().value;
    return sum - 6;
  };
  // Seeds spread by 2 points, and 2,000 images are scored.
  const sample = () => ({ values: Array.from({ length: seeds }, () => 0.8 + 0.02 * normal()), images: 2_000 });
  const trials = 2_000;
  let claims = 0;
  for (let trial = 0; trial < trials; trial++) if (difference(sample(), sample()).verdict !== "even") claims++;
  expect(claims / trials).toBeLessThan(0.05);
});

test("of recipes that differ much, three seeds say so", () => {
  const source = random(3);
  const sample = (mean: number) => ({
    values: [0, 1, 2].map(() => mean + 0.03 * (source.next().value - 0.5)),
    images: 2_000,
  });
  for (let trial = 0; trial < 200; trial++) expect(difference(sample(0.9), sample(0.75)).verdict).toBe("higher");
});
