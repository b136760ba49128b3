/** A curve that a reader draws: its height at evenly spaced places, and nothing between them but straight lines. */
import { FRAME, type Scale } from "../plot-frame.js";

/** So many heights. */
export const KNOTS = 9;

/** Heights on the axis; null where nothing was drawn yet. */
export type Knots = readonly (number | null)[];

export const NO_KNOTS: Knots = Array<null>(KNOTS).fill(null);

/** Where a knot stands, from 0 to 1. */
export const shareOf = (knot: number): number => knot / (KNOTS - 1);

/** A value of the knots' axis, within it. */
function within(value: number, { y: [from, to] }: Scale): number {
  return Math.min(to, Math.max(from, Math.round(100 * value) / 100));
}

/** One knot is moved. */
export function withKnot(knots: Knots, knot: number, value: number, scale: Scale): Knots {
  return knots.map((before, at) => (at === knot ? within(value, scale) : before));
}

/** A place in the plot, in shares of it: from the left, from the bottom. */
export interface Spot {
  across: number;
  up: number;
}

/** A stroke from one place to the next: all knots that it passes, or is nearest to, are moved to it. */
export function withStroke(knots: Knots, from: Spot, to: Spot, scale: Scale): Knots {
  const [low, high] = scale.y;
  const [left, right] = from.across <= to.across ? [from, to] : [to, from];
  const nearest = Math.round(to.across * (KNOTS - 1));
  return knots.map((before, knot) => {
    const across = shareOf(knot);
    const isPassed = across >= left.across && across <= right.across;
    if (!isPassed && knot !== nearest) return before;
    const share = right.across === left.across ? 1 : (across - left.across) / (right.across - left.across);
    const up = isPassed ? left.up + share * (right.up - left.up) : to.up;
    return within(low + up * (high - low), scale);
  });
}

/** What was drawn, to both ends: nothing between is a straight line, nothing at an end is as its neighbour. Null where nothing was drawn. */
export function completed(knots: Knots): number[] | null {
  const known = knots.flatMap((value, at) => (value === null ? [] : [{ value, at }]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return null;
  return knots.map((value, at) => {
    if (value !== null) return value;
    const before = known.findLast((one) => one.at < at) ?? first;
    const after = known.find((one) => one.at > at) ?? last;
    if (before.at === after.at || before.at > at || after.at < at) return before.at > at ? after.value : before.value;
    return before.value + ((at - before.at) / (after.at - before.at)) * (after.value - before.value);
  });
}

/** The line through them, as SVG's `d`. */
export function lineOf(heights: readonly number[], { y: [from, to] }: Scale): string {
  const { left, right, top, bottom } = FRAME;
  return heights
    .map((value, knot) => {
      const x = left + shareOf(knot) * (right - left);
      const y = bottom - ((value - from) / (to - from)) * (bottom - top);
      return `${knot === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

/** What the storage has, if it is such a curve. */
export function readKnots(stored: unknown, { y: [from, to] }: Scale): number[] | null {
  return Array.isArray(stored) &&
    stored.length === KNOTS &&
    stored.every((value) => typeof value === "number" && value >= from && value <= to)
    ? (stored as number[])
    : null;
}
