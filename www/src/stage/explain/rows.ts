/** What is computed of a row of numbers: a linear layer's unit, the softmax of logits. */
import type { Tensor } from "../../tensors.js";
import { agrees, type At, type Step } from "./explanation.js";
import type { Reader } from "./values.js";

/** So many inputs are shown by themselves. */
const MOST_INPUTS = 5;

/** @param weight `[out, in]` */
export function linear(
  input: Reader,
  weight: Tensor,
  bias: Tensor | undefined,
  { row, column: unit }: At,
  value: number,
): Step | null {
  const [, inputs = 0] = weight.shape;
  // A linear layer takes a token's numbers, a row, or all that there is.
  const [channels, rows, columns] = input.shape;
  const isRow = columns === inputs;
  if (!isRow && channels * rows * columns !== inputs) return null;
  const numberOf = (at: number): number =>
    isRow
      ? input.at(0, row, at)
      : input.at(Math.floor(at / (rows * columns)), Math.floor(at / columns) % rows, at % columns);
  const terms = Array.from({ length: inputs }, (_, at) => {
    const [of, factor] = [numberOf(at), weight.values[unit * inputs + at] ?? NaN];
    return { input: at, of, weight: factor, product: of * factor };
  });
  const total = terms.reduce((sum, { product }) => sum + product, 0);
  const size = terms.reduce((sum, { product }) => sum + Math.abs(product), 0);
  const added = bias?.values[unit] ?? null;
  if (!agrees(total + (added ?? 0), value, size + Math.abs(added ?? 0))) return null;
  const ranked = terms.sort((a, b) => Math.abs(b.product) - Math.abs(a.product) || a.input - b.input);
  const strongest = ranked.slice(0, MOST_INPUTS);
  const rest = ranked.slice(MOST_INPUTS).reduce((sum, { product }) => sum + product, 0);
  return { kind: "linear", strongest, inputs, rest, bias: added, value };
}

/** How logits become shares. */
export interface Softmax {
  rows: readonly { logit: number; power: number; share: number }[];
  /** Of all powers. */
  sum: number;
  /** What was taken from each logit before, so that no power is too large: 0 where none is. */
  shift: number;
}

/** Above this, powers of e are no numbers to read. */
const LARGEST_LOGIT = 15;

export function softmaxOf(logits: Float32Array): Softmax {
  const greatest = Math.max(...logits);
  const shift = greatest > LARGEST_LOGIT || greatest < -LARGEST_LOGIT ? greatest : 0;
  const powers = Array.from(logits, (logit) => Math.exp(logit - shift));
  const sum = powers.reduce((all, power) => all + power, 0);
  return {
    rows: powers.map((power, at) => ({ logit: logits[at] ?? NaN, power, share: power / sum })),
    sum,
    shift,
  };
}
