/** Takes a value of a layer apart. Whatever does not agree with what the network computed is not shown. */
import type { ExportedLayer } from "../../module.js";
import { chainOf, isPointwise } from "../layer-names.js";
import { agrees, type At, type Explanation, type Sources, type Step } from "./explanation.js";
import { activationFunction, batchNormalization } from "./pointwise.js";
import { linear } from "./rows.js";
import { readerOf, type Reader } from "./values.js";
import { convolution, pooling } from "./windows.js";
import { defineMessage } from "../../words/msg.js";

/** What is done by operations whose numbers are too many to be shown. */
const FORMULAS: Readonly<Record<string, string>> = {
  layerNorm: defineMessage(
    "(x − mean) ÷ √(variance + ε) × weight + bias, with the mean and the variance of this token’s numbers, and a weight and a bias of each feature.",
  ),
  attention: defineMessage(
    "The values of all tokens, each weighted with the attention that this token pays to it, head by head; then a linear layer of that.",
  ),
  scores: defineMessage(
    "softmax(q · k ÷ √d): how well this token’s query q fits the key k of each token, as shares of 1.",
  ),
  positions: defineMessage("The token’s number, plus a learned number of its position."),
  classToken: defineMessage("Learned numbers: the same for each image."),
  firstToken: defineMessage("The class token’s number after all blocks."),
  meanToken: defineMessage("The mean of this number over all tokens."),
  sequencePool: defineMessage(
    "The mean of this number over all tokens, weighted with shares that a linear layer and a softmax give.",
  ),
  responseNorm: defineMessage("x ÷ (2 + 10⁻⁴ × Σ x²)^¾, with the sum over five neighbouring maps."),
};

/** @param layer the layer's index in the network's description */
export function explain(sources: Sources, layer: number, at: At): Explanation {
  const info = sources.layers[layer];
  const value = valueAt(sources, layer, at);
  if (!info || value === undefined) return null;
  if (info.kind === "attention") return [{ kind: "formula", text: FORMULAS["scores"]! }];
  const exported = sources.graph.layers.find(({ name }) => name === info.name);
  if (!exported) return null;
  const text = FORMULAS[exported.op];
  if (text !== undefined) return [{ kind: "formula", text }];
  const inputs = exported.inputs.map((input) => readerOf(sources, input));
  const [input] = inputs;
  if (!input || inputs.includes(undefined)) return null;
  if (isPointwise(info)) return after(sources, exported, input, at, value);
  const step = stepOf(sources, exported, inputs as Reader[], at, value);
  return step && [step];
}

/** The steps of the layer before, as far as they are known, and then the function of their value. */
function after(sources: Sources, layer: ExportedLayer, input: Reader, at: At, value: number): Explanation {
  const of = input.at(at.channel, at.row, at.column);
  const step =
    layer.op === "batchNorm"
      ? batchNormalization(layer, sources.weights, at, input.shape, of, value)
      : activationFunction(layer, of, value);
  if (!step) return null;
  const before = input.number > 0 ? explain(sources, input.number - 1, at) : null;
  return [...(before ?? []), step];
}

function stepOf(sources: Sources, layer: ExportedLayer, inputs: Reader[], at: At, value: number): Step | null {
  const [input] = inputs as [Reader, ...Reader[]];
  const { weights } = sources;
  const [weight, bias] = [weights.get(`${layer.name}.weight`), weights.get(`${layer.name}.bias`)];
  switch (layer.op) {
    case "conv":
      return weight ? convolution(layer, input, weight, bias, at, value) : null;
    case "linear":
      return weight ? linear(input, weight, bias, at, value) : null;
    case "maxPool":
    case "avgPool":
    case "mean":
      return pooling(layer, input, at, value);
    case "add": {
      const terms = inputs.map((one) => ({ input: one.number, of: one.at(at.channel, at.row, at.column) }));
      const [sum, size] = terms.reduce(([sum, size], { of }) => [sum + of, size + Math.abs(of)], [0, 0]);
      return agrees(sum, value, size) ? { kind: "sum", terms, value } : null;
    }
    case "concat":
      return concatenation(inputs, at, value);
    case "tokens": {
      const [, , columns] = input.shape;
      const of = input.at(at.column, Math.floor(at.row / columns), at.row % columns);
      return agrees(of, value, 0) ? { kind: "copy", from: { input: input.number, channel: at.column }, value } : null;
    }
    default:
      return null;
  }
}

/** Which of the inputs the channel is of. */
function concatenation(inputs: readonly Reader[], at: At, value: number): Step | null {
  let channel = at.channel;
  for (const input of inputs) {
    if (channel < input.shape[0]) {
      const of = input.at(channel, at.row, at.column);
      return agrees(of, value, 0) ? { kind: "copy", from: { input: input.number, channel }, value } : null;
    }
    channel -= input.shape[0];
  }
  return null;
}

function valueAt({ values }: Sources, layer: number, { channel, row, column }: At): number | undefined {
  const activation = values.get(layer + 1);
  if (!activation) return undefined;
  const [channels, rows, columns] = activation.shape;
  const isInside = [channel, row, column].every((at, axis) => at >= 0 && at < [channels, rows, columns][axis]!);
  return isInside ? activation.values[(channel * rows + row) * columns + column] : undefined;
}

/** The values, by number, that it takes to explain a layer's: its own, its inputs, and those of the layers that it is a function of. */
export function neededFor(layers: Sources["layers"], layer: number): number[] {
  const needed = chainOf(layers, layer).flatMap((at) => [at + 1, ...(layers[at]?.inputs ?? [])]);
  return [...new Set(needed)].sort((a, b) => a - b);
}
