import { expect, test } from "vitest";

import type { AnsweredImage } from "./requests.js";
import { chosen, countsOf, sorted } from "./shown-answers.js";

const image = (
  path: string,
  answer: string,
  probability: number,
  more: Partial<AnsweredImage> = {},
): AnsweredImage => ({
  path,
  answer,
  probability,
  top: [],
  probabilities: new Float32Array(),
  pixels: new Uint8Array(),
  ...more,
});

const IMAGES = [
  image("a", "cat", 0.9, { label: "cat", correct: true }),
  image("b", "dog", 0.4, { label: "cat", correct: false, unsure: "flat" }),
  image("c", "cat", 0.6),
];

test("the most doubtful is first", () => {
  expect(sorted(IMAGES).map(({ path }) => path)).toEqual(["b", "c", "a"]);
});

test("images are chosen by their answers and by what is known of them", () => {
  const paths = (kind: "all" | "unsure" | "wrong" | "right", answer: string | null) =>
    chosen(IMAGES, { kind, answer }).map(({ path }) => path);
  expect(paths("all", null)).toEqual(["a", "b", "c"]);
  expect(paths("all", "cat")).toEqual(["a", "c"]);
  expect(paths("unsure", null)).toEqual(["b"]);
  expect(paths("wrong", "cat")).toEqual([]);
  expect(paths("right", null)).toEqual(["a"]);
});

test("what has no label is neither right nor wrong", () => {
  expect(countsOf(IMAGES)).toEqual({ answers: 3, unsure: 1, labelled: 2, right: 1 });
});
