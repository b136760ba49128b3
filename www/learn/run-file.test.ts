import { expect, test } from "vitest";

import { linkOf, readRunFile } from "./run-file.js";
import { lessonRun, sentenceOf } from "./testing.js";

const PLAN = { format: 1, title: "8 layers", look: 0, link: "model=lenet5&data=digits&v=1", seeds: [1] };
const FILE = { ...PLAN, runs: [lessonRun()] };
const read = (file: object): unknown => readRunFile(JSON.stringify(file), "learn/depth/runs/shallow.json");

test("a run file is read, and its links have their seeds", () => {
  expect(read(FILE)).toEqual(FILE);
  expect(linkOf(PLAN, 7)).toBe("model=lenet5&data=digits&seed=7&v=1");
});

test("what is recorded on demand is read", () => {
  const asked = {
    ...FILE,
    gradientsAt: 2,
    confidence: true,
    runs: [lessonRun({ confidence: 0.9, gradients: [1, 2] })],
  };
  expect(read(asked)).toEqual(asked);
});

for (const [what, file, sentence] of [
  ["no runs yet", PLAN, "The runs with seed 1 are missing. “cargo xtask bench lessons --store” trains them."],
  ["a seed that was not trained", { ...FILE, seeds: [1, 2] }, "The runs with seed 2 are missing."],
  ["a seed that is not asked for", { ...FILE, runs: [lessonRun(), lessonRun({ seed: 2 })] }, "runs with other seeds"],
  ["a run without a check", { ...FILE, runs: [lessonRun({ check: "" })] }, "One of its runs cannot be read."],
  ["a run without a curve", { ...FILE, runs: [{ ...lessonRun(), curve: {} }] }, "One of its runs cannot be read."],
  ["an accuracy that is none", { ...FILE, runs: [{ ...lessonRun(), test: "0.9" }] }, "One of its runs cannot be read."],
  ["another format", { ...FILE, format: 2 }, "Its format is 2, and this version reads 1."],
  ["a key that is none", { ...FILE, name: "x" }, "A run file has no “name”"],
  ["no link", { ...FILE, link: "" }, "It has no link."],
  ["a link with a seed", { ...FILE, link: "model=lenet5&seed=3" }, "Its link has a seed, a check or marks"],
  ["a look that is none", { ...FILE, look: 5 }, "“look” has to be a number from 0 to 4."],
  ["no title", { ...FILE, title: "" }, "It has no title."],
  ["seeds that are none", { ...FILE, seeds: ["1"] }, "“seeds” has to be a list of whole numbers."],
  ["a seed twice", { ...FILE, seeds: [1, 1] }, "A seed stands there twice."],
  ["a step that is none", { ...FILE, gradientsAt: 0 }, "“gradientsAt” has to be a step."],
  ["a confidence that is not asked for so", { ...FILE, confidence: "yes" }, "“confidence” can be true alone."],
  ["no confidence", { ...FILE, confidence: true }, "How sure it is of its answers is missing."],
  ["no gradients", { ...FILE, gradientsAt: 2 }, "The norms of its gradients are missing."],
  ["a shift that is too far", { ...FILE, shiftsTo: 5 }, "“shiftsTo” has to be a number of pixels, from 1 to 4."],
  ["no shifted images", { ...FILE, shiftsTo: 1 }, "What it has right of shifted images is missing."],
  [
    "fewer shifts than it says",
    { ...FILE, shiftsTo: 2, runs: [lessonRun({ shifted: [0.9, 0.8] })] },
    "What it has right of shifted images is missing.",
  ],
  ["a list", [], "This is no run file."],
] as const)
  test(`refuses a run file with ${what}`, () => {
    expect(sentenceOf(() => read(file))).toContain(
      `learn/depth/runs/shallow.json: ${sentence.startsWith("runs with") ? "It has " : ""}${sentence}`,
    );
  });

test("refuses what is no JSON", () => {
  expect(sentenceOf(() => readRunFile("{", "learn/depth/runs/shallow.json"))).toContain("This is no JSON");
});
