import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { imageOf, layoutOf, scaleOf } from "./colour-map.js";
import type { Tiles } from "./tiles.js";

const COLOURS = { middle: [255, 255, 255], above: [0, 0, 255], below: [255, 100, 0] } as const;

function tilesOf(values: number[], part: Partial<Tiles> = {}): Tiles {
  return {
    count: values.length,
    rows: 1,
    columns: 1,
    channels: 1,
    values: Float32Array.from(values),
    name: "",
    description: "",
    ...part,
  };
}

beforeEach(() => {
  vi.stubGlobal(
    "ImageData",
    class {
      readonly data: Uint8ClampedArray;
      constructor(width: number, height: number) {
        this.data = new Uint8ClampedArray(4 * width * height);
      }
    },
  );
});
afterEach(() => void vi.unstubAllGlobals());

test("0 has the middle colour, and what is furthest from it the full one", () => {
  const tiles = tilesOf([0, 4, -1]);
  const { data } = imageOf(tiles, COLOURS, scaleOf(tiles));
  expect(Array.from(data.subarray(0, 8))).toEqual([255, 255, 255, 255, 0, 0, 255, 255]);
  // A quarter of the greatest is drawn half as strong.
  expect(Array.from(data.subarray(8, 12))).toEqual([255, 178, 128, 255]);
});

test("shares of a whole span from the least to the greatest, linearly", () => {
  expect(scaleOf({ values: Float32Array.of(0.25, 0.5), fullRange: true })).toEqual({
    middle: 0.25,
    end: 0.5,
    linear: true,
  });
});

test("tiles stand a pixel apart, single pixels do not", () => {
  expect(layoutOf(tilesOf([1, 2], { rows: 1, columns: 1 }))).toMatchObject({ gap: 0 });
  const { perRow, width, height } = layoutOf(tilesOf([], { count: 8, rows: 5, columns: 5 }));
  expect([perRow, width, height]).toEqual([4, 4 * 6 - 1, 2 * 6 - 1]);
});

test("an image in three channels keeps its colours, from its darkest to its brightest value", () => {
  const tiles = tilesOf([], { count: 1, channels: 3, values: Float32Array.of(-1, 0, 1) });
  expect(Array.from(imageOf(tiles, COLOURS, scaleOf(tiles)).data)).toEqual([0, 128, 255, 255]);
});
