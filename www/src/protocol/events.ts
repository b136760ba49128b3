import type {
  DataInfo,
  Predictions,
  DataProgress,
  Download,
  Description,
  Field,
  StoredDataset,
  LayerKind,
  FileProgress,
  GradientStatistics,
  ParsedLink,
  Report,
  Score,
  StoppedRun,
  Verdict,
} from "../module.js";
import type { Inspection } from "../panels/inside/inspection.js";
import type { LayerMaps } from "../stage/maps.js";
import type { Refusal, Result } from "../state/run-state.js";
import type { Estimate } from "../state/timing.js";
import type {
  Checkpoint,
  CustomDatasetInfo,
  Engine,
  Failure,
  HeldWeights,
  MissedWeights,
  ReadyRun,
  RestOfLink,
  StackText,
} from "./types.js";

/** What the worker tells the page by itself, `id` being that of the run's `choose`. */
export type WorkerEvent =
  | { type: "opened"; engine: Engine; fields: Field[]; layerKinds: LayerKind[] }
  /** What computes, once it says something else of itself: workers joined or were lost, a self-test was passed. */
  | { type: "engine"; engine: Engine }
  /** `stack` is there where the link is of a network of one's own, whether it was taken or refused. */
  | { type: "chosen"; id: number; parsed: ParsedLink; description: Description; stack: StackText | null }
  | { type: "refused"; id: number; refusal: Refusal; rest: RestOfLink | null; stack: StackText | null }
  /** The run of this recipe that the storage has from an earlier visit. */
  | { type: "stoppedRun"; id: number; stopped: StoppedRun | null }
  /** Nothing is trained before a person says whether that run goes on. */
  | { type: "offered"; id: number }
  /** Why the run is not kept in the storage; null once it is. */
  | { type: "autosave"; notice: string | null }
  /** What of the data is on its way; null once all of it is there. A run begins before the test images are. */
  | { type: "fetching"; id: number; progress: DataProgress | null }
  /** The data are not here, and other servers are asked for them once a person wants them. */
  | { type: "download"; id: number; download: Download }
  /** The run can be trained. */
  | { type: "prepared"; id: number; run: ReadyRun }
  /** All notices of the run, when there are more. */
  | { type: "notices"; id: number; notices: string[] }
  /** Training goes on from here. */
  | { type: "started"; id: number }
  | { type: "reports"; id: number; reports: Report[] }
  /** The norms of all parameters at a step, and of their gradients and updates. */
  | { type: "norms"; id: number; step: number; statistics: GradientStatistics[] }
  /** The step at which the run stands is being scored, or waits for the test images; null where that was given up. */
  | { type: "scoring"; id: number; progress: { done: number; of: number } | null }
  /**
   * `validation`: of the training examples that are kept apart, where there are any. `imagesPerSecond`: how fast both were
   * computed.
   */
  | { type: "score"; id: number; score: Score; validation: Score | null; imagesPerSecond: number }
  /** The steps whose test images came too late, and that are scored when these are there: all of them, ascending. */
  | { type: "deferredScores"; id: number; steps: number[] }
  /** It could not be scored, and goes on. */
  | { type: "scoreFailed"; id: number; message: string }
  /** What the network makes of the image that is put through it, with the maps of the layers that are in view. */
  | {
      type: "prediction";
      id: number;
      step: number;
      /** That of `predict`: meanwhile it may be another. */
      image: number;
      probabilities: Float32Array;
      maps: readonly LayerMaps[];
    }
  /** What it made of each test image when it was last scored. */
  | { type: "predictions"; id: number; predictions: Predictions }
  | { type: "inspection"; id: number; inspection: Inspection }
  /** What was subscribed to could not be had. The run goes on. */
  | { type: "subscriptionFailed"; id: number; what: "prediction" | "inspection" | "predictions"; message: string }
  | { type: "checkpoint"; id: number; checkpoint: Checkpoint }
  | { type: "paused"; id: number }
  | { type: "handedOver"; id: number; checkpoint: Checkpoint }
  /** How fast the recipe would be trained, measured on a run that is then dropped, while nothing else is to be done. */
  | { type: "estimate"; id: number; estimate: Estimate | "unknown" }
  /** How the run compares with what was promised of it, whenever that changes. */
  | { type: "verdict"; id: number; verdict: Verdict }
  | { type: "finished"; id: number; result: Result }
  /** How far the files of `readFiles` are read. */
  | { type: "readingFiles"; id: number; progress: FileProgress }
  /** The images that the link names were in the storage. */
  | { type: "customDataset"; id: number; dataset: CustomDatasetInfo }
  /** Whether the file of weights is here that the recipe starts from. */
  | { type: "weights"; id: number; digest: string; held: HeldWeights | null; missed: MissedWeights | null }
  /** The data are not here: the network answers by the weights of a file alone, to images of that shape. */
  | { type: "answering"; id: number; data: DataInfo }
  /** What the storage has of anybody's own images, and what went wrong with it. */
  | { type: "storedDatasets"; stored: StoredDataset[]; notice: string | null }
  | { type: "failed"; id: number; failure: Failure };

/** A function for each event. The compiler asks for all of them, and for no other. */
export type EventHandlers = { [T in WorkerEvent["type"]]: (event: Extract<WorkerEvent, { type: T }>) => void };
