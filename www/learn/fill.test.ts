import { expect, test } from "vitest";

import { assertHolds, fillLine, FILLED, valueOf } from "./fill.js";
import { RUNS, sentenceOf } from "./testing.js";

const HERE = { file: "learn/depth/lesson.md", line: 7 };
const PLACE = "learn/depth/lesson.md, line 7: ";
const value = (expression: string): string => valueOf(expression, RUNS, HERE).replaceAll("\u00a0", " ");

test("numbers are those of the runs", () => {
  expect(value("shallow.test")).toBe("75.0 %");
  expect(value("deep.test")).toBe("20.0 %");
  expect(value("deep@3.test")).toBe("30.0 %");
  expect(value("deep.test | spread")).toBe("20.0 ± 10.0 %");
  expect(value("deep.loss")).toBe("1.75");
  expect(value("deep.confidence")).toBe("50.0 %");
  expect(value("deep.loss | spread")).toBe("1.75 ± 0.43");
  expect(value("shallow.parameters")).toBe("16,698");
  expect(value("deep.seeds")).toBe("3");
  expect(value("shallow.check")).toBe("0123456789abcdef");
  expect(value("deep@1.gradient-first")).toBe("2 × 10^−18^");
  expect(value("shallow.shifted-1")).toBe("50.0 %");
  expect(value("shallow.test - deep.test")).toBe("55.0 percentage points");
  expect(value("deep@3.loss / shallow.loss")).toBe("1.50");
});

test("a line keeps what stands around them", () => {
  expect(fillLine("It has {{ shallow.steps }} steps.", RUNS, HERE)).toBe(`It has ${FILLED.from}4${FILLED.to} steps.`);
});

for (const [expression, sentence] of [
  ["deeep.test", "There is no run “deeep”: there are deep, other, shallow."],
  ["deep@9.test", "“deep” has no run with seed 9: there are 1, 2, 3."],
  ["deep.accuracy", "A run has no “accuracy”: there are test, train,"],
  ["deep", "“deep” names no value of a run."],
  ["deep.test | round", "“deep.test | round” has no format “round”: there are percent, spread."],
  ["shallow.test | spread", "“shallow.test | spread” is of one run, which has no spread."],
  ["deep.check", "“deep.check” is one of several: name a seed, as deep@1.check."],
  ["deep.parameters", "“deep.parameters” differs between seeds: name one."],
  ["shallow.gradient-first", "“shallow” has no “gradient-first”: its run file says no “gradientsAt”."],
  ["shallow.shifted-2", "“shallow” has no “shifted-2”: its run file says no “shiftsTo” so large."],
  ["shallow.shifted-5", "A run has no “shifted-5”"],
  ["shallow.confidence", "“shallow” has no “confidence”: its run file says no “confidence”."],
  ["deep.test - deep.loss", "“deep.test” and “deep.loss” cannot be compared: they are of different kinds."],
  ["deep.test + deep.test", "“deep.test + deep.test” is no expression,"],
  ["", "“” is no expression,"],
  ["constructor.test", "There is no run “constructor”"],
  ["deep.constructor", "A run has no “constructor”"],
] as const)
  test(`refuses {{${expression}}}`, () => {
    expect(sentenceOf(() => value(expression)).slice(0, PLACE.length + sentence.length)).toBe(PLACE + sentence);
  });

for (const line of ["It is {{deep.test", "It is deep.test}}", "{{deep\n.test}}"])
  test(`refuses braces that are not closed: ${JSON.stringify(line)}`, () => {
    expect(sentenceOf(() => fillLine(line, RUNS, HERE))).toContain("A pair of braces is not closed");
  });

test("what a lesson relies on holds for every seed, or the build says so", () => {
  assertHolds("deep.test < shallow.test", RUNS, HERE);
  assertHolds("shallow.test > deep@1.test", RUNS, HERE);
  expect(sentenceOf(() => assertHolds("deep.loss > shallow.loss", RUNS, HERE))).toBe(
    "learn/depth/lesson.md, line 7: “deep.loss > shallow.loss” does not hold for every seed: 1.50 is not below 1.50.",
  );
  expect(sentenceOf(() => assertHolds("deep.loss = 2", RUNS, HERE))).toContain("is no comparison");
  expect(sentenceOf(() => assertHolds("deep.loss < shallow.test", RUNS, HERE))).toContain("cannot be compared");
});
