import { expect, test } from "vitest";

import { analyse } from "./analysis.js";

/** Logits of four images in two classes; the softmax of (0, ln 3) is (¼, ¾). */
const L3 = Math.log(3);
const predictions = {
  step: 7,
  truth: Uint8Array.of(0, 0, 1, 1),
  logits: Float32Array.of(L3, 0, 0, L3, 0, L3, 0, 3 * L3),
};

test("the confusion matrix counts labels in rows and predictions in columns", () => {
  const { count, confusion, byClass, step } = analyse(predictions, 2);
  expect([step, count]).toEqual([7, 4]);
  expect(confusion).toEqual([
    [1, 1],
    [0, 2],
  ]);
  expect(byClass).toEqual([
    { count: 2, correct: 1 },
    { count: 2, correct: 2 },
  ]);
});

test("logits that are no numbers are no answer, and are in no column", () => {
  const { confusion, wrong, correct } = analyse({ ...predictions, logits: predictions.logits.with(0, NaN) }, 2);
  expect(confusion).toEqual([
    [0, 1],
    [0, 2],
  ]);
  expect(wrong.find(({ index }) => index === 0)?.predicted).toBe(-1);
  expect(correct).toHaveLength(2);
});

test("mistakes come in the order of how improbable their label was, and the least confident of the correct first", () => {
  const { wrong, correct } = analyse(predictions, 2);
  expect(wrong).toEqual([
    { index: 1, label: 0, predicted: 1, confidence: expect.closeTo(0.75), labelProbability: expect.closeTo(0.25) },
  ]);
  expect(correct.map(({ index }) => index)).toEqual([0, 2, 3]);
});

test("bins hold the examples of about one confidence, and the calibration error weighs how far they are off", () => {
  const { bins, calibrationError } = analyse(predictions, 2);
  expect(bins[7]).toEqual({
    from: 0.7,
    to: 0.8,
    count: 3,
    accuracy: expect.closeTo(2 / 3),
    confidence: expect.closeTo(0.75),
  });
  expect(bins[9]).toMatchObject({ count: 1, accuracy: 1, confidence: expect.closeTo(27 / 28) });
  expect(bins[0]).toMatchObject({ count: 0, accuracy: NaN });
  expect(calibrationError).toBeCloseTo((3 / 4) * (0.75 - 2 / 3) + (1 / 4) * (1 - 27 / 28));
});
