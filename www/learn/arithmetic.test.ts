import { expect, test } from "vitest";

import { computed, writtenSum } from "./arithmetic.js";
import { sentenceOf } from "./testing.js";

const RUN: Readonly<Record<string, number>> = { "plain40.lr": 0.005, "a-b@2.gradient-first": 3 };
const value = (text: string): number =>
  computed(
    text,
    (term) => RUN[term] ?? Number.NaN,
    (sentence) => {
      throw new Error(sentence);
    },
  );

for (const [text, comes] of [
  ["64 * 7 * 7 * 3", 9_408],
  ["2 + 3 * 4 - 1", 13],
  ["8 / 2 / 2", 2],
  ["10 - 4 - 3", 3],
  ["-2 * (1 + 2)", -6],
  ["100 * sqrt(0.8 * 0.2 / 100)", 4],
  ["ln(10)", Math.LN10],
  ["1e6", 1_000_000],
  ["2e-3 - 1e-3", 0.001],
  ["10 * plain40.lr", 0.05],
  ["a-b@2.gradient-first - 1", 2],
  ["5*5", 25],
] as const)
  test(`${text} is ${comes}`, () => expect(value(text)).toBeCloseTo(comes, 12));

for (const [text, sentence] of [
  ["", "“” is no sum, as 5 * 5 * 100 or 10 * plain40.lr."],
  ["5 *", "“5 *” is no sum"],
  ["5 5", "“5 5” is no sum"],
  ["1 / 0", "“1 / 0” is no sum"],
  ["(1 + 2", "“(1 + 2” has a bracket that is not closed."],
  ["5 % 2", "“% 2” is no part of a sum."],
  ["log(2)", "There is no function “log”: there are sqrt, ln."],
  ["constructor(2)", "There is no function “constructor”"],
  ["sqrt 2", "“sqrt” needs its value in brackets."],
] as const)
  test(`refuses ${JSON.stringify(text)}`, () => expect(sentenceOf(() => value(text))).toContain(sentence));

test("a sum is written with as many digits as it needs", () => {
  expect(writtenSum(153_600, undefined)).toBe("153,600");
  expect(writtenSum(10 * 0.002, undefined)).toBe("0.02");
  expect(writtenSum(0.1 + 0.2, undefined)).toBe("0.3");
  expect(writtenSum(100 / 3, undefined)).toBe("33.33");
  expect(writtenSum((25_088 * 4_096) / 1e6, 1)).toBe("102.8");
  expect(writtenSum(Math.LN10, 2)).toBe("2.30");
});
