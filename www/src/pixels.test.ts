import { expect, test } from "vitest";

import { bytePixels, isInk, shapeText, unitPixels } from "./pixels.js";

test("bytes become values from 0 to 1, and these bytes again", () => {
  const unit = unitPixels(Uint8Array.of(0, 51, 255));
  expect(unit[0]).toBe(0);
  expect(unit[1]).toBeCloseTo(0.2);
  expect(unit[2]).toBe(1);
  expect(Uint8Array.from(bytePixels(unit), Math.round)).toEqual(Uint8Array.of(0, 51, 255));
});

test("a shape is written channels first", () => {
  expect(shapeText({ channels: 3, height: 32, width: 24 })).toBe("3×32×24");
});

test("digits are ink on paper, photographs are not, in grey or in colours", () => {
  expect(["digits", "mnist", undefined].map((name) => isInk({ channels: 1, name }))).toEqual([true, true, true]);
  expect(["fashion", "own"].map((name) => isInk({ channels: 1, name }))).toEqual([false, false]);
  expect(isInk({ channels: 3, name: "cifar10" })).toBe(false);
});
