import { expect, test } from "vitest";

import { Curves } from "../../state/curves.js";
import type { StoredRun } from "../../runs/stored-run.js";
import { cssColourOf, dashesOf, letterOf, overlayOf, unitsPerStep } from "./overlay.js";

const SCORE = { step: 2, loss: 0.5, accuracy: 0.9, examples: 10 };

function runOf(part: Partial<StoredRun> = {}): StoredRun {
  const curves = Curves.of({ losses: Float32Array.of(2, 1), scores: [SCORE] });
  return { curves, scores: [SCORE], stepsPerEpoch: 4, secondsPerStep: 0.5, ...part } as StoredRun;
}

test("a step has a length on each axis, where it is known", () => {
  expect(unitsPerStep(runOf(), "step")).toBe(1);
  expect(unitsPerStep(runOf(), "epoch")).toBe(0.25);
  expect(unitsPerStep(runOf({ stepsPerEpoch: null }), "epoch")).toBeNull();
  expect(unitsPerStep(runOf({ secondsPerStep: null }), "seconds")).toBeNull();
});

test("curves and test points of all runs stand on one axis", () => {
  const lines = [
    { run: runOf(), slot: 0 },
    { run: runOf({ secondsPerStep: 1 }), slot: 1 },
  ];
  const { data, drawn } = overlayOf(lines, "loss", "seconds");
  expect(Array.from(data[0])).toEqual([0.5, 1, 2]);
  expect(data).toHaveLength(1 + 2 * lines.length);
  expect(drawn[1]!.test).toEqual([[2], [0.5]]);
});

test("a run is left out of an axis on which its steps have no length, and of the accuracy its unknown curve", () => {
  const unknown = runOf({ stepsPerEpoch: null });
  expect(overlayOf([{ run: unknown, slot: 0 }], "loss", "epoch").drawn).toEqual([]);
  const [drawn] = overlayOf([{ run: unknown, slot: 0 }], "accuracy", "step").drawn;
  expect(drawn!.train).toEqual([[], []]);
  expect(drawn!.test).toEqual([[2], [0.9]]);
});

test("where colours repeat, letters and dashes differ", () => {
  expect(letterOf(0) + letterOf(25)).toBe("AZ");
  expect(cssColourOf(6)).toBe(cssColourOf(0));
  expect(dashesOf(6)).not.toEqual(dashesOf(0));
});
