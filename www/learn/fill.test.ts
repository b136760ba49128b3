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
  expect(value("deep.test | range")).toBe("10.0 to 30.0 %");
  expect(value("deep.loss | range")).toBe("1.50 to 2.25");
  expect(value("deep.starts | range")).toBe("2.00");
  expect(value("shallow.ends")).toBe("1.00");
});

test("what a recipe has for a field is filled in as well, and sums are computed", () => {
  expect(value("deep.examples")).toBe("10,000");
  expect(value("deep.lr")).toBe("0.002");
  expect(value("deep.model")).toBe("lenet5");
  expect(value("= 10 * deep.lr")).toBe("0.02");
  expect(value("= 25088 * 4096 / 1e6 | 1")).toBe("102.8");
  expect(value("= 100 * (shallow.test - deep.test)")).toBe("55");
});

test("a line keeps what stands around them", () => {
  expect(fillLine("It has {{ shallow.steps }} steps.", RUNS, HERE)).toBe(`It has ${FILLED.from}4${FILLED.to} steps.`);
});

for (const [expression, sentence] of [
  ["deeep.test", "There is no run “deeep”: there are deep, other, shallow."],
  ["deep@9.test", "“deep” has no run with seed 9: there are 1, 2, 3."],
  ["deep.accuracy", "A run has no “accuracy”: there are test, train,"],
  ["deep", "“deep” names no value of a run."],
  ["deep.test | round", "“deep.test | round” has no format “round”: there are percent, spread, range."],
  ["shallow.test | spread", "“shallow.test | spread” is of one run, which has no spread."],
  ["shallow.test | range", "“shallow.test | range” is of one run, which has no range."],
  ["deep.depth", "A run has no “depth”: there are test, train,"],
  ["deep.subset", "“subset” is 0, which means all images: “examples” says how many these are."],
  ["deep.seed", "“seed” differs between seeds: name one."],
  ["= 5 *", "“5 *” is no sum,"],
  ["= 2 * deep.model", "“deep.model” is no number."],
  ["= 2 * deep@1.check", "“deep@1.check” is no number."],
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
  assertHolds("shallow.test > 3 * deep.test", RUNS, HERE);
  assertHolds("shallow.test < 0.8", RUNS, HERE);
  expect(sentenceOf(() => assertHolds("shallow.test > 4 * deep.test", RUNS, HERE))).toBe(
    "learn/depth/lesson.md, line 7: “shallow.test > 4 * deep.test” does not hold: 0.800 is not below 0.750.",
  );
  expect(sentenceOf(() => assertHolds("shallow.test > 4 *", RUNS, HERE))).toContain("“4 *” is no sum");
  expect(sentenceOf(() => assertHolds("deep.loss = 2", RUNS, HERE))).toContain("is no comparison");
  expect(sentenceOf(() => assertHolds("deep.loss < shallow.test", RUNS, HERE))).toContain("cannot be compared");
});
