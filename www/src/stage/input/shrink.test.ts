import { expect, test } from "vitest";

import { boxAround, centreCrop, luma, meanBorder, shrink } from "./shrink.js";

/** A picture in grey, row by row. */
function grey(width: number, values: number[]): ImageData {
  const data = Uint8ClampedArray.from(values.flatMap((value) => [value, value, value, 255]));
  return { data, width, height: values.length / width, colorSpace: "srgb" } as ImageData;
}

const red = (shrunk: Float32Array): number[] => Array.from(shrunk.subarray(0, shrunk.length / 3));

test("a picture of the wanted size stays as it is", () => {
  const picture = grey(2, [10, 20, 30, 40]);
  expect(red(shrink(picture, centreCrop(picture, 2, 2), 2, 2, [0, 0, 0]))).toEqual([10, 20, 30, 40]);
});

test("each pixel is the mean of what lies under it, a half rounded up", () => {
  const picture = grey(4, [0, 1, 10, 20, 0, 1, 30, 41]);
  expect(red(shrink(picture, centreCrop(picture, 2, 1), 2, 1, [0, 0, 0]))).toEqual([1, 25]);
});

test("a pixel that two pieces share goes into both by its shares", () => {
  const picture = grey(3, [0, 90, 30, 0, 90, 30, 0, 90, 30]);
  expect(red(shrink(picture, centreCrop(picture, 2, 2), 2, 2, [0, 0, 0]))).toEqual([30, 50, 30, 50]);
});

test("a wide picture is cropped to its middle, or fitted in with its background above and below", () => {
  const picture = grey(4, [1, 2, 3, 4, 1, 2, 3, 4]);
  expect(centreCrop(picture, 2, 2)).toEqual({ left: 1, top: 0, width: 2, height: 2 });
  const box = boxAround(picture, 4, 4);
  expect(box).toEqual({ left: 0, top: -1, width: 4, height: 4 });
  expect(red(shrink(picture, box, 4, 4, [9, 9, 9]))).toEqual([9, 9, 9, 9, 1, 2, 3, 4, 1, 2, 3, 4, 9, 9, 9, 9]);
});

test("the border's mean leaves out what is inside, and lightness goes by Rec. 601", () => {
  expect(meanBorder(grey(3, [1, 1, 1, 1, 200, 1, 1, 1, 1]))).toEqual([1, 1, 1]);
  expect(luma(255, 255, 255)).toBe(255);
  expect(luma(255, 0, 0)).toBeCloseTo(0.299 * 255, 2);
});
