/** What every peer trains, so that their losses can be compared with Bunsen's: its initial weights, its first batch. */
import type { Normalization } from "../../module.js";
import type { Course } from "./training.js";

/** The networks that peers train. */
export type PeerNetwork = "lenet5" | "resnet-8";

/** Bunsen's initial weights as a safetensors file, and one batch: its bytes of pixels and its labels. */
export interface Start {
  weights: Uint8Array;
  /** [batch, channels, height, width] */
  pixels: Uint8Array;
  labels: Uint8Array;
}

/** What a peer's worker is told when it opens. */
export interface PeerOptions {
  device: string;
  network: PeerNetwork;
  start: Start;
}

/** What a peer's worker is told when it opens for a whole run. */
export interface TrainingOptions {
  device: string;
  /** The folder of data sets, as an address. */
  data: string;
  course: Course;
}

const CLASSES = 10;

/** One batch: its images, normalized, as [batch, channels, height, width], and its labels, one-hot, as [batch, 10]. */
export interface Batch {
  size: number;
  x: Float32Array;
  y: Float32Array;
}

/** The batch is put on the device before the clock runs, so that a peer pays nothing for its data. */
export function batchOf({ pixels, labels }: Pick<Start, "pixels" | "labels">, { mean, std }: Normalization): Batch {
  const plane = pixels.length / labels.length / mean.length;
  const x = Float32Array.from(pixels, (value, index) => {
    const channel = Math.floor(index / plane) % mean.length;
    return (value / 255 - (mean[channel] ?? NaN)) / (std[channel] ?? NaN);
  });
  const y = new Float32Array(labels.length * CLASSES);
  labels.forEach((label, index) => (y[index * CLASSES + label] = 1));
  return { size: labels.length, x, y };
}
