import { expect, test } from "vitest";

import { placed } from "./labels.js";

const BOUNDS = [0, 100] as const;

test("a letter stands at its curve's end where it has room", () => {
  const ends = [
    { x: 100, y: 20 },
    { x: 100, y: 60 },
  ];
  expect(placed(ends, 13, BOUNDS)).toEqual([20, 60]);
});

test("letters that would cover each other are moved apart, as little as they must", () => {
  const [one, other] = placed(
    [
      { x: 100, y: 50 },
      { x: 100, y: 52 },
    ],
    13,
    BOUNDS,
  );
  expect(other! - one!).toBeCloseTo(13, 2);
  expect((one! + other!) / 2).toBeCloseTo(51, 2);
});

test("curves that end elsewhere do not move each other", () => {
  expect(
    placed(
      [
        { x: 40, y: 50 },
        { x: 100, y: 50 },
      ],
      13,
      BOUNDS,
    ),
  ).toEqual([50, 50]);
});

test("at the edge letters stay inside, and twelve in one place keep their order", () => {
  const ends = Array.from({ length: 7 }, (_, at) => ({ x: 100, y: 99 + at / 10 }));
  const ys = placed(ends, 13, BOUNDS);
  for (let at = 1; at < ys.length; at++) expect(ys[at]! - ys[at - 1]!).toBeGreaterThanOrEqual(12.5);
  expect(Math.max(...ys)).toBeLessThanOrEqual(100);
  expect(Math.min(...ys)).toBeGreaterThanOrEqual(0);
});
