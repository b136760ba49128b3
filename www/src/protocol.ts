/**
 * All that the page and its worker say to each other.
 *
 * Commands are obeyed in the order they are sent, so the page may send `train` before the worker has answered `open`.
 * Everything about a run carries the `id` of the `choose` that it came from: what is still under way when the page
 * chooses again is told apart by it and dropped.
 */
import type {
  Answers,
  BunsenError,
  CodeFile,
  DataInfo,
  DataProgress,
  Description,
  Example,
  Field,
  GivenFiles,
  KeptOwn,
  Lab,
  Language,
  LayerKind,
  OwnData,
  OwnOptions,
  OwnProgress,
  Normalisation,
  ParsedLink,
  Plan,
  Preview,
  Report,
  RunFile,
  Score,
  Stack,
  StoppedRun,
  Verdict,
} from "./module.js";
import type { Inside, InsideWish } from "./panels/inside/what.js";
import type { Ask, Found } from "./panels/explorer/explored.js";

export type EngineChoice = "auto" | "cpu" | "gpu";
export type Engine = Lab["engine"];

/** Enough to go on with a run in another worker. */
export interface Checkpoint {
  step: number;
  bytes: Uint8Array;
  /** The run's name in the browser's storage, if it has one: it keeps it in the other worker. */
  run?: string | undefined;
}

/** `crash`: the worker or the module in it came to a sudden end and cannot be used again. */
export type FailureKind = BunsenError["kind"] | "crash";

export interface Failure {
  kind: FailureKind;
  message: string;
  /** What was being done: it decides what the page can offer. */
  during: "opening" | "preparing" | "training" | "looking";
}

/** The layers of a network of one's own, as a link has them, on that data. */
export interface StackText {
  text: string;
  data: string;
  stack: Stack;
}

/** A network as its card shows it. */
export interface Card {
  /** Its name in a link. */
  model: string;
  description: Description;
  /** The data set whose images it is described for. */
  data: string;
}

/** A person's file, with its path in what they gave. */
export interface GivenFile {
  path: string;
  file: File;
}

/** A person's own images as the page shows them; another worker is given the blob. */
export type OwnShown = Omit<OwnData, "bytes"> & {
  blob: Blob;
  /** A few of each class, as the network sees them. */
  samples: Uint8Array[][];
  /** How many are trained on and tested with; null where that is not known yet. */
  split: { train: number; test: number } | null;
};

/** The recipe as a program, or why it cannot be said in that language. */
export interface Code {
  link: string;
  language: Language;
  files: CodeFile[];
  why: string | null;
}

export type Command =
  /** Loads the module and opens a lab; the first command, once. Goes on as `choose`. */
  | {
      type: "open";
      id: number;
      module: string;
      data: string;
      engine: EngineChoice;
      link: string;
      runFile: string | null;
      own: OwnShown | null;
    }
  /**
   * Takes a recipe and drops the run there was, which makes it also the way to start over. A run file of that recipe is
   * what its run is compared with.
   */
  | { type: "choose"; id: number; link: string; runFile: string | null }
  /** Trains to the end, or some steps further. */
  | { type: "train"; steps: number | null; checkpoint: Checkpoint | null }
  /** Goes on with a run that stopped, to its end. */
  | { type: "resume"; stopped: StoppedRun }
  /** Gives up what stopped runs of the recipe left in the storage; with `own`, this run's too. */
  | { type: "forget"; own: boolean }
  | { type: "pause" }
  /** Stops at the next step and hands the run out, for another worker to go on with: `yielded`. */
  | { type: "yield" }
  /** Trains a few steps of the recipe, in a run that is then dropped: `measured`. */
  | { type: "measure" }
  /** Describes every network, on that data where it takes it: `cards`. */
  | { type: "describeAll"; data: string }
  /** Says the recipe as a program: `code`. */
  | { type: "code"; language: Language }
  /** What the drawing pad shows now; answered with guesses until it is cleared. */
  | { type: "look"; pixels: Float32Array | null }
  | { type: "example"; index: number }
  /** Whether the page shows what the network makes of each test image: then `answers` follow every score. */
  | { type: "answers"; wanted: boolean }
  /** Test images to be shown: `testExamples`. */
  | { type: "testExamples"; indices: number[] }
  /** What of the network's inside the page shows from now on: `inside`, again and again; null for nothing. */
  | { type: "inside"; wish: InsideWish | null }
  /** Something of the data set that is looked at: `explored`. */
  | { type: "explore"; ask: Ask }
  /** The examples of a step as the network gets them: `batch`. */
  | { type: "batch"; step: number }
  /** Makes a file of the network or of the run as it stands: `saved`. */
  | { type: "save"; what: "weights" | "checkpoint" }
  /** Makes a file of the run so far, with its scores: `saved`. */
  | { type: "saveRun"; scores: Score[] }
  /** Takes a person's own images, or a known data set's own files: `own`, `given` or `notTaken`. */
  | { type: "take"; files: GivenFile[]; options: Pick<OwnOptions, "link" | "size" | "channels" | "seed"> }
  /** Keeps the images that are shown in the browser's storage, or no longer: `ownKept`. */
  | { type: "keepOwn"; keep: boolean }
  /** Removes all images that were kept. */
  | { type: "forgetOwn" }
  /** Makes a run file of the run so far for the list of runs: `runRecorded`, with `accuracy` as it came. */
  | { type: "recordRun"; key: string; scores: Score[]; accuracy: Float32Array<ArrayBuffer> }
  /** Reads a checkpoint that a person opened: `checkpointRead` or `unreadable`. */
  | { type: "readCheckpoint"; bytes: Uint8Array }
  /** Reads a run file that a person opened: `runRead` or `unreadable`. */
  | { type: "readRun"; text: string };

