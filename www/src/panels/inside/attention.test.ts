import { expect, test } from "vitest";

import { gridOf, rollout, tilesOfAttention } from "./attention.js";

/** Two heads of five tokens, a class token first: every token gives itself all, and in the second head the first one. */
const shape: [number, number, number] = [2, 5, 5];
const values = Float32Array.from({ length: 50 }, (_, index) => {
  const [head, row, column] = [Math.floor(index / 25), Math.floor(index / 5) % 5, index % 5];
  return column === (head === 0 ? row : 1) ? 1 : 0;
});

test("tokens are a square over the image, with or without a class token before it", () => {
  expect(gridOf(16)).toEqual({ side: 4, first: 0 });
  expect(gridOf(17)).toEqual({ side: 4, first: 1 });
  expect(gridOf(7)).toBeNull();
});

test("a token's row is a map of each head, without the class token's column", () => {
  const tiles = tilesOfAttention({ shape, values }, 2);
  expect(tiles).toMatchObject({ count: 2, rows: 2, columns: 2 });
  expect(Array.from(tiles?.values ?? [])).toEqual([0, 1, 0, 0, 1, 0, 0, 0]);
  expect(tiles?.description).toBe("what token 2 looked at, in each of 2 heads");
  expect(tilesOfAttention({ shape, values }, 0)?.description).toMatch(/the class token/);
});

test("the mean of all tokens is taken where none is chosen", () => {
  const tiles = tilesOfAttention({ shape, values }, null);
  expect(Array.from(tiles?.values.subarray(4) ?? [])).toEqual([1, 0, 0, 0].map((share) => expect.closeTo(share)));
});

test("rollout mixes each layer half and half with what is passed along", () => {
  const once = rollout([{ shape, values }]);
  // Of the class token: a half stays, a quarter is the mean of the heads to itself, a quarter goes to the first place.
  expect(Array.from(once?.values ?? [])).toEqual([0.25, 0, 0, 0]);
  expect(rollout([])).toBeNull();
});
