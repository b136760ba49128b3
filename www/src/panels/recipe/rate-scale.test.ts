import { expect, test } from "vitest";

import { endsOf, placeOf, rateAt, sensibleRates, STEP, usualRate } from "./rate-scale.js";

const ALLOWED = { min: 1e-7, max: 100 };

test("the usual rate is the network's own, or that of another optimizer that was chosen", () => {
  const rate = (opt: string): number => usualRate({ values: { opt }, defaults: { opt: "adam", lr: "0.006" } });
  expect([rate("adam"), rate("sgd"), rate("unheard-of")]).toEqual([0.006, 0.1, 0.006]);
});

test("sensible is from a tenth to ten times the usual rate, of what is allowed", () => {
  expect(sensibleRates(0.006, ALLOWED)).toEqual([0.0006, 0.06]);
  expect(sensibleRates(0.00125, ALLOWED)).toEqual([0.000125, 0.0125]);
  expect(sensibleRates(50, ALLOWED)).toEqual([5, 100]);
});

test("the slider reaches a thousandth and a thousand times, what is allowed, and the rate that it has", () => {
  expect(endsOf(0.006, ALLOWED, 0.006)).toEqual([-3, 3]);
  const [from, to] = endsOf(0.6, ALLOWED, 0.6);
  expect([from, to]).toEqual([-3, 2.2]);
  expect(Number(rateAt(to, 0.6))).toBeLessThanOrEqual(100);
  const [low] = endsOf(0.006, ALLOWED, 1e-7);
  expect(low).toBeLessThan(-4.7);
  expect(Number(rateAt(low, 0.006))).toBeGreaterThanOrEqual(1e-7);
  // What is no number, or none that is allowed, moves nothing.
  for (const rate of [Number.NaN, Number.POSITIVE_INFINITY]) expect(endsOf(0.006, ALLOWED, rate)).toEqual([-3, 3]);
  expect(endsOf(0.006, ALLOWED, 5000)[1]).toBe(4.2);
});

test("each place has a rate of its own, of two digits, and the usual rate is one of them", () => {
  const rates = Array.from({ length: 121 }, (_, at) => rateAt(-3 + at * STEP, 0.006));
  expect(new Set(rates).size).toBe(121);
  expect(rates[60]).toBe("0.006");
  expect([rates[40], rates[80], rates[0], rates[120]]).toEqual(["0.0006", "0.06", "0.000006", "6"]);
  expect(rates[61]).toBe("0.0067");
  expect(rates.map(Number)).toEqual(rates.map(Number).toSorted((a, b) => a - b));
  // Where the usual rate has more digits, whole decades keep them.
  expect([rateAt(0, 0.00125), rateAt(1, 0.00125), rateAt(STEP, 0.00125)]).toEqual(["0.00125", "0.0125", "0.0014"]);
  expect(placeOf(0.06, 0.006)).toBeCloseTo(1, 12);
});
