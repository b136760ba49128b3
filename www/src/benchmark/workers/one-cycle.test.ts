import { expect, test } from "vitest";
import { oneCycle } from "./one-cycle.js";

test("a rate rises from its 25th for three tenths of the run, and falls to nearly nothing", () => {
  const rates = oneCycle(0.006, 1000);
  expect(rates.length).toBe(1000);
  expect(rates[0]).toBeCloseTo(0.006 / 25, 12);
  expect(Math.max(...rates)).toBe(rates[299]);
  expect(rates[299]).toBeCloseTo(0.006, 12);
  expect(rates[999]).toBeCloseTo((0.006 / 25) * 1e-4, 15);
});

test("the first rates of LeNet-5's quick recipe are those that the module reports", () => {
  const reported = [0.00024000000000000022, 0.00024004512588981442, 0.0002401805021451282];
  const rates = oneCycle(0.006, 1874);
  reported.forEach((rate, step) => expect(rates[step]).toBeCloseTo(rate, 15));
});

test("a run of one step has a rate, too", () => {
  expect([...oneCycle(0.1, 1)].every(Number.isFinite)).toBe(true);
});
