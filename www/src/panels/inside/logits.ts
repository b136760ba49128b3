import type { Activation } from "../../module.js";

/** Whether a layer's units are the logits of the classes: whether their softmax is what the network predicts. */
export function areLogits({ shape, values }: Activation, probabilities: Float32Array): boolean {
  const [channels, rows, units] = shape;
  if (channels > 1 || rows > 1 || units !== probabilities.length) return false;
  const greatest = Math.max(...values);
  const exponentials = Array.from(values, (value) => Math.exp(value - greatest));
  const sum = exponentials.reduce((total, exponential) => total + exponential, 0);
  return exponentials.every((exponential, label) => Math.abs(exponential / sum - probabilities[label]!) < 1e-3);
}
