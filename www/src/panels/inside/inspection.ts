/** What the page wants to see of a network's inside, and what the worker sends. */
import type { Activation } from "../../module.js";
import type { At } from "../../stage/explain/explanation.js";
import type { Tensor } from "../../tensors.js";

export interface InspectionRequest {
  /** The image that is put through the network, from 0 to 1; without one, a test image is taken. */
  pixels: Float32Array | null;
  /** The class of that image where it is a test image; null where a person gave it. */
  truth: number | null;
  /** The test image's index. */
  testImage: number;
  /** The layer's index in the network's description. */
  layer: number;
  /** The class whose saliency is shown; null for the predicted one. */
  label: number | null;
  /** Whether the panel is in view: nothing is computed for one that is not while a run goes on. */
  visible: boolean;
}

/** A value of a layer's output that somebody points at. */
export interface Pointed extends At {
  /** The layer's index in the network's description. */
  layer: number;
}

/** What is inspected first: the first test image, in the first layer. */
export const FIRST_INSPECTION = { testImage: 0, layer: 0, label: null, visible: true } as const;

/** Units of a ReLU that stayed at 0 for each of some test images. */
export interface DeadUnits {
  images: number;
  units: number;
  dead: number;
}

/** The network's inside after a step. */
export interface Inspection {
  step: number;
  /** The image, from 0 to 1. */
  pixels: Float32Array;
  /** The class of a test image; null for a picture that a person tries. */
  label: number | null;
  /** The test image's index, where the page asked for one by it. */
  testImage: number | null;
  probabilities: Float32Array;
  layer: number;
  /** The layer's output; null where the layer is not part of a prediction, as an auxiliary head is not. */
  activation: Activation | null;
  /** What it takes to compute the layer's values again, by number as `LayerInfo.inputs` has them: 0 is the normalized image. */
  values: ReadonlyMap<number, Activation>;
  /** The gradient of a class's logit with respect to each pixel. */
  saliency: { label: number; values: Float32Array };
  /** The weights of each attention layer, in their order: `[heads, tokens, tokens]`. */
  attention: Activation[];
  /** Parameters and running statistics of the layer, and of those that it is a function of: `chainOf`. */
  weights: (Tensor & { name: string })[];
  /** Null where the layer is no ReLU. */
  dead: DeadUnits | null;
}
