/** What is looked at of the data set, example by example, as the page asks its worker for it and keeps it. */
import type { AugmentedImage } from "../../module.js";

export type Split = "train" | "test";

/** Whether the network takes a test image for what it is. */
export type Outcome = "all" | "right" | "wrong";

/** One thing that the page wants to know. Places are those in the split, from 0. */
export type Ask =
  | { what: "labels"; split: Split }
  | { what: "images"; split: Split; places: number[] }
  /** Of one class, or of all. */
  | { what: "mean"; split: Split; label: number | null }
  /** How the run's first epochs show a training image. */
  | { what: "versions"; place: number; epochs: number }
  /** The class that the network gave each test image when it was last scored. */
  | { what: "guesses" };

export type Found =
  | { what: "labels"; split: Split; labels: Uint8Array }
  | ({ what: "images" } & Images)
  | ({ what: "mean" } & Mean)
  | { what: "versions"; place: number; preview: AugmentedImage | null }
  /** `guesses` is null where nothing was scored yet. */
  | { what: "guesses"; guesses: Guesses | null }
  | { what: "nothing"; why: string };

export interface Images {
  split: Split;
  places: number[];
  images: Uint8Array[];
}

export interface Mean {
  split: Split;
  label: number | null;
  /** Pixels from 0 to 255. */
  mean: Float32Array;
}

export interface Guesses {
  step: number;
  classes: Uint8Array;
}

/** The latest of everything. */
export interface Explored {
  labels: Partial<Record<Split, Uint8Array>>;
  images: Images | null;
  mean: Mean | null;
  versions: { place: number; preview: AugmentedImage | null } | null;
  guesses: Guesses | null;
  /** Why something is not to be had. */
  why: string | null;
}

export const nothingExplored: Explored = {
  labels: {},
  images: null,
  mean: null,
  versions: null,
  guesses: null,
  why: null,
};

/** What is known once the worker has answered. */
export function learn(known: Explored, found: Found): Explored {
  switch (found.what) {
    case "labels":
      return { ...known, labels: { ...known.labels, [found.split]: found.labels } };
    case "images":
      return { ...known, images: found };
    case "mean":
      return { ...known, mean: found };
    case "versions":
      return { ...known, versions: found };
    case "guesses":
      return { ...known, guesses: found.guesses };
    case "nothing":
      return { ...known, why: found.why };
  }
}

/** The places of the images of a class, or of all, that were taken for what they are, or were not. */
export function placesOf(
  labels: Uint8Array,
  label: number | null,
  outcome: Outcome,
  guesses: Guesses | null,
): number[] {
  const places: number[] = [];
  labels.forEach((truth, place) => {
    if (label !== null && truth !== label) return;
    if (outcome !== "all" && (guesses?.classes[place] === truth) !== (outcome === "right")) return;
    places.push(place);
  });
  return places;
}

/** How many images there are of each class. */
export function balanceOf(labels: Uint8Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
