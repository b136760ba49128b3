import type {
  AugmentedImage,
  DataInfo,
  DataProgress,
  Description,
  Example,
  Field,
  AddedFiles,
  StoredDataset,
  LayerKind,
  FileProgress,
  Normalization,
  ParsedLink,
  Plan,
  Predictions,
  RunFile,
  Score,
  StoppedRun,
  Verdict,
} from "../module.js";
import type { Inspection, InspectionRequest } from "../panels/inside/inspection.js";
import { nothingExplored, type Explored } from "../panels/explorer/explored.js";
import type { Curves } from "./curves.js";
import type {
  Card,
  Checkpoint,
  Code,
  Engine,
  EngineChoice,
  Failure,
  CustomDatasetInfo,
  StackText,
} from "../protocol.js";

/**
 * - `opening`: the worker loads the module;
 * - `ready`: a recipe is chosen, nothing trained yet;
 * - `refused`: the link or a control holds something that is not allowed;
 * - `starting`: Train was pressed, the first step has not begun;
 * - `training`, `paused`, `finished`;
 * - `failed`: `failure` says why.
 */
export type Phase = "opening" | "ready" | "refused" | "starting" | "training" | "paused" | "finished" | "failed";

/** All that the page shows, but for the curves. Replaced, never changed in place. */
export interface State {
  phase: Phase;
  engineChoice: EngineChoice;
  engine: Engine | null;
  /** Why "Automatic" chose this engine, from what was measured. */
  choice: string | null;
  fields: Field[];
  /** The kinds of layers that a network of one's own may have. */
  layerKinds: LayerKind[];
  parsed: ParsedLink | null;
  /** What controls hold that is not (yet) in `parsed`. */
  draft: Record<string, string>;
  refusal: string | null;
  description: Description | null;
  /** The layers of a network of one's own, be they right or wrong. */
  stack: StackText | null;
  /** Every network, once they were asked for. */
  cards: Card[];
  /** The recipe as a program, as it was last asked for. */
  code: Code | null;
  /** A run is being made ready. */
  preparing: boolean;
  fetching: DataProgress | null;
  plan: Plan | null;
  data: DataInfo | null;
  examples: Example[];
  /** What the run makes of some training images. */
  previews: AugmentedImage[];
  /** How pixels are scaled for the network; null where it has a way of its own. */
  normalisation: Normalization | null;
  notices: string[];
  step: number;
  imagesPerSecond: number;
  /** Images a second that a run of this recipe would train here, measured before it began; null until it was. */
  estimate: number | "unknown" | null;
  scoring: boolean;
  score: Score | null;
  /** The best one so far, which the last one need not be. */
  best: Score | null;
  /** The last one on the training examples that are kept apart. */
  validation: Score | null;
  checkpoint: Checkpoint | null;
  /** A run of this recipe that the browser's storage has from before. */
  stopped: StoppedRun | null;
  /** Why the run is not kept in the storage. */
  notKept: string | null;
  /** Where another engine took the run over: its check is then that of no other run. */
  handedOver: number | null;
  check: string | null;
  /** The link with the check of the finished run, where that verifies anything. */
  checked: string | null;
  /** How the run compares with what its link or the opened run file promises. */
  verdict: Verdict | null;
  /** A run file that was opened. */
  opened: Opened | null;
  /** Why a file was not opened. */
  unreadable: string | null;
  failure: Failure | null;
  /** A link that was opened while a run was under way. */
  otherLink: string | null;
  guess: Float32Array | null;
  testExample: Example | null;
  /** Whether what the network makes of each test image is shown. */
  wantsAnswers: boolean;
  /** What it made of each when it was last scored. */
  answers: Predictions | null;
  /** What of the network's inside is shown, if anything. */
  insideWish: InspectionRequest | null;
  inside: Inspection | null;
  /** The examples of a step as the network gets them, since they were last asked for. */
  batch: { step: number; examples: Example[] } | null;
  /** Test images by their place: those that were asked for, null until they are here. */
  testExamples: ReadonlyMap<number, Example | null>;
  /** What is looked at of the data set. */
  explored: Explored;
  /** The person's own images that are here. */
  own: CustomDatasetInfo | null;
  /** How far files are read that the person gave. */
  taking: FileProgress | null;
  /** Why they were not taken; `sound` where they could be, but the link names others. */
  notTaken: { message: string; sound: boolean } | null;
  /** A known data set's own files that were taken. */
  given: AddedFiles | null;
  /** What the browser's storage keeps of own images, and why something is not kept. */
  ownKept: { kept: StoredDataset[]; notice: string | null };
}

/** A run file, and what is drawn of it. */
export interface Opened {
  file: RunFile;
  text: string;
  curves: Curves;
}

export const initial: State = {
  phase: "opening",
  engineChoice: "auto",
  engine: null,
  choice: null,
  fields: [],
  layerKinds: [],
  parsed: null,
  draft: {},
  refusal: null,
  description: null,
  stack: null,
  cards: [],
  code: null,
  preparing: false,
  fetching: null,
  plan: null,
  data: null,
  examples: [],
  previews: [],
  normalisation: null,
  notices: [],
  step: 0,
  imagesPerSecond: 0,
  estimate: null,
  scoring: false,
  score: null,
  best: null,
  validation: null,
  checkpoint: null,
  stopped: null,
  notKept: null,
  handedOver: null,
  check: null,
  checked: null,
  verdict: null,
  opened: null,
  unreadable: null,
  failure: null,
  otherLink: null,
  guess: null,
  testExample: null,
  wantsAnswers: false,
  answers: null,
  insideWish: null,
  inside: null,
  batch: null,
  testExamples: new Map(),
  explored: nothingExplored,
  own: null,
  taking: null,
  notTaken: null,
  given: null,
  ownKept: { kept: [], notice: null },
};

/** What goes when another run takes the place of this one. */
export const noRun = {
  choice: null,
  plan: null,
  preparing: false,
  fetching: null,
  step: 0,
  imagesPerSecond: 0,
  estimate: null,
  scoring: false,
  score: null,
  best: null,
  validation: null,
  checkpoint: null,
  stopped: null,
  handedOver: null,
  check: null,
  checked: null,
  verdict: null,
  unreadable: null,
  failure: null,
  refusal: null,
  otherLink: null,
  guess: null,
  answers: null,
  inside: null,
  batch: null,
  testExamples: new Map(),
  explored: nothingExplored,
  taking: null,
  notTaken: null,
} satisfies Partial<State>;

/** Whether a run is going on, or stands paused: something that would be lost. */
export function isUnderWay({ phase }: State): boolean {
  return phase === "starting" || phase === "training" || phase === "paused";
}

/** Whether the recipe may not be changed now. */
export function isLocked({ phase }: State): boolean {
  return phase === "starting" || phase === "training";
}

/** The network that is chosen, by its name in a link; empty before there is one. */
export function networkOf({ parsed }: State): string {
  return parsed?.values["model"] ?? "";
}

/** Why something was not opened. */
export function underWay(name: string): string {
  return `${name} was not opened: a run is going on. Pause it, then open the file.`;
}
