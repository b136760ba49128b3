import type { AppState } from "../../state/app-state.js";
import { isLocked } from "../../state/run-state.js";

/** Whether the recipe trains on a person's own images, and these are not here yet. */
export function areMissing({ recipe, customDataset, run, hasTrained }: AppState): boolean {
  const { parsed, draft } = recipe;
  if (!parsed || hasTrained || isLocked(run)) return false;
  if ((draft["data"] ?? parsed.values["data"]) !== "own") return false;
  const { dataset } = customDataset;
  return !dataset || dataset.digest !== parsed.values["own"];
}

/** Whether they are asked for on the stage: not where a network answers without them. */
export function areAskedFor(state: AppState): boolean {
  return areMissing(state) && !state.data.isAbsent;
}
