/** LeNet-5 as Bunsen has it, for whichever library computes it. */
import type { Normalization } from "../../module.js";
import { weightsForPeers } from "./safetensors.js";

const LAYERS = ["conv1", "conv2", "fc1", "fc2", "fc3"] as const;
export type LayerName = (typeof LAYERS)[number];

export interface Layer {
  name: LayerName;
  /** Kernels are [out, in, height, width], matrices [in, out]. */
  shape: number[];
  weight: Float32Array;
  bias: Float32Array;
}

/** MNIST's. */
export const NORMALIZATION: Normalization = { mean: [0.1307], std: [0.3081] };

export const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export function layersOf(file: Uint8Array): Layer[] {
  const tensors = weightsForPeers(file);
  return LAYERS.map((name) => {
    const weight = tensors[`${name}.weight`];
    const bias = tensors[`${name}.bias`];
    if (!weight || !bias) throw new Error(`Bunsen's weights have no layer ${name}.`);
    return { name, shape: weight.shape, weight: weight.values, bias: bias.values };
  });
}
