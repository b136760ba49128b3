import { expect, test } from "vitest";

import type { Scale } from "../plot-frame.js";
import { completed, KNOTS, lineOf, NO_KNOTS, readKnots, withKnot, withStroke } from "./knots.js";

const SCALE: Scale = { x: [0, 100], y: [0, 2], isLog: false };

test("a stroke moves the knots that it passes", () => {
  const drawn = withStroke(NO_KNOTS, { across: 0, up: 1 }, { across: 1, up: 0 }, SCALE);
  expect(drawn).toEqual([2, 1.75, 1.5, 1.25, 1, 0.75, 0.5, 0.25, 0]);
  // Backwards, too, and only where it was.
  const back = withStroke(drawn, { across: 0.5, up: 1 }, { across: 0.25, up: 1 }, SCALE);
  expect(back).toEqual([2, 1.75, 2, 2, 2, 0.75, 0.5, 0.25, 0]);
});

test("a dot moves the nearest knot", () => {
  const dot = { across: 0.51, up: 0.5 };
  expect(withStroke(NO_KNOTS, dot, dot, SCALE)).toEqual(NO_KNOTS.map((_, at) => (at === 4 ? 1 : null)));
});

test("what was not drawn is a straight line, and at the ends as its neighbour", () => {
  expect(completed(NO_KNOTS)).toBeNull();
  const two = withKnot(withKnot(NO_KNOTS, 2, 2, SCALE), 6, 0, SCALE);
  expect(completed(two)).toEqual([2, 2, 2, 1.5, 1, 0.5, 0, 0, 0]);
  expect(completed(withKnot(NO_KNOTS, 3, 9, SCALE))).toEqual(Array(KNOTS).fill(2));
});

test("it is drawn in the plot's frame", () => {
  expect(lineOf(Array<number>(KNOTS).fill(0), SCALE)).toMatch(/^M56\.0 320\.0L.*L626\.0 320\.0$/);
});

test("of the storage only such a curve is taken", () => {
  const curve = Array<number>(KNOTS).fill(1);
  expect(readKnots(curve, SCALE)).toEqual(curve);
  for (const other of [
    null,
    1,
    "1",
    [],
    [1, 2],
    [...curve.slice(1), 3],
    [...curve.slice(1), "1"],
    [...curve.slice(1), NaN],
  ])
    expect(readKnots(other, SCALE)).toBeNull();
});
