/** What the page asks of a network's inside, and what it is told. */
import type { Activation, GradientStatistics } from "../../module.js";
import type { Tensor } from "../../tensors.js";

export interface InspectionRequest {
  /** The picture that is tried, from 0 to 1; without one, a test image is taken. */
  pixels: Float32Array | null;
  /** The test image's place. */
  testImage: number;
  /** The layer's place in the network's description. */
  layer: number;
  /** The class whose saliency is shown; null for the one that the network takes the image for. */
  label: number | null;
  /** Whether the panel can be seen: what is out of sight is not computed while a run goes on. */
  visible: boolean;
}

/** What is inspected first: the first test image, in the first layer. */
export const FIRST_INSPECTION = { testImage: 0, layer: 0, label: null, visible: true } as const;

/** Units of a ReLU that stayed at 0 for each of some test images. */
export interface DeadUnits {
  images: number;
  units: number;
  dead: number;
}

/** The network's inside at a step. */
export interface Inspection {
  step: number;
  /** The image, from 0 to 1. */
  pixels: Float32Array;
  /** The class of a test image; null of a picture that somebody tries. */
  truth: number | null;
  probabilities: Float32Array;
  layer: number;
  /** What the layer gave; null where no prediction needs it. */
  activation: Activation | null;
  /** The gradient of a class's score by each pixel. */
  saliency: { label: number; values: Float32Array };
  /** Each attention layer's shares, in their order. */
  attention: Activation[];
  /** The layer's parameters. */
  weights: (Tensor & { name: string })[];
  /** Of every parameter at the last step; none before a step was recorded. */
  norms: GradientStatistics[];
  /** Null where the layer is no ReLU. */
  dead: DeadUnits | null;
}
