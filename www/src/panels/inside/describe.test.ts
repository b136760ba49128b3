import { expect, test } from "vitest";

import { deadSentence, layerSentence, rangeOf, saliencyCaption } from "./describe.js";

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

test("a layer is said in a sentence, with its parameters where it has some", () => {
  const layer = { name: "conv1", kind: "convolution 5×5", shape: [6, 24, 24], multiplyAdds: 0, inputs: [0] };
  expect(layerSentence({ ...layer, parameters: 1_234 })).toBe("Convolution 5×5; gives 6×24×24, 1,234 parameters.");
  expect(layerSentence({ ...layer, kind: "ReLU", parameters: 0 })).toBe("ReLU; gives 6×24×24.");
});

test("dead units are counted among all", () => {
  expect(deadSentence({ dead: 84, units: 84, images: 200 })).toBe(
    "Dead units: 84 of 84 stayed at 0 for each of 200 test images.",
  );
  expect(deadSentence({ dead: 0, units: 84, images: 200 })).toMatch(/^Dead units: None of 84 stayed at 0/);
});
