import type { Lab, LayerInfo, Run, StoppedRun } from "../module.js";
import type { CustomDatasetReader } from "../panels/custom-images/requests.js";

/** What requests are answered from: the lab, the recipe and the run, as they are at that time. */
export interface RequestContext {
  id: number;
  lab: Lab | undefined;
  customDatasets: CustomDatasetReader | undefined;
  /** What the browser's storage has of stopped runs. */
  autosave: { read(stopped: StoppedRun): Promise<{ bytes: Uint8Array; sealed: boolean }> } | undefined;
  /** The recipe that was taken. */
  recipe: { link: string; values: Record<string, string> } | undefined;
  run: Run | undefined;
  step: number;
  layers: LayerInfo[];
}

/** Gives the context at the time when a request is answered. */
export type RequestContextSource = () => RequestContext;
