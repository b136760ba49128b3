import { expect, test } from "vitest";

import type { Report, Score } from "../../module.js";
import { Curves } from "../../state/curves.js";
import { readingAt } from "./reading.js";

function trained(steps: number, scoredAt: readonly number[]): Curves {
  const curves = new Curves();
  const reports = Array.from({ length: steps }, (_, at) => ({ step: at + 1, loss: steps - at, accuracy: at / steps }));
  curves.add(reports as Report[]);
  for (const step of scoredAt) curves.addScore({ step, loss: 100 + step, accuracy: step / 1_000 } as Score);
  return curves;
}

test("without a cursor the last step is read, and the last test point with its own step", () => {
  const reading = readingAt(trained(50, [20, 45]), "loss", null);
  expect(reading).toMatchObject({ step: 50, raw: 1, test: { step: 45, value: 145 } });
});

test("a cursor reads the step that it is at, and the test point nearest to it with its own step", () => {
  const curves = trained(50, [20, 45]);
  expect(readingAt(curves, "loss", 18)).toMatchObject({ step: 18, raw: 33, test: { step: 20, value: 120 } });
  expect(readingAt(curves, "accuracy", 40)).toMatchObject({ step: 40, raw: 39 / 50, test: { step: 45, value: 0.045 } });
});

test("of long runs too, which are drawn thinned, the very step is read", () => {
  const curves = trained(9_000, []);
  expect(readingAt(curves, "loss", 4_321)).toMatchObject({ step: 4_321, raw: 9_000 - 4_320, test: null });
});

test("what is not known is null: before training, past the end, and what an opened run does not hold", () => {
  expect(readingAt(new Curves(), "loss", null)).toBeNull();
  expect(readingAt(trained(5, []), "loss", 6)).toBeNull();
  const opened = Curves.of({ losses: new Float32Array([3, 2]), scores: [] });
  expect(readingAt(opened, "accuracy", 2)).toEqual({ step: 2, raw: null, smooth: null, test: null });
  opened.add([{ step: 3, loss: NaN, accuracy: 0.5 } as Report]);
  expect(readingAt(opened, "loss", 3)).toMatchObject({ raw: null, smooth: null });
});
