import { expect, test } from "vitest";

import { sentenceOf, type ToldRun } from "./sentence.js";

const RUN: ToldRun = {
  words: "LeNet-5, MNIST, 4 epochs, seed 1",
  score: { step: 312, accuracy: 0.93, examples: 2_000 },
  steps: 312,
  isFinished: true,
  isPart: false,
  rounded: null,
  address: "https://bench.example/#model=lenet5",
};

const sentence = (part: Partial<ToldRun>): string | null => sentenceOf({ ...RUN, ...part });

test("a run that is finished is told with its score and its link", () => {
  expect(sentence({})).toBe(
    "LeNet-5, MNIST, 4 epochs, seed 1: 93.0 % of 2,000 test images, https://bench.example/#model=lenet5",
  );
});

test("a score with mirror images, or on some of the test images, says so", () => {
  const score = { ...RUN.score!, tta: "flip" as const };
  expect(sentence({ score })).toContain(": 93.0 % of 2,000 test images, each with its mirror image, https://");
  expect(sentence({ isPart: true })).toContain(": 93.0 % of the first 2,000 test images, https://");
  expect(sentence({ rounded: 16 })).toContain(", weights rounded to 16 bits: 93.0 % of 2,000 test images, https://");
});

test("a run that is not finished says so", () => {
  const score = { ...RUN.score!, step: 78 };
  expect(sentence({ score, isFinished: false })).toContain(
    "2,000 test images (after step 78 of 312: the run is not finished), https://",
  );
});

test("a finished run whose end could not be scored says which step was", () => {
  expect(sentence({ score: { ...RUN.score!, step: 300 } })).toContain("test images (after step 300 of 312), https://");
});

test("of a run that is not scored there is no sentence", () => {
  expect(sentence({ score: null })).toBeNull();
  expect(sentence({ score: { ...RUN.score!, accuracy: NaN } })).toBeNull();
});
