import type { Curves } from "../../state/curves.js";

export type Quantity = "loss" | "accuracy";

/** Step, raw value, smoothed value: what the chart draws. */
export type View = [step: Float64Array, raw: Float64Array, smooth: Float64Array];

/** More points than a chart has pixels say nothing more. */
const MOST_BUCKETS = 1000;

/** A quantity of the run as it is drawn. */
export function viewOf(curves: Curves, quantity: Quantity): View {
  const { length, step } = curves;
  const raw = quantity === "loss" ? curves.loss : curves.accuracy;
  const smooth = quantity === "loss" ? curves.smoothLoss : curves.smoothAccuracy;
  return thinned(length, step, raw, smooth);
}

/**
 * The curve as drawn: every step where they are few; else buckets of equal length, of each the lowest and the highest
 * raw value, so that no outlier is lost.
 */
export function thinned(length: number, step: Float64Array, raw: Float64Array, smooth: Float64Array): View {
  if (length <= 2 * MOST_BUCKETS) {
    return [step.subarray(0, length), raw.subarray(0, length), smooth.subarray(0, length)];
  }
  const size = Math.ceil(length / MOST_BUCKETS);
  const points = 2 * Math.ceil(length / size);
  const view: View = [new Float64Array(points), new Float64Array(points), new Float64Array(points)];
  let at = 0;
  for (let from = 0; from < length; from += size) {
    const to = Math.min(from + size, length);
    let lowest = from;
    let highest = from;
    for (let index = from + 1; index < to; index++) {
      if (raw[index]! < raw[lowest]!) lowest = index;
      if (raw[index]! > raw[highest]!) highest = index;
    }
    const ends = lowest < highest ? [lowest, highest] : [highest, lowest];
    for (const index of ends) {
      view[0][at] = step[index]!;
      view[1][at] = raw[index]!;
      view[2][at] = smooth[index]!;
      at++;
    }
  }
  // The last bucket ends where the run is.
  view[0][at - 1] = step[length - 1]!;
  view[2][at - 1] = smooth[length - 1]!;
  return view;
}

/** The end of the step axis: some room ahead of the curve, in round numbers, and never past the run's end. */
export function stepsShown(step: number, all: number): number {
  const wanted = Math.max(20, step * 1.15);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const round = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= wanted) ?? 10;
  return all > 0 ? Math.min(all, round * power) : round * power;
}

/** The top of the loss axis: all of the smoothed curve, and the raw one unless it leaps far above. */
export function lossShown(raw: Float64Array, smooth: Float64Array): number {
  let rawTop = 0;
  let smoothTop = 0;
  for (let at = 0; at < raw.length; at++) {
    if (raw[at]! > rawTop && raw[at]! < Infinity) rawTop = raw[at]!;
    if (smooth[at]! > smoothTop && smooth[at]! < Infinity) smoothTop = smooth[at]!;
  }
  const top = Math.min(rawTop * 1.05, smoothTop * 1.4);
  return top > 0 ? top : 1;
}
