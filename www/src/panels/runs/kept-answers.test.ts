import { expect, test } from "vitest";

import { answerText, tooLargeSentence } from "./kept-answers.js";

const DATA = { classes: ["cat", "dog"] };
const answerOf = (...shares: number[]) => ({ probabilities: Float32Array.from(shares), rounded: null });

test("a run says a class by its name, and how sure it is", () => {
  expect(answerText(0, answerOf(0.02, 0.98), DATA)).toBe("A says dog (98 %)");
  expect(answerText(1, answerOf(0.61, 0.39), { classes: [] })).toBe("B says 0 (61 %)");
});

test("a run whose weights are rounded says so", () => {
  const answer = { ...answerOf(0.02, 0.98), rounded: 16 };
  expect(answerText(0, answer, DATA)).toBe("A says dog (98 %, weights rounded to 16 bits)");
});

test("a run that does not answer says why", () => {
  expect(answerText(26, "it came as a file, which has no weights", DATA)).toBe(
    "AA does not answer: it came as a file, which has no weights",
  );
});

test("a network that is too large to be loaded beside the run says its size", () => {
  expect(tooLargeSentence(32e6)).toBe("");
  expect(tooLargeSentence(44.2e6)).toBe("Too large to answer a drawn picture: 44.2 MB, and 32.0 MB is the most.");
});
