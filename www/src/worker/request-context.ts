import type { HeldWeights } from "../protocol.js";
import type { Lab, LayerInfo, Run, StoppedRun } from "../module.js";
import type { CustomDatasetReader } from "../panels/custom-images/requests.js";

/** What a network answers with, be it a run's or one that stands alone. */
export type Answers = Pick<
  Run,
  "data" | "predict" | "forward" | "activations" | "saliency" | "examples" | "normalization" | "weights"
>;

/** What requests are answered from: the lab, the recipe and the run, as they are at that time. */
export interface RequestContext {
  id: number;
  lab: Lab | undefined;
  customDatasets: CustomDatasetReader | undefined;
  /** Has the lab hold a file of weights, from which runs can then start. */
  weights: { keep(bytes: Uint8Array): Promise<HeldWeights> } | undefined;
  /** What the browser's storage has of stopped runs. */
  autosave: { read(stopped: StoppedRun): Promise<{ bytes: Uint8Array; sealed: boolean }> } | undefined;
  /** The recipe that was taken: its canonical link, and the link as it was given, which may have a check. */
  recipe: { link: string; given: string; values: Record<string, string> } | undefined;
  run: Run | undefined;
  /** The network that answers by the weights of a file where its data are not here. */
  alone: Answers | undefined;
  step: number;
  layers: LayerInfo[];
}

/** Gives the context at the time when a request is answered. */
export type RequestContextSource = () => RequestContext;
