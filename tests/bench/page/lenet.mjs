// What every peer trains, so that their losses can be compared with Bunsen's: its initial weights and its first batch.
import { readSafetensors } from "./safetensors.mjs";

const LAYERS = ["conv1", "conv2", "fc1", "fc2", "fc3"];

// What Bunsen's LeNet-5 does to pixels first: MNIST's mean and standard deviation.
const MEAN = 0.1307;
const DEVIATION = 0.3081;

export const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Layer by layer; kernels are [out, in, height, width], matrices [in, out]. */
export function layersOf(file) {
  const tensors = readSafetensors(file);
  return LAYERS.map((name) => {
    const weight = tensors[`${name}.weight`];
    const bias = tensors[`${name}.bias`];
    return { name, shape: weight.shape, weight: weight.values, bias: bias.values };
  });
}

export function parameterCount(layers) {
  return layers.reduce((sum, { weight, bias }) => sum + weight.length + bias.length, 0);
}

/**
 * One batch, scaled, with one-hot labels. It is put on the device before the clock runs, so that a peer pays nothing
 * for its data.
 */
export function batchOf({ pixels, labels }) {
  const y = new Float32Array(labels.length * 10);
  labels.forEach((label, index) => (y[index * 10 + label] = 1));
  return { x: Float32Array.from(pixels, (value) => (value / 255 - MEAN) / DEVIATION), y };
}