/** A run that can be trained. */
export interface Ready {
  plan: Plan;
  data: DataInfo;
  notices: string[];
  examples: Example[];
  /** What the run makes of some training images. */
  previews: Preview[];
  /** How pixels are scaled; null where the network has a way of its own. */
  normalisation: Normalisation | null;
  /** Of the steps before, where it goes on from a checkpoint. */
  losses: Float32Array;
}

export type WorkerEvent =
  | { type: "opened"; engine: Engine; fields: Field[]; layerKinds: LayerKind[] }
  /** What computes, once it says something else of itself: workers joined or were lost, a self-test was passed. */
  | { type: "engine"; engine: Engine }
  /** `stack` is there where the link is of a network of one's own, whether it was taken or refused. */
  | { type: "chosen"; id: number; parsed: ParsedLink; description: Description; stack: StackText | null }
  | { type: "refused"; id: number; link: string; message: string; stack: StackText | null }
  | { type: "cards"; cards: Card[] }
  | { type: "code"; id: number; code: Code }
  /** The run of this recipe that the storage has from an earlier visit. */
  | { type: "stopped"; id: number; stopped: StoppedRun | null }
  /** Why the run is not kept in the storage; null once it is. */
  | { type: "keeping"; notice: string | null }
  | { type: "preparing"; id: number }
  /** What of the data is on its way; null once all of it is there. A run begins before the test images are. */
  | { type: "fetching"; id: number; progress: DataProgress | null }
  | { type: "ready"; id: number; run: Ready }
  /** All notices of the run, when there are more. */
  | { type: "notices"; id: number; notices: string[] }
  | { type: "training"; id: number }
  | { type: "reports"; id: number; reports: Report[] }
  | { type: "scoring"; id: number }
  /** `validation`: of the training examples that are kept apart, where there are any. */
  | { type: "score"; id: number; score: Score; validation: Score | null }
  /** What the network made of each test image when it was last scored. */
  | { type: "answers"; id: number; answers: Answers }
  | { type: "testExamples"; id: number; examples: [index: number, example: Example][] }
  | { type: "explored"; id: number; found: Found }
  | { type: "batch"; id: number; step: number; examples: Example[] }
  | { type: "inside"; id: number; inside: Inside }
  | { type: "kept"; id: number; checkpoint: Checkpoint }
  | { type: "paused"; id: number }
  | { type: "yielded"; id: number; checkpoint: Checkpoint }
  | { type: "measured"; id: number; imagesPerSecond: number }
  /** How fast the recipe would be trained, measured on a run that is then dropped, while nothing else is to be done. */
  | { type: "estimate"; id: number; imagesPerSecond: number | "unknown" }
  /** How the run compares with what was promised of it, whenever that changes. */
  | { type: "verdict"; id: number; verdict: Verdict }
  /** `checked` is the link with the run's check, where that verifies anything. */
  | { type: "finished"; id: number; check: string; checked: string | null }
  | { type: "saved"; id: number; what: "weights" | "checkpoint" | "run"; step: number; content: Uint8Array | string }
  | { type: "checkpointRead"; id: number; link: string; checkpoint: Checkpoint }
  /** `values`: of its recipe. */
  | { type: "runRead"; id: number; file: RunFile; text: string; values: Record<string, string> }
  /** It bears no `id`: another recipe may have been chosen before it comes. */
  | {
      type: "runRecorded";
      key: string;
      text: string;
      values: Record<string, string>;
      stepsPerEpoch: number;
      accuracy: Float32Array<ArrayBuffer>;
    }
  | { type: "unreadable"; id: number; message: string }
  | { type: "taking"; id: number; progress: OwnProgress }
  | { type: "own"; id: number; own: OwnShown }
  | { type: "given"; id: number; given: GivenFiles }
  /** `sound`: they could be taken, but the link names others. */
  | { type: "notTaken"; id: number; message: string; sound: boolean }
  /** What the storage keeps of anybody's own images, and what went wrong with it. */
  | { type: "ownKept"; kept: KeptOwn[]; notice: string | null }
  | { type: "guess"; id: number; probabilities: Float32Array }
  | { type: "example"; id: number; example: Example }
  | { type: "failed"; id: number; failure: Failure };
