import { describe, expect, test } from "vitest";

import type { ExportedGraph, ExportedLayer } from "../module.js";
import { receptiveField, type Field } from "./receptive-field.js";
import { notBuilt, zoo, type Network } from "./zoo.testing.js";

const layer = (name: string, op: string, attributes: number[], inputs: number[], kernel = 1): ExportedLayer => ({
  name,
  op,
  attributes,
  inputs,
  parameters:
    op === "conv" ? [{ name: `${name}.weight`, shape: [1, 1, kernel, kernel], init: "constant", amount: 0 }] : [],
  frozen: [],
});
const graphOf = (size: number, ...layers: ExportedLayer[]): ExportedGraph => ({
  input: [1, size, size],
  mean: [0],
  std: [1],
  layers,
  logits: layers.length,
});
const at = (row: number, column: number) => ({ row, column });
const field = (top: number, bottom: number, left = top, right = bottom): Field => ({ top, bottom, left, right });

test("windows on the way to a value widen what it sees, and end at the image's edge", () => {
  const graph = graphOf(
    8,
    layer("conv", "conv", [1, 1, 1], [0], 3),
    layer("pool", "maxPool", [2, 2, 0, 0], [1]),
    layer("conv2", "conv", [2, 0, 1], [2], 2),
  );
  expect(receptiveField(graph, "conv", at(0, 4))).toEqual(field(0, 1, 3, 5));
  expect(receptiveField(graph, "pool", at(1, 1))).toEqual(field(1, 4));
  expect(receptiveField(graph, "conv2", at(1, 0))).toEqual(field(3, 7, 0, 4));
});

test("padding of a later layer adds nothing of the image, also where an earlier one leaves an edge out", () => {
  // Pooling of 5 leaves the last row out, which the padding after it must not bring back.
  const graph = graphOf(5, layer("pool", "maxPool", [2, 2, 0, 0], [0]), layer("conv", "conv", [1, 1, 1], [1], 3));
  expect(receptiveField(graph, "conv", at(1, 1))).toEqual(field(0, 3));
});

test("branches are taken together, and what is global sees all", () => {
  const graph = graphOf(
    9,
    layer("a", "conv", [1, 0, 1], [0], 1),
    layer("b", "conv", [1, 2, 1], [0], 5),
    layer("join", "concat", [], [1, 2]),
    layer("pool", "mean", [], [3]),
    layer("fc", "linear", [], [4]),
  );
  expect(receptiveField(graph, "a", at(4, 4))).toEqual(field(4, 4));
  expect(receptiveField(graph, "join", at(4, 4))).toEqual(field(2, 6));
  expect(receptiveField(graph, "fc", null)).toEqual(field(0, 8));
});

test("a class token sees nothing before attention, and all after it", () => {
  const graph = graphOf(
    4,
    layer("stem", "conv", [2, 0, 1], [0], 2),
    layer("tokens", "tokens", [], [1]),
    layer("class_token", "classToken", [], [2]),
    layer("attention", "attention", [2], [3]),
  );
  expect(receptiveField(graph, "tokens", at(0, 1))).toEqual(field(0, 1, 2, 3));
  expect(receptiveField(graph, "class_token", null)).toBeNull();
  expect(receptiveField(graph, "attention", null)).toEqual(field(0, 3));
  expect(receptiveField(graph, "attention.scores", at(0, 0))).toEqual(field(0, 3));
});

test("of an operation whose reach is not known, nothing is said", () => {
  expect(receptiveField(graphOf(4, layer("odd", "fourier", [], [0])), "odd", at(0, 0))).toBeUndefined();
  expect(receptiveField(graphOf(4), "missing", at(0, 0))).toBeUndefined();
});

describe.skipIf(notBuilt)(`networks of the module${notBuilt ? ` (skipped: ${notBuilt})` : ""}`, async () => {
  const networks = await zoo(["model=vit&data=digits"]);
  const fieldOf = (model: string, name: string, row: number, column: number) =>
    receptiveField(networks.find(({ name }) => name === model)!.graph!, name, at(row, column));

  test("LeNet-5, by hand", () => {
    expect(fieldOf("model=lenet5", "conv1", 10, 10)).toEqual(field(8, 12));
    expect(fieldOf("model=lenet5", "pool1", 5, 5)).toEqual(field(8, 13));
    // Five windows of pool1, two rows each: rows 10 to 19 of conv1's maps, and two more at each side.
    expect(fieldOf("model=lenet5", "conv2", 5, 5)).toEqual(field(8, 21));
    expect(fieldOf("model=lenet5", "relu2", 0, 0)).toEqual(field(0, 11));
    expect(fieldOf("model=lenet5", "fc1", 0, 0)).toEqual(field(0, 27));
  });

  test("a residual network: the longer way", () => {
    expect(fieldOf("model=resnet-8", "conv1", 16, 16)).toEqual(field(15, 17));
    expect(fieldOf("model=resnet-8", "layer1.0.add", 16, 16)).toEqual(field(13, 19));
    // A stride of 2: place 8 stands at row 16.
    expect(fieldOf("model=resnet-8", "layer2.0.conv1", 8, 8)).toEqual(field(12, 20));
    expect(fieldOf("model=resnet-8", "layer2.0.add", 8, 8)).toEqual(field(10, 22));
  });

  test("GoogLeNet's inception: all branches together", () => {
    const [one, three, five, pool] = [
      fieldOf("model=googlenet", "inception3a.branch1.conv", 7, 7)!,
      fieldOf("model=googlenet", "inception3a.branch2.1.conv", 7, 7)!,
      fieldOf("model=googlenet", "inception3a.branch3.1.conv", 7, 7)!,
      fieldOf("model=googlenet", "inception3a.branch4.1.conv", 7, 7)!,
    ];
    const rows = ({ top, bottom }: Field): number => bottom - top + 1;
    expect([rows(one), rows(three), rows(five), rows(pool)]).toEqual([9, 13, 17, 13]);
    expect(fieldOf("model=googlenet", "inception3a", 7, 7)).toEqual(five);
  });

  test("a vision transformer: a token is a patch until attention", () => {
    const vit = "model=vit&data=digits";
    // From place 3 back: pooling 5 to 7, convolution 4 to 8, pooling 7 to 17, convolution 6 to 18.
    const patch = fieldOf(vit, "tokens", 3, 3);
    expect(patch).toEqual(field(6, 18));
    expect(fieldOf(vit, "encoder.layers.encoder_layer_0.ln_1", 3, 3)).toEqual(patch);
    expect(fieldOf(vit, "encoder.layers.encoder_layer_0.add1", 3, 3)).toEqual(field(0, 27));
  });

  const known = networks.filter(
    (network): network is Network & { graph: ExportedGraph } => network.graph !== undefined,
  );
  test.each(known)("$name: every layer's field lies in the image", ({ description, graph }) => {
    for (const { name } of description.layers) {
      const seen = receptiveField(graph, name, at(0, 0));
      expect(seen).toBeTruthy();
      expect(seen!.top >= 0 && seen!.bottom < graph.input[1] && seen!.top <= seen!.bottom).toBe(true);
    }
  });
});
