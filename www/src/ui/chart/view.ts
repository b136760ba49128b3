import { significantTo } from "../../format.js";
import type { Curves } from "../../state/curves.js";
import { msg } from "../../words/msg.js";

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

/** From where to where an axis goes. */
export interface Range {
  from: number;
  to: number;
}

/** Single steps and points beside the smoothed curves may take this share of their range, above and below. */
const OUTLIER_SHARE = 0.25;
/** No curve is stretched further: what is flat looks flat. */
const LEAST_SPAN = { loss: 0.01, accuracy: 0.04 } as const;

/** An axis begins at 0 where that takes no more of it than this. */
const WORTH_CUTTING = 1 / 3;

/**
 * The range of the value axis: all of the smoothed curves and the test points, and of single steps those that do not leap far from them. In
 * round numbers, so that its ends stand at ticks.
 */
export function rangeOf(quantity: Quantity, views: readonly View[], points: readonly number[]): Range {
  const clear = extentOf([...views.map(([, , smooth]) => smooth), points]);
  const all = extentOf(views.map(([, raw]) => raw));
  if (clear.from > clear.to) return { from: 0, to: 1 };
  const room = OUTLIER_SHARE * Math.max(clear.to - clear.from, LEAST_SPAN[quantity]);
  const from = Math.min(clear.from, Math.max(all.from, clear.from - room));
  const to = Math.max(clear.to, Math.min(all.to, clear.to + room));
  return rounded(quantity, from, to);
}

function rounded(quantity: Quantity, lowest: number, highest: number): Range {
  const middle = (lowest + highest) / 2;
  const half = Math.max(highest - lowest, LEAST_SPAN[quantity]) / 2;
  const rough = half / 2.5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const at = (ticks: number): number => Number((ticks * step).toPrecision(12));
  const most = quantity === "accuracy" ? 1 : Infinity;
  const from = Math.max(0, at(Math.floor((middle - half) / step)));
  const to = Math.min(most, at(Math.ceil((middle + half) / step)));
  return { from: from < WORTH_CUTTING * to ? 0 : from, to };
}

/** The least and the most of all that are numbers; from above to where there are none. */
function extentOf(lists: readonly ArrayLike<number>[]): Range {
  let [from, to] = [Infinity, -Infinity];
  for (const list of lists) {
    for (let at = 0; at < list.length; at++) {
      const value = list[at]!;
      if (!Number.isFinite(value)) continue;
      if (value < from) from = value;
      if (value > to) to = value;
    }
  }
  return { from, to };
}

/** The range in words, where the axis does not begin at 0; empty where it does. */
export function rangeText(quantity: Quantity, { from, to }: Range): string {
  if (from === 0) return "";
  const text = (value: number): string => significantTo(4, quantity === "accuracy" ? 100 * value : value);
  return msg("from {from} to {to}", { from: text(from), to: text(to) });
}

/** The same as a sentence. */
export function axisText(quantity: Quantity, range: Range): string {
  const text = rangeText(quantity, range);
  return text && msg("The axis goes {range}.", { range: text });
}
