import { expect, test } from "vitest";

import type { Activation } from "../../module.js";
import { areLogits } from "./logits.js";

const units = (...values: number[]): Activation =>
  ({ shape: [1, 1, values.length], values: Float32Array.from(values) }) as unknown as Activation;
const [a, b] = [Math.exp(1), Math.exp(3)];
const probabilities = Float32Array.of(a / (a + b), b / (a + b));

test("units whose softmax is the prediction are the classes' logits", () => {
  expect(areLogits(units(1, 3), probabilities)).toBe(true);
  // Softmax does not change when all of them grow alike.
  expect(areLogits(units(501, 503), probabilities)).toBe(true);
});

test("other units are not, nor are feature maps", () => {
  expect(areLogits(units(3, 1), probabilities)).toBe(false);
  expect(areLogits(units(1, 3, 0), probabilities)).toBe(false);
  expect(areLogits({ ...units(1, 3), shape: [2, 1, 1] } as Activation, probabilities)).toBe(false);
});
