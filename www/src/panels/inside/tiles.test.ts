import { expect, test } from "vitest";

import { tilesOfActivation, tilesOfPositions, tilesOfWeights } from "./tiles.js";

const counted = (length: number): Float32Array => Float32Array.from({ length }, (_, index) => index);

test("feature maps are a tile each, and units a pixel each", () => {
  expect(tilesOfActivation({ shape: [2, 3, 4], values: counted(24) })).toMatchObject({
    count: 2,
    rows: 3,
    columns: 4,
    name: "Map",
    description: "2 feature maps of 3×4",
  });
  expect(tilesOfActivation({ shape: [1, 1, 84], values: counted(84) })).toMatchObject({
    count: 84,
    rows: 1,
    columns: 1,
    description: "84 units",
  });
});

test("tokens in a square are transposed: one map over the image for each of their numbers", () => {
  const { count, rows, columns, values } = tilesOfActivation({ shape: [1, 4, 2], values: counted(8) });
  expect([count, rows, columns]).toEqual([2, 2, 2]);
  expect(Array.from(values)).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
  expect(tilesOfActivation({ shape: [1, 5, 2], values: counted(10) })).toMatchObject({ count: 1, rows: 5, columns: 2 });
});

test("of many feature maps the first 1,024 are shown, and that is said", () => {
  const tiles = tilesOfActivation({ shape: [2_000, 1, 2], values: counted(4_000) });
  expect(tiles.count).toBe(1_024);
  expect(tiles.description).toBe("2,000 feature maps of 1×2; the first 1,024 are shown");
});

test("kernels of one input channel are taken out of a convolution's weights; those of an image are shown whole", () => {
  const deep = tilesOfWeights({ shape: [2, 4, 1, 2], values: counted(16) }, 3);
  expect(Array.from(deep?.values ?? [])).toEqual([6, 7, 14, 15]);
  expect(deep?.description).toBe("what each of 2 filters does with input channel 4 of 4");
  expect(tilesOfWeights({ shape: [2, 3, 1, 2], values: counted(12) }, 0)).toMatchObject({ count: 2, channels: 3 });
});

test("a large matrix is cut at its edges, and a vector is not drawn", () => {
  const tiles = tilesOfWeights({ shape: [2, 600], values: counted(1_200) }, 0);
  expect(tiles).toMatchObject({ rows: 2, columns: 512 });
  expect(tiles?.values[512]).toBe(600);
  expect(tilesOfWeights({ shape: [10], values: counted(10) }, 0)).toBeNull();
});

test("a position is like itself, and a class token before the positions is left out", () => {
  const values = Float32Array.from([9, 9, 1, 0, 0, 1, 1, 0, 0, 2]);
  const tiles = tilesOfPositions({ shape: [1, 5, 2], values });
  expect(tiles).toMatchObject({ count: 4, rows: 2, columns: 2 });
  expect(Array.from(tiles?.values.subarray(0, 4) ?? [])).toEqual([1, 0, 1, 0]);
  expect(tilesOfPositions({ shape: [1, 7, 2], values: counted(14) })).toBeNull();
});
