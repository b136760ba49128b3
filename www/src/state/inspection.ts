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
  /** Whether the maps of the network's layers are in view. */
  showsMaps: boolean;
  /** What the network makes of the one or the other: a probability for each class. */
  prediction: Float32Array | null;
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
  showsMaps: false,
  prediction: null,
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
export function withoutAnswers({ picture, example, showsMaps, request }: InspectionState): InspectionState {
  return { ...initialInspection, picture, example, showsMaps, request };
}

/** A prediction that comes when the image is gone is none any more. */
export function predicted(
  state: InspectionState,
  { probabilities, maps, step }: { probabilities: Float32Array; maps: readonly LayerMaps[]; step: number },
): InspectionState {
  if (!state.picture && !state.example) return had(state, "prediction");
  return had({ ...state, prediction: probabilities, maps, mapsStep: step }, "prediction");
}

/** Another picture is tried, or none. What was made of the last one stays until there is news of this. */
export function tried(state: InspectionState, picture: Float32Array | null): InspectionState {
  return watched(state, { picture, example: null });
}

/** A test image stands for what a person tries. */
export function watched(state: InspectionState, image: Pick<InspectionState, "picture" | "example">): InspectionState {
  const isNone = !image.picture && !image.example;
  return { ...state, ...image, prediction: isNone ? null : state.prediction, maps: isNone ? [] : state.maps };
}
