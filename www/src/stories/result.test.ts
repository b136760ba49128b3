import { expect, test } from "vitest";

import { recorded } from "../outcome/recorded/recorded.js";
import { finalScore, isOver, resultOf } from "./result.js";

const known = { recipe: "plain", seed: 1, steps: 200, parameters: 61_706, endedAsNaN: false };

test("a run's result is what its own numbers tell", () => {
  const evidence = recorded("tiny-lenet5");
  const steps = evidence.loss.length;
  const result = resultOf({ ...known, steps }, evidence);
  expect(result).toMatchObject({ done: steps, divergedAt: null, split: "test", chance: evidence.chance });
  expect(finalScore(result)).toBe(evidence.scores.at(-1));
  expect(isOver(result)).toBe(true);
  // Its last epoch: 500 steps of 16.
  expect(result.training?.images).toBe(8_000);
  expect(result.training?.accuracy).toBeCloseTo(
    Array.from(evidence.accuracy)
      .slice(-500)
      .reduce((sum, share) => sum + share, 0) / 500,
    9,
  );
});

test("one that diverged says where, and has a score all the same", () => {
  const evidence = recorded("large-rate");
  const result = resultOf(known, evidence);
  expect(result.divergedAt).toBeGreaterThan(0);
  expect(finalScore(result)?.step).toBe(200);
});

test("one whose loss was no number any more is over without a score", () => {
  const { loss, ...evidence } = recorded("large-rate");
  const cut = { ...evidence, loss: Array.from(loss).slice(0, 7), scores: [] };
  const result = resultOf({ ...known, endedAsNaN: true }, cut);
  expect(result).toMatchObject({ done: 7, divergedAt: 8 });
  expect([finalScore(result), isOver(result)]).toEqual([null, true]);
});

test("one that is under way is not over, whatever it was scored", () => {
  const evidence = recorded("tiny-lenet5");
  const result = resultOf({ ...known, steps: evidence.loss.length + 1 }, evidence);
  expect([finalScore(result), isOver(result)]).toEqual([null, false]);
});

test("where nobody kept the accuracies of its batches, its training accuracy is not known", () => {
  const evidence = recorded("tiny-lenet5");
  const unknown = { ...evidence, accuracy: Array.from(evidence.loss, () => NaN) };
  expect(resultOf(known, unknown).training).toBeNull();
});
