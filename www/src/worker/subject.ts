import type { Lab, LayerInfo, Run } from "../module.js";
import type { CustomDatasetReader } from "../panels/custom-images/requests.js";

/** What requests are about, as it stands. */
export interface Subject {
  id: number;
  lab: Lab | undefined;
  customDatasets: CustomDatasetReader | undefined;
  /** The recipe that was taken. */
  recipe: { link: string; values: Record<string, string> } | undefined;
  run: Run | undefined;
  step: number;
  layers: LayerInfo[];
}

/** Gives the subject as it is when a request is answered. */
export type SubjectSource = () => Subject;
