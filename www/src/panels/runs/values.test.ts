import { expect, test } from "vitest";

import { Curves } from "../../state/curves.js";
import type { StoredRun } from "../../runs/stored-run.js";
import { overlayOf } from "./overlay.js";
import { valuesAt } from "./values.js";

const SCORES = [
  { step: 2, loss: 0.5, accuracy: 0.9, examples: 10 },
  { step: 4, loss: 0.4, accuracy: 0.95, examples: 10 },
];

function drawnOf(losses: number[], axis: "step" | "epoch" = "step") {
  const curves = Curves.of({ losses: Float32Array.from(losses), scores: SCORES });
  const run = { curves, scores: SCORES, stepsPerEpoch: 4, secondsPerStep: null } as unknown as StoredRun;
  return overlayOf([{ run, slot: 3, name: "", progress: null }], "loss", axis).drawn;
}

test("every run is read where the pointer is, and its nearest test point has a place of its own", () => {
  const [value] = valuesAt(drawnOf([8, 8, 8, 8]), 3.2);
  expect(value).toEqual({ slot: 3, train: 8, test: { at: 4, value: 0.4 } });
  expect(valuesAt(drawnOf([8, 8, 8, 8], "epoch"), 0.5)).toEqual([{ slot: 3, train: 8, test: { at: 0.5, value: 0.5 } }]);
});

test("without a pointer the last values are read, and past its end a run has none", () => {
  const drawn = drawnOf([8, 8, 8, 8]);
  expect(valuesAt(drawn, null)).toEqual([{ slot: 3, train: 8, test: { at: 4, value: 0.4 } }]);
  expect(valuesAt(drawn, 5)).toEqual([{ slot: 3, train: null, test: null }]);
});
