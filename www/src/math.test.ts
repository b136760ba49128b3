import { expect, test } from "vitest";

import { argmax, transpose } from "./math.js";

test("the greatest value's index, and the first of equals", () => {
  expect(argmax(Float32Array.of(-3, -1, -2))).toBe(1);
  expect(argmax(Float32Array.of(0, 5, 5))).toBe(1);
});

test("none where there is no greatest value: what is no number is no answer", () => {
  expect(argmax(Float32Array.of(1, NaN, 2))).toBe(-1);
  expect(argmax(Float32Array.of(NaN, NaN))).toBe(-1);
  expect(argmax(new Float32Array())).toBe(-1);
});

test("the rows of a transposed matrix are its columns", () => {
  expect(transpose(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
});
