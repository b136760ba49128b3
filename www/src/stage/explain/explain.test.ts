import { describe, expect, test } from "vitest";

import { notBuilt, sourcesOf } from "../zoo.testing.js";
import { explain, neededFor } from "./explain.js";
import { agrees, type At, type Sources } from "./explanation.js";
import { softmaxOf } from "./rows.js";

/** A convolution of two channels, 3×3 with padding 1, and the ReLU after it. */
function small(change: Partial<{ value: number }> = {}): Sources {
  const input = Float32Array.from({ length: 18 }, (_, at) => at - 8);
  const weight = Float32Array.from({ length: 18 }, (_, at) => (at % 5) - 2);
  const bias = Float32Array.of(0.5);
  const output = new Float32Array(9);
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 3; column++) {
      let sum = bias[0]!;
      for (let channel = 0; channel < 2; channel++)
        for (let y = -1; y <= 1; y++)
          for (let x = -1; x <= 1; x++) {
            if (row + y < 0 || row + y > 2 || column + x < 0 || column + x > 2) continue;
            sum += input[channel * 9 + (row + y) * 3 + column + x]! * weight[channel * 9 + (y + 1) * 3 + x + 1]!;
          }
      output[row * 3 + column] = sum;
    }
  if (change.value !== undefined) output[4] = change.value;
  const described = { shape: [1, 3, 3], parameters: 0, multiplyAdds: 0 };
  const exported = { parameters: [], frozen: [] };
  return {
    layers: [
      { name: "conv", kind: "convolution 3×3, padding 1", inputs: [0], ...described },
      { name: "relu", kind: "ReLU", inputs: [1], ...described },
    ],
    graph: {
      input: [2, 3, 3],
      mean: [0, 0],
      std: [1, 1],
      logits: 2,
      layers: [
        {
          ...exported,
          name: "conv",
          op: "conv",
          attributes: [1, 1, 1],
          inputs: [0],
          parameters: [{ name: "conv.weight", shape: [1, 2, 3, 3], init: "constant", amount: 0 }],
        },
        { ...exported, name: "relu", op: "relu", attributes: [], inputs: [1] },
      ],
    },
    values: new Map([
      [0, { shape: [2, 3, 3] as [number, number, number], values: input }],
      [1, { shape: [1, 3, 3] as [number, number, number], values: output }],
      [2, { shape: [1, 3, 3] as [number, number, number], values: output.map((value) => Math.max(0, value)) }],
    ]),
    weights: new Map([
      ["conv.weight", { shape: [1, 2, 3, 3], values: weight }],
      ["conv.bias", { shape: [1], values: bias }],
    ]),
  };
}

const middle: At = { channel: 0, row: 1, column: 1 };

test("a convolution's value is patch times filter, channel by channel, and a bias", () => {
  const steps = explain(small(), 0, { channel: 0, row: 0, column: 2 });
  expect(steps).toHaveLength(1);
  const [step] = steps!;
  if (step?.kind !== "convolution") throw new Error("It is a convolution.");
  expect(step.channels).toBe(2);
  // The corner's patch ends in padding, above and to the right.
  const { patch } = step.strongest.find(({ channel }) => channel === 0)!;
  expect(patch).toEqual([
    [null, null, null],
    [-7, -6, null],
    [-4, -3, null],
  ]);
  const sum = step.strongest.reduce((all, { sum }) => all + sum, 0) + step.rest + step.bias!;
  expect(sum).toBe(step.value);
});

test("a value after an activation function says first what it is a function of", () => {
  const steps = explain(small(), 1, middle)!;
  expect(steps.map(({ kind }) => kind)).toEqual(["convolution", "function"]);
  const [before, last] = steps;
  expect(last).toMatchObject({ name: "ReLU", of: before?.kind === "convolution" ? before.value : NaN });
});

test("what does not agree with the network's own value is not explained", () => {
  expect(explain(small({ value: 1e6 }), 0, middle)).toBeNull();
  expect(explain(small(), 0, { channel: 0, row: 3, column: 0 })).toBeNull();
  expect(explain(small(), 7, middle)).toBeNull();
  expect(agrees(NaN, 1, 1)).toBe(false);
});

test("softmax: powers, their sum and shares; large logits are made smaller first", () => {
  const { rows, sum, shift } = softmaxOf(Float32Array.of(0, Math.log(3)));
  expect(shift).toBe(0);
  expect(sum).toBeCloseTo(4);
  expect(rows.map(({ share }) => share)[1]).toBeCloseTo(0.75);
  const large = softmaxOf(Float32Array.of(1_000, 999));
  expect(large.shift).toBe(1_000);
  expect(large.rows[0]?.share).toBeCloseTo(1 / (1 + Math.exp(-1)));
});

test("what it takes to explain a layer reaches back to what an activation function is of", () => {
  const { layers } = small();
  expect(neededFor(layers, 1)).toEqual([0, 1, 2]);
  expect(neededFor(layers, 0)).toEqual([0, 1]);
});

describe.skipIf(notBuilt)(`networks of the module${notBuilt ? ` (skipped: ${notBuilt})` : ""}`, () => {
  const small = "data=digits&subset=64&test=64&batch=16&steps=4";
  test.each([
    "lenet5",
    "mlp",
    "resnet-8",
    "resnet-8&shortcut=project",
    "alexnet",
    "vgg-11",
    "googlenet",
    "densenet",
    "vit",
    "vit&pool=token",
    "airbench",
    "stack",
  ])("%s: each layer of it is explained from what it alone needs", { timeout: 60_000 }, async (model) => {
    const sources = await sourcesOf(`model=${model}&${small}`);
    const { layers, values } = sources;
    for (const [index, { name, shape }] of layers.entries()) {
      const activation = values.get(index + 1);
      // An auxiliary head is not computed.
      if (!activation) continue;
      const needed = neededFor(layers, index);
      const given = { ...sources, values: new Map([...values].filter(([number]) => needed.includes(number))) };
      const [channels, rows, columns] = activation.shape;
      for (const share of [0, 0.37, 0.99]) {
        const at = (of: number): number => Math.floor(share * of);
        const steps = explain(given, index, { channel: at(channels), row: at(rows), column: at(columns) });
        expect(steps, `${name} ${shape.join("×")}`).not.toBeNull();
        const last = steps!.at(-1)!;
        if ("value" in last)
          expect(last.value).toBe(activation.values[(at(channels) * rows + at(rows)) * columns + at(columns)]);
      }
    }
  });
});
