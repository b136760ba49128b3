import { expect, test } from "vitest";

import { isSamePlace, PAD, pointIn } from "./strokes.js";

const pad = { left: 10, top: 20, width: 140, height: 140 };

test("the pen is where the pad is at that moment, whatever its size", () => {
  expect(pointIn(pad, { clientX: 80, clientY: 55 })).toEqual({ x: PAD / 2, y: PAD / 4 });
  const larger = { left: 0, top: 0, width: 560, height: 560 };
  expect(pointIn(larger, { clientX: 280, clientY: 140 })).toEqual({ x: PAD / 2, y: PAD / 4 });
});

test("a pad that moved or grew is at another place", () => {
  expect(isSamePlace(pad, { ...pad })).toBe(true);
  expect(isSamePlace(pad, { ...pad, top: 21 })).toBe(false);
  expect(isSamePlace(pad, { ...pad, width: 150, height: 150 })).toBe(false);
});
