import { expect, test } from "vitest";

import { MOST_MAPS, MOST_UNITS, mapsOf, valueOf } from "./maps.js";

test("all maps of a layer are shown where they are few", () => {
  const values = Float32Array.from({ length: 12 }, (_, at) => at);
  const maps = mapsOf(2, { shape: [3, 2, 2], values }, false);
  expect(maps).toEqual({ layer: 2, channels: [0, 1, 2], of: 3, rows: 2, columns: 2, values });
});

test("of many maps the most active ones are shown, in their order", () => {
  // Map number n has the value n, those with an even number below 0.
  const values = Float32Array.from({ length: 40 * 4 }, (_, at) => (Math.floor(at / 4) % 2 === 0 ? -1 : 1) * (at >> 2));
  const maps = mapsOf(0, { shape: [40, 2, 2], values }, false);
  expect(maps.channels).toEqual(Array.from({ length: MOST_MAPS }, (_, at) => 24 + at));
  expect(maps.of).toBe(40);
  expect([...maps.values.slice(0, 5)]).toEqual([-24, -24, -24, -24, 25]);
});

test("maps that were chosen stay, whatever is more active now", () => {
  const values = Float32Array.from({ length: 40 }, (_, at) => at);
  const maps = mapsOf(0, { shape: [40, 1, 1], values }, false, [3, 7]);
  expect([...maps.values]).toEqual([3, 7]);
  expect(maps.channels).toEqual([3, 7]);
});

test("the units of a linear layer are numbers", () => {
  const values = new Float32Array(500).fill(1);
  const maps = mapsOf(0, { shape: [1, 1, 500], values }, false);
  expect(maps).toMatchObject({ rows: 1, columns: 1, of: 500 });
  expect(maps.channels).toHaveLength(MOST_UNITS);
});

test("a feature of tokens is a map of their places, without the class token", () => {
  // Five tokens of two features: the class token, then two rows of two.
  const values = Float32Array.from([90, 91, 0, 10, 1, 11, 2, 12, 3, 13]);
  const maps = mapsOf(0, { shape: [1, 5, 2], values }, true);
  expect(maps).toMatchObject({ of: 2, rows: 2, columns: 2 });
  expect([...maps.values]).toEqual([0, 1, 2, 3, 10, 11, 12, 13]);
});

test("a convolution with one filter has one map", () => {
  const maps = mapsOf(0, { shape: [1, 2, 2], values: new Float32Array(4) }, false);
  expect(maps).toMatchObject({ channels: [0], of: 1, rows: 2, columns: 2 });
});

test("a pixel of a map is the value of the layer that it shows", () => {
  const pixel = { tile: 1, row: 1, column: 0 };
  const shown = { layer: 0, channels: [2, 7], of: 9, rows: 2, columns: 2, values: new Float32Array(8) };
  expect(valueOf(shown, [9, 2, 2], pixel)).toEqual({ channel: 7, row: 1, column: 0 });
  // Four tokens of a grid, without and with a class token before them.
  expect(valueOf(shown, [4, 9], pixel)).toEqual({ channel: 0, row: 2, column: 7 });
  expect(valueOf(shown, [5, 9], pixel)).toEqual({ channel: 0, row: 3, column: 7 });
  const units = { ...shown, rows: 1, columns: 1 };
  expect(valueOf(units, [9], { tile: 1, row: 0, column: 0 })).toEqual({ channel: 0, row: 0, column: 7 });
});
