/** What goes over each number by itself. */
import type { ExportedLayer } from "../../module.js";
import type { Tensor } from "../../tensors.js";
import { agrees, type At, type Step } from "./explanation.js";
import { defineMessage } from "../../words/msg.js";

const FUNCTIONS: Readonly<Record<string, { name: string; of: (x: number) => number }>> = {
  relu: { name: "ReLU", of: (x) => Math.max(0, x) },
  tanh: { name: "tanh", of: Math.tanh },
  sigmoid: { name: "sigmoid", of: (x) => 1 / (1 + Math.exp(-x)) },
  gelu: { name: "GELU", of: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)) },
  // Only training drops anything.
  dropout: { name: defineMessage("dropout, which does nothing after training"), of: (x) => x },
};

export function activationFunction({ op }: ExportedLayer, of: number, value: number): Step | null {
  const known = FUNCTIONS[op];
  if (!known || !agrees(known.of(of), value, Math.max(1, Math.abs(of)))) return null;
  return { kind: "function", name: known.name, of, value };
}

/** Batch normalization by the running statistics, as after training. */
export function batchNormalization(
  { name, attributes }: ExportedLayer,
  weights: ReadonlyMap<string, Tensor>,
  { channel, column }: At,
  [channels]: readonly number[],
  of: number,
  value: number,
): Step | null {
  // Units are normalized unit by unit.
  const number = (of: string): number | undefined =>
    weights.get(`${name}.${of}`)?.values[channels === 1 ? column : channel];
  const [mean, variance] = [number("running_mean"), number("running_var")];
  if (mean === undefined || variance === undefined) return null;
  const [epsilon = 1e-5] = attributes;
  const [weight, bias] = [number("weight") ?? 1, number("bias") ?? 0];
  const scaled = ((of - mean) / Math.sqrt(variance + epsilon)) * weight;
  // A small variance makes much of a small difference.
  const size = (Math.abs(of) + Math.abs(mean)) * Math.abs(weight / Math.sqrt(variance + epsilon)) + Math.abs(bias);
  if (!agrees(scaled + bias, value, size)) return null;
  return { kind: "normalization", of, mean, variance, epsilon, weight, bias, value };
}

/** The error function, to 1.2e-7: W. H. Press and others, "Numerical recipes", erfc by Chebyshev's approximation. */
function erf(x: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const power = series.reduceRight((sum, factor) => sum * t + factor, 0);
  const rest = t * Math.exp(-x * x + power);
  return x >= 0 ? 1 - rest : rest - 1;
}
