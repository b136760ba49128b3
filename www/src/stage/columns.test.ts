import { expect, test } from "vitest";

import type { LayerInfo } from "../module.js";
import { columnsOf } from "./columns.js";

function layer(name: string, kind: string, shape: number[], multiplyAdds: number, inputs: number[]): LayerInfo {
  return { name, kind, shape, parameters: 0, multiplyAdds, inputs } as LayerInfo;
}

const chosen = (layers: LayerInfo[]): [number, string][] =>
  columnsOf({ layers }).map(({ layer, title }) => [layer, title]);

test("a shallow network shows every layer after its activation function, and the logits are the answer", () => {
  const layers = [
    layer("conv1", "convolution 5×5, padding 2", [6, 28, 28], 1, [0]),
    layer("relu1", "ReLU", [6, 28, 28], 0, [1]),
    layer("pool1", "max pooling 2×2", [6, 14, 14], 0, [2]),
    layer("conv2", "convolution 5×5", [16, 10, 10], 1, [3]),
    layer("relu2", "ReLU", [16, 10, 10], 0, [4]),
    layer("fc1", "linear", [120], 1, [5]),
    layer("relu3", "ReLU", [120], 0, [6]),
    layer("fc2", "linear", [10], 1, [7]),
  ];
  expect(chosen(layers)).toEqual([
    [1, "Convolution 1"],
    [2, "Pooling"],
    [4, "Convolution 2"],
    [6, "Linear 1"],
  ]);
  expect(columnsOf({ layers })[0]).toMatchObject({ name: "conv1 … relu1", shape: [6, 28, 28] });
});

test("what a skip connection leads past is no column, and neither is an auxiliary head", () => {
  const layers = [
    layer("conv1", "convolution 3×3", [16, 8, 8], 1, [0]),
    layer("layer1.0.conv1", "convolution 3×3", [16, 8, 8], 1, [1]),
    layer("layer1.0.relu1", "ReLU", [16, 8, 8], 0, [2]),
    layer("layer1.0.add", "addition", [16, 8, 8], 0, [3, 1]),
    layer("layer1.0.relu2", "ReLU", [16, 8, 8], 0, [4]),
    layer("aux.fc", "linear", [10], 1, [5]),
    layer("layer2.0.conv1", "convolution 3×3", [16, 8, 8], 1, [5]),
    layer("layer2.0.add", "addition", [16, 8, 8], 0, [7, 5]),
    layer("fc", "linear", [10], 1, [8]),
  ];
  expect(chosen(layers)).toEqual([
    [0, "Convolution"],
    [4, "Block 1"],
    [7, "Block 2"],
  ]);
});

test("a transformer's block is one column, though its branches join twice", () => {
  const block = (number: number, first: number): LayerInfo[] => [
    layer(`encoder.layers.encoder_layer_${number}.attention`, "self-attention, heads 4", [49, 48], 1, [first]),
    layer(`encoder.layers.encoder_layer_${number}.add1`, "addition of what went in", [49, 48], 0, [first, first + 1]),
    layer(`encoder.layers.encoder_layer_${number}.mlp`, "linear", [49, 48], 1, [first + 2]),
    layer(`encoder.layers.encoder_layer_${number}.add2`, "addition of what went in", [49, 48], 0, [
      first + 2,
      first + 3,
    ]),
  ];
  const layers = [
    layer("tokens", "a token each place", [49, 48], 0, [0]),
    ...block(0, 1),
    ...block(1, 5),
    layer("head", "linear", [10], 1, [9]),
  ];
  expect(chosen(layers)).toEqual([
    [0, "Tokens"],
    [4, "Block 1"],
    [8, "Block 2"],
  ]);
});

test("branches from the image itself leave their end alone", () => {
  const layers = [
    layer("mixed.a", "convolution 1×1", [2, 8, 8], 1, [0]),
    layer("mixed.b", "convolution 3×3", [2, 8, 8], 1, [0]),
    layer("mixed", "concatenation of 2", [4, 8, 8], 0, [1, 2]),
    layer("fc", "linear", [10], 1, [3]),
  ];
  expect(chosen(layers)).toEqual([[2, "Block 1"]]);
});

test("a deep network shows the end of each size, and some of what is between", () => {
  const sizes = [...Array<number>(20).fill(32), ...Array<number>(20).fill(16), ...Array<number>(20).fill(8)];
  const layers = sizes.map((size, index) => layer(`conv${index}`, "convolution 3×3", [16, size, size], 1, [index]));
  layers.push(layer("fc", "linear", [10], 1, [sizes.length]));
  const shown = columnsOf({ layers }).map(({ layer }) => layer);
  expect(shown).toHaveLength(8);
  for (const end of [19, 39, 59]) expect(shown).toContain(end);
  expect(shown).toEqual([...shown].sort((a, b) => a - b));
});

test("a network of one layer has no columns", () => {
  expect(columnsOf({ layers: [layer("fc", "linear", [10], 1, [0])] })).toEqual([]);
});
