/** What every peer trains, so that their losses can be compared with Bunsen's: its initial weights, its first batch. */
import { readSafetensors } from "./safetensors.js";

/** Bunsen's initial weights as a safetensors file, and one batch: its bytes of pixels and its labels. */
export interface Start {
  weights: Uint8Array;
  pixels: Uint8Array;
  labels: Uint8Array;
}

/** What a peer's worker is told when it opens. */
export interface PeerOptions {
  device: string;
  batch: number;
  start: Start;
}

const LAYERS = ["conv1", "conv2", "fc1", "fc2", "fc3"] as const;
export type LayerName = (typeof LAYERS)[number];

export interface Layer {
  name: LayerName;
  /** Kernels are [out, in, height, width], matrices [in, out]. */
  shape: number[];
  weight: Float32Array;
  bias: Float32Array;
}

// What Bunsen's LeNet-5 does to pixels first: MNIST's mean and standard deviation.
const MEAN = 0.1307;
const DEVIATION = 0.3081;

export const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export function layersOf(file: Uint8Array): Layer[] {
  const tensors = readSafetensors(file);
  return LAYERS.map((name) => {
    const weight = tensors[`${name}.weight`];
    const bias = tensors[`${name}.bias`];
    if (!weight || !bias) throw new Error(`Bunsen's weights have no layer ${name}.`);
    return { name, shape: weight.shape, weight: weight.values, bias: bias.values };
  });
}

export function parameterCount(layers: Layer[]): number {
  return layers.reduce((sum, { weight, bias }) => sum + weight.length + bias.length, 0);
}

/**
 * One batch, scaled, with one-hot labels. It is put on the device before the clock runs, so that a peer pays nothing
 * for its data.
 */
export function batchOf({ pixels, labels }: Start): { x: Float32Array; y: Float32Array } {
  const y = new Float32Array(labels.length * 10);
  labels.forEach((label, index) => (y[index * 10 + label] = 1));
  return { x: Float32Array.from(pixels, (value) => (value / 255 - MEAN) / DEVIATION), y };
}
