import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { barOf, imageOf, layoutOf, placeOf, scaleOf } from "./colour-map.js";
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

test("shares of a whole begin at 0 and go linearly, so that nearly equal ones look so", () => {
  const scale = scaleOf({ values: Float32Array.of(0.25, 0.5), areShares: true });
  expect(scale).toEqual({ end: 0.5, linear: true });
  const tiles = tilesOf([0.25, 0.5], { areShares: true });
  expect(Array.from(imageOf(tiles, COLOURS, scale).data.subarray(0, 3))).toEqual([128, 128, 255]);
});

test("a colour bar has the least value, 0 and the greatest, and the picture's colours between them", () => {
  const tiles = tilesOf([-5.2, 1, 3.6]);
  const [below, above, ...others] = barOf(tiles, scaleOf(tiles));
  expect([below?.from, below?.to, above?.from, above?.to, others.length]).toEqual(["−5.2", "0", "0", "+3.6", 0]);
  expect([below?.shares[0], below?.shares.at(-1)]).toEqual([1, 0]);
  // The greatest value is drawn paler than the least, which is further from 0.
  expect(above?.shares.at(-1)).toBeCloseTo(Math.sqrt(3.6 / 5.2));
  expect([placeOf(below!, 0), placeOf(below!, 6), placeOf(above!, 0), placeOf(above!, 6)]).toEqual([0, 1, 0, 1]);
});

test("a colour bar has no side that the picture lacks", () => {
  const bar = (values: number[], part: Partial<Tiles> = {}): string[] =>
    barOf(tilesOf(values, part), scaleOf(tilesOf(values, part))).map(({ from, to }) => `${from} to ${to}`);
  expect(bar([0.0133, 0.0175], { areShares: true })).toEqual(["0 to 0.0175"]);
  expect(bar([-2, -1])).toEqual(["−2 to 0"]);
  expect(bar([0, 0])).toEqual([]);
  expect(bar([-1, 0, 2], { channels: 3 })).toEqual(["−1 to +2"]);
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
