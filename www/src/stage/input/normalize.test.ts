import { expect, test } from "vitest";

import { normalize, summedArea } from "./normalize.js";

test("a summed area is exact between pixels, and stays within the picture", () => {
  const sum = summedArea([1, 2, 3, 4], 2);
  expect(sum(2, 2)).toBe(10);
  expect(sum(1, 1)).toBe(1);
  expect(sum(1.5, 1)).toBe(2);
  expect(sum(9, 9)).toBe(10);
  expect(sum(-1, 2)).toBe(0);
});

test("ink is scaled into 20 pixels, with its centre of mass in the middle", () => {
  const side = 200;
  const ink = new Uint8Array(side * side);
  // 100 wide and 50 high, far from the middle.
  for (let y = 10; y < 60; y++) ink.fill(255, y * side + 20, y * side + 120);
  const pixels = normalize(ink, side);
  const inked = Array.from(pixels ?? [], (value, index) => (value > 0.5 ? index : -1)).filter((index) => index >= 0);
  const rows = inked.map((index) => Math.floor(index / 28));
  const columns = inked.map((index) => index % 28);
  expect([Math.min(...rows), Math.max(...rows)]).toEqual([9, 18]);
  expect([Math.min(...columns), Math.max(...columns)]).toEqual([4, 23]);
});

test("a dot stays a dot, and an empty drawing is nothing", () => {
  const ink = new Uint8Array(280 * 280);
  expect(normalize(ink, 280)).toBeNull();
  for (let y = 0; y < 7; y++) ink.fill(255, y * 280, y * 280 + 7);
  const inked = normalize(ink, 280)?.filter((value) => value > 0.5).length;
  expect(inked).toBe(4);
});
