import type { Curves } from "../../state/curves.js";
import type { Quantity } from "../../ui/chart/view.js";

/** What the curves say of a step. Null is what is not known, or was no number. */
export interface Reading {
  step: number;
  raw: number | null;
  smooth: number | null;
  /** The test point nearest to it, which has a step of its own. */
  test: { step: number; value: number } | null;
}

/**
 * @param step null for the last one
 * @returns null where the run has not been at that step
 */
export function readingAt(curves: Curves, quantity: Quantity, step: number | null): Reading | null {
  const at = step === null ? curves.length - 1 : indexOf(curves, step);
  if (at < 0 || at >= curves.length) return null;
  const [raw, smooth] =
    quantity === "loss" ? [curves.loss, curves.smoothLoss] : [curves.accuracy, curves.smoothAccuracy];
  const found = curves.step[at] ?? 0;
  return { step: found, raw: known(raw[at]), smooth: known(smooth[at]), test: nearest(curves, quantity, found) };
}

/** Of the first index whose step is no earlier. */
function indexOf({ step: steps, length }: Curves, step: number): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((steps[middle] ?? 0) < step) from = middle + 1;
    else to = middle;
  }
  return from;
}

function nearest({ scores }: Curves, quantity: Quantity, step: number): Reading["test"] {
  let found: Reading["test"] = null;
  for (const score of scores) {
    if (found && Math.abs(score.step - step) >= Math.abs(found.step - step)) continue;
    found = { step: score.step, value: score[quantity] };
  }
  return found;
}

function known(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
