import type { DrawnRun } from "./overlay.js";

/** What a run's curves say at a place of the axis. Null is what is not known there. */
export interface Value {
  slot: number;
  /** On training batches, smoothed. */
  train: number | null;
  /** The nearest test point, which has a place of its own. */
  test: { at: number; value: number } | null;
}

/** @param at a place on the axis, in its unit; null for the end of each run */
export function valuesAt(drawn: readonly DrawnRun[], at: number | null): Value[] {
  return drawn.map(({ line: { slot }, train: [xs, ys], test: [testXs, testYs] }) => {
    const end = Math.max(xs.at(-1) ?? 0, testXs.at(-1) ?? 0);
    if (at !== null && at > end) return { slot, train: null, test: null };
    const place = at ?? end;
    const trained = nearest(xs, place);
    const tested = nearest(testXs, place);
    return {
      slot,
      train: ys[trained] ?? null,
      test: tested < 0 ? null : { at: testXs[tested]!, value: testYs[tested]! },
    };
  });
}

/** The index of what is nearest to a place, the first of equals; -1 where there is nothing. */
function nearest(places: readonly number[], wanted: number): number {
  let found = -1;
  places.forEach((place, index) => {
    if (found < 0 || Math.abs(place - wanted) < Math.abs(places[found]! - wanted)) found = index;
  });
  return found;
}
