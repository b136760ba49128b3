import { expect, test } from "vitest";

import { endedAsNaN, finished } from "../testing.js";
import { summaryOf } from "./summary.js";

const SEEDS = [1, 2, 3];

test("a recipe has its accuracy, with the spread over its seeds", () => {
  expect(summaryOf([], SEEDS)).toEqual({ text: "–", seeds: "" });
  expect(summaryOf([finished("plain", 0.5, { seed: 2 })], SEEDS)).toEqual({ text: "50.0 %", seeds: "seed 2" });
  const three = [0.57, 0.58, 0.59].map((accuracy, at) => finished("plain", accuracy, { seed: at + 1 }));
  expect(summaryOf(three, SEEDS)).toEqual({ text: "58.0 ± 1.0 %", seeds: "3 seeds" });
  expect(summaryOf(three.slice(1), SEEDS).seeds).toBe("seeds 2, 3");
});

test("a run under way says where it is", () => {
  const under = finished("plain", 0.5, { seed: 2, done: 40, scores: [] });
  expect(summaryOf([under], SEEDS)).toEqual({ text: "step 40 of 100", seeds: "seed 2" });
  expect(summaryOf([finished("plain", 0.5), under], SEEDS)).toEqual({
    text: "50.0 %",
    seeds: "seed 1; step 40 of 100",
  });
});

test("a run whose loss was no number has no accuracy, and counts as what it is", () => {
  expect(summaryOf([endedAsNaN("plain", 12)], [1])).toEqual({ text: "loss no number", seeds: "seed 1" });
  const all = [finished("plain", 0.5), endedAsNaN("plain", 12, { seed: 2 }), endedAsNaN("plain", 9, { seed: 3 })];
  expect(summaryOf(all, SEEDS)).toEqual({ text: "50.0 %; loss no number (2 times)", seeds: "3 seeds" });
});
