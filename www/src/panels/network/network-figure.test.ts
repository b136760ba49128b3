import { expect, test } from "vitest";

import { svgOf } from "../../figure/svg.js";
import { elementsOf, figureOf, textsOf } from "../../figure/testing.js";
import type { LayerInfo } from "../../module.js";
import { drawingOf } from "./network-figure.js";

function layer(name: string, kind: string, shape: number[], inputs: number[]): LayerInfo {
  return { name, kind, shape, parameters: 0, multiplyAdds: 1_000, inputs } as LayerInfo;
}

/** A block around which a connection leads. */
const LAYERS = [
  layer("conv1", "convolution 3×3", [4, 8, 8], [0]),
  layer("conv2", "convolution 3×3", [4, 8, 8], [1]),
  { ...layer("sum", "sum", [4, 8, 8], [2, 1]), multiplyAdds: 0 },
  layer("fc", "linear", [10], [3]),
];

test("every block is drawn with its name, every arc, and what the colours mean", () => {
  const { text } = svgOf(figureOf(drawingOf({ input: [1, 8, 8], layers: LAYERS })));
  const elements = elementsOf(text);
  const names = elements.filter(({ name }) => name === "title").map((title) => title.text);
  expect(names).toEqual(["A figure", "image", "conv1", "conv2", "sum", "fc"]);
  expect(elements.filter(({ attributes }) => attributes["vector-effect"])).toHaveLength(1);
  expect(textsOf(text)).toEqual(expect.arrayContaining(["image", "convolution", "linear", "other"]));
});

test("a network of 400 layers is made narrower", () => {
  const layers = Array.from({ length: 400 }, (_, at) => layer(`conv${at}`, "convolution 3×3", [16, 32, 32], [at]));
  const { text, width } = svgOf(figureOf(drawingOf({ input: [3, 32, 32], layers })));
  expect(width).toBe(720);
  expect(elementsOf(text).filter(({ attributes }) => attributes["rx"] === "1.2")).toHaveLength(401);
});
