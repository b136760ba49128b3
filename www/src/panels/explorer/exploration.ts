/** What is explored of the data set, example by example: what is asked of the worker, and what is known. */
import type { AugmentedImage } from "../../module.js";

export type Split = "train" | "test";

/** Whether the network takes a test image for what it is. */
export type Outcome = "all" | "right" | "wrong";

/** One thing that the page wants to know. Indices are those in the split, from 0. */
export type ExplorerRequest =
  | { what: "labels"; split: Split }
  | { what: "images"; split: Split; indices: number[] }
  /** Of one class, or of all. */
  | { what: "mean"; split: Split; label: number | null }
  /** How the run's first epochs show a training image. */
  | { what: "augmentations"; index: number; epochs: number }
  /** The class that the network predicted for each test image when it was last scored. */
  | { what: "predictedLabels" };

export type ExplorerResponse =
  | { what: "labels"; split: Split; labels: Uint8Array }
  | ({ what: "images" } & Images)
  | ({ what: "mean" } & Mean)
  | ({ what: "augmentations" } & Augmentations)
  /** Null where nothing was scored yet. */
  | { what: "predictedLabels"; predicted: PredictedLabels | null }
  /** Why something is not to be had. */
  | { what: "unavailable"; why: string };

export interface Images {
  split: Split;
  indices: number[];
  images: Uint8Array[];
}

export interface Mean {
  split: Split;
  label: number | null;
  /** Pixels from 0 to 255. */
  mean: Float32Array;
}

export interface Augmentations {
  index: number;
  /** Null where the run does not show that image. */
  augmented: AugmentedImage | null;
}

export interface PredictedLabels {
  /** When the network was scored. */
  step: number;
  /** A class for each test image. */
  labels: Uint8Array;
}

/** The latest of everything. */
export interface Exploration {
  labels: Partial<Record<Split, Uint8Array>>;
  images: Images | null;
  mean: Mean | null;
  augmentations: Augmentations | null;
  predicted: PredictedLabels | null;
  /** Why something is not to be had. */
  why: string | null;
}

export const initialExploration: Exploration = {
  labels: {},
  images: null,
  mean: null,
  augmentations: null,
  predicted: null,
  why: null,
};

/** What is known once the worker has answered. */
export function answered(known: Exploration, response: ExplorerResponse): Exploration {
  switch (response.what) {
    case "labels":
      return { ...known, labels: { ...known.labels, [response.split]: response.labels } };
    case "images":
      return { ...known, images: response };
    case "mean":
      return { ...known, mean: response };
    case "augmentations":
      return { ...known, augmentations: response };
    case "predictedLabels":
      return { ...known, predicted: response.predicted };
    case "unavailable":
      return { ...known, why: response.why };
  }
}

/** The indices of the images of a class, or of all, for which the prediction is the label, or is not. */
export function indicesOf(
  labels: Uint8Array,
  label: number | null,
  outcome: Outcome,
  predicted: PredictedLabels | null,
): number[] {
  const indices: number[] = [];
  labels.forEach((its, index) => {
    if (label !== null && its !== label) return;
    if (outcome !== "all" && (predicted?.labels[index] === its) !== (outcome === "right")) return;
    indices.push(index);
  });
  return indices;
}

/** How many images there are of each class. */
export function balanceOf(labels: Uint8Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
