import { expect, test } from "vitest";

import { rangeOf, saliencyCaption } from "./describe.js";

const SIZE = { height: 28, width: 28 };

test("what saliency shows is said of digits as ink, which is dark in one theme and bright in the other", () => {
  expect(saliencyCaption("7", { ...SIZE, channels: 1, name: "mnist" })).toMatch(/where more ink would raise/);
  expect(saliencyCaption("shirt", { ...SIZE, channels: 1, name: "fashion" })).toMatch(/where a brighter pixel would/);
  expect(saliencyCaption("cat", { ...SIZE, channels: 3, name: "cifar10" })).toMatch(/where a brighter pixel would/);
});

test("a range has its ends and its mean", () => {
  expect(rangeOf(Float32Array.of(-1, 2, 2))).toBe("From −1 to 2, 1 on average.");
  expect(rangeOf(Float32Array.of(3))).toBe("3");
});
