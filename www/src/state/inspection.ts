import type { Example, Predictions } from "../module.js";
import {
  FIRST_INSPECTION,
  type Inspection,
  type InspectionRequest,
  type Pointed,
} from "../panels/inside/inspection.js";
import type { LayerMaps } from "../stage/maps.js";

/** What of the network's inside a person chose to see. */
export type Choices = Omit<InspectionRequest, "pixels" | "truth">;

/** What is looked at of the network while it learns. Nothing of it changes a run. */
export interface InspectionState {
  /** The picture that is tried, from 0 to 1, in the data's shape. */
  picture: Float32Array | null;
  /** The test image that stands for it while a person tries none. */
  example: Example | null;
  /** Which image that is: each has a number of its own. */
  image: number;
  /** Whether the maps of the network's layers are in view. */
  showsMaps: boolean;
  /** What the network makes of the one or the other: a probability for each class. */
  prediction: Float32Array | null;
  /** The image of which that is said; null of none. */
  predictedImage: number | null;
  /** The maps of its layers, and the step after which they are so. */
  maps: readonly LayerMaps[];
  mapsStep: number;
  /** What of the network's inside is shown, when its panel is open. */
  request: Choices;
  inspection: Inspection | null;
  /** The value of a layer that somebody points at. */
  pointed: Pointed | null;
  /** What it made of each test image when it was last scored. */
  predictions: Predictions | null;
  /** Why one of these could not be had the last time. */
  failed: Partial<Record<"prediction" | "inspection" | "predictions", string>>;
}

export const initialInspection: InspectionState = {
  picture: null,
  example: null,
  image: 0,
  showsMaps: false,
  prediction: null,
  predictedImage: null,
  maps: [],
  mapsStep: 0,
  request: FIRST_INSPECTION,
  inspection: null,
  pointed: null,
  predictions: null,
  failed: {},
};

/** One of these could be had. */
export function had(state: InspectionState, what: keyof InspectionState["failed"]): InspectionState {
  const { [what]: _, ...failed } = state.failed;
  return { ...state, failed };
}

/** Another run takes the place of the last: what is asked for stays, and there is no answer yet. */
export function withoutAnswers({ picture, example, image, showsMaps, request }: InspectionState): InspectionState {
  return { ...initialInspection, picture, example, image, showsMaps, request };
}

/** What the network makes of an image. */
export interface Seen {
  image: number;
  probabilities: Float32Array;
  maps: readonly LayerMaps[];
  step: number;
}

/**
 * A prediction that comes when the image is gone is none any more, nor is one of another image beside a test image. While somebody draws, a
 * stroke is the next image: that of the last one is better than none.
 */
export function predicted(state: InspectionState, { image, probabilities, maps, step }: Seen): InspectionState {
  const isLate = image !== state.image && !state.picture;
  if (isLate || (!state.picture && !state.example)) return had(state, "prediction");
  const seen = { prediction: probabilities, predictedImage: image, maps, mapsStep: step };
  return had({ ...state, ...seen }, "prediction");
}

/** What it makes of the very test image that is shown, or of what is drawn; null until that is known. */
export function predictionNow({ picture, image, prediction, predictedImage }: InspectionState): Float32Array | null {
  return picture || predictedImage === image ? prediction : null;
}

/** Another picture is tried, or none. What was made of the last one stays until there is news of this. */
export function tried(state: InspectionState, picture: Float32Array | null): InspectionState {
  return watched(state, { picture, example: null });
}

/** A test image stands for what a person tries. */
export function watched(state: InspectionState, image: Pick<InspectionState, "picture" | "example">): InspectionState {
  const isNone = !image.picture && !image.example;
  const next = { ...state, ...image, image: state.image + 1 };
  return isNone ? { ...next, prediction: null, predictedImage: null, maps: [] } : next;
}
