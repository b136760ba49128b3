import type { Predictions } from "../module.js";
import { FIRST_INSPECTION, type Inspection, type InspectionRequest } from "../panels/inside/inspection.js";

/** What is looked at of the network while it learns. Nothing of it changes a run. */
export interface InspectionState {
  /** The picture that is tried, from 0 to 1, in the data's shape. */
  picture: Float32Array | null;
  /** What the network makes of it: a probability for each class. */
  prediction: Float32Array | null;
  /** What of the network's inside is shown, when its panel is open. */
  request: Omit<InspectionRequest, "pixels">;
  inspection: Inspection | null;
  /** What it made of each test image when it was last scored. */
  predictions: Predictions | null;
  /** Why one of these could not be had the last time. */
  failed: Partial<Record<"prediction" | "inspection" | "predictions", string>>;
}

export const initialInspection: InspectionState = {
  picture: null,
  prediction: null,
  request: FIRST_INSPECTION,
  inspection: null,
  predictions: null,
  failed: {},
};

/** One of these could be had. */
export function had(state: InspectionState, what: keyof InspectionState["failed"]): InspectionState {
  const { [what]: _, ...failed } = state.failed;
  return { ...state, failed };
}

/** Another run takes the place of the last: what is asked for stays, and there is no answer yet. */
export function withoutAnswers({ picture, request }: InspectionState): InspectionState {
  return { ...initialInspection, picture, request };
}

/** A prediction that comes when the picture is gone is none any more. */
export function predicted(state: InspectionState, prediction: Float32Array): InspectionState {
  return had({ ...state, prediction: state.picture && prediction }, "prediction");
}

/** Another picture is tried, or none. What was made of the last one stays until there is news of this. */
export function tried(state: InspectionState, picture: Float32Array | null): InspectionState {
  return { ...state, picture, prediction: picture && state.prediction };
}
