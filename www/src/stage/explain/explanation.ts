/** How a value of a layer comes about, in the very numbers that the network computes with. */
import type { Activation, ExportedGraph, LayerInfo } from "../../module.js";
import type { Tensor } from "../../tensors.js";
import { defineMessage } from "../../words/msg.js";

/** What a layer's values are computed from: enough to compute one of them again. */
export interface Sources {
  graph: ExportedGraph;
  layers: readonly LayerInfo[];
  /** By number, as `LayerInfo.inputs` has them: 0 is the normalized image. */
  values: ReadonlyMap<number, Activation>;
  /** Parameters and running statistics, by their names. */
  weights: ReadonlyMap<string, Tensor>;
}

/** A value of a layer's output `[channels, rows, columns]`. */
export interface At {
  channel: number;
  row: number;
  column: number;
}

/** Rows of numbers; null is padding, which counts as 0. */
export type Patch = readonly (readonly (number | null)[])[];

/** What one input channel adds to a convolution's sum: patch × filter. */
export interface ChannelProduct {
  channel: number;
  patch: Patch;
  filter: Patch;
  sum: number;
}

/** A step of the computation. `value` is what the network computed, with which the step was found to agree. */
export type Step =
  | {
      kind: "convolution";
      /** The input channels that add most, by size. */
      strongest: readonly ChannelProduct[];
      channels: number;
      /** What all other channels add together. */
      rest: number;
      bias: number | null;
      value: number;
    }
  | { kind: "pooling"; how: "max" | "mean"; patch: Patch; value: number }
  | {
      kind: "linear";
      /** The inputs that add most, by size, counted from 0. */
      strongest: readonly { input: number; of: number; weight: number; product: number }[];
      inputs: number;
      rest: number;
      bias: number | null;
      value: number;
    }
  | { kind: "function"; name: string; of: number; value: number }
  | {
      kind: "normalization";
      of: number;
      mean: number;
      variance: number;
      epsilon: number;
      weight: number;
      bias: number;
      value: number;
    }
  | { kind: "sum"; terms: readonly { input: number; of: number }[]; value: number }
  | { kind: "copy"; from: { input: number; channel: number }; value: number }
  | { kind: "formula"; text: string };

/** The steps in the order of the computation; null where this layer's values are not taken apart. */
export type Explanation = readonly Step[] | null;

/** What is said in place of an explanation. */
export const NOT_EXPLAINED = defineMessage("This layer’s values are not taken apart here.");

/** How far a sum of 32-bit floats may be from the same sum in 64 bits, as a share of the sizes of its terms. */
const SHARE = 2e-5;

/** Whether a value was computed in that way: else nothing is claimed of it. @param size the sum of the sizes of its terms */
export function agrees(computed: number, value: number, size: number): boolean {
  return Math.abs(computed - value) <= SHARE * Math.max(size, 1e-3);
}
