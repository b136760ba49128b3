import { expect, test } from "vitest";

import { Curves } from "../../state/curves.js";
import type { StoredRun } from "../../runs/stored-run.js";
import type { Report } from "../../module.js";
import type { Line } from "./lines.js";
import { overlayOf, unitsPerStep } from "./overlay.js";
import { cssColourOf, dashesOf } from "./run-colours.js";

const SCORE = { step: 2, loss: 0.5, accuracy: 0.9, examples: 10 };

function runOf(part: Partial<StoredRun> = {}): StoredRun {
  const curves = Curves.of({ losses: Float32Array.of(2, 1), scores: [SCORE] });
  return { curves, scores: [SCORE], stepsPerEpoch: 4, secondsPerStep: 0.5, ...part } as StoredRun;
}

function lineOf(slot: number, part: Partial<StoredRun> = {}): Line {
  return { run: runOf(part), slot, name: "", progress: null };
}

test("a step has a length on each axis, where it is known", () => {
  expect(unitsPerStep(runOf(), "step")).toBe(1);
  expect(unitsPerStep(runOf(), "epoch")).toBe(0.25);
  expect(unitsPerStep(runOf({ stepsPerEpoch: null }), "epoch")).toBeNull();
  expect(unitsPerStep(runOf({ secondsPerStep: null }), "seconds")).toBeNull();
});

test("curves and test points of all runs stand on one axis", () => {
  const lines = [lineOf(0), lineOf(1, { secondsPerStep: 1 })];
  const overlay = overlayOf(lines, "loss", "seconds");
  expect(overlay.drawn.map(({ train }) => train[0])).toEqual([
    [0.5, 1],
    [1, 2],
  ]);
  expect(overlay.drawn[1]!.test).toEqual([[2], [0.5]]);
  expect(overlay.last).toBe(2);
  expect(overlay.range).toEqual({ from: 0, to: 2 });
});

test("a run that trains has the whole of its length, and is read anew", () => {
  const line = { ...lineOf(0, { steps: 50 }), progress: 0.04 };
  expect(overlayOf([line], "loss", "step").last).toBe(50);
  line.run.curves.add([{ step: 3, loss: 0.5, accuracy: 0.5 } as Report]);
  expect(overlayOf([line], "loss", "step").drawn[0]!.train[0]).toEqual([1, 2, 3]);
});

test("a run is left out of an axis on which its steps have no length, and of the accuracy its unknown curve", () => {
  const unknown = lineOf(0, { stepsPerEpoch: null });
  expect(overlayOf([unknown], "loss", "epoch").drawn).toEqual([]);
  const [drawn] = overlayOf([unknown], "accuracy", "step").drawn;
  expect(drawn!.train).toEqual([[], []]);
  expect(drawn!.test).toEqual([[2], [0.9]]);
});

test("where colours repeat, letters and dashes differ", () => {
  expect(cssColourOf(6)).toBe(cssColourOf(0));
  expect(dashesOf(6)).not.toEqual(dashesOf(0));
});
