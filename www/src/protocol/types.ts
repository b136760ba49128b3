/** What the page and its worker tell each other about, as plain data. */
import type {
  BunsenError,
  CodeFile,
  DataInfo,
  Description,
  Example,
  Lab,
  Language,
  ParsedLink,
  Normalization,
  CustomDataset,
  Plan,
  AugmentedImage,
  Stack,
} from "../module.js";

export type EngineChoice = "auto" | "cpu" | "gpu";
export type Engine = Lab["engine"];

/** Enough to go on with a run in another worker. */
export interface Checkpoint {
  step: number;
  bytes: Uint8Array;
  /** The run's name in the browser's storage, if it has one: it keeps it in the other worker. */
  run?: string | undefined;
  /** Whether a worker of this page made it, or this browser's storage kept it: not so of a file that a person opened. */
  computedHere: boolean;
  /** Whether the step at which it stands was scored: else that is done where it goes on. */
  scored?: boolean | undefined;
}

/** `crash`: the worker or the module in it came to a sudden end and cannot be used again. */
export type FailureKind = BunsenError["kind"] | "crash";

export interface Failure {
  kind: FailureKind;
  /** The field of the recipe that it is about. */
  key?: string | undefined;
  /** What that field may have, as the end of a sentence. */
  allowed?: string | undefined;
  message: string;
  /** What was being done: it decides what the page can offer. `inspecting`: something was asked for beside training. */
  during: "opening" | "preparing" | "training" | "inspecting";
}

/** A run that can be trained. */
export interface ReadyRun {
  plan: Plan;
  data: DataInfo;
  notices: string[];
  examples: Example[];
  /** What the run makes of some training images. */
  augmented: AugmentedImage[];
  /** How pixels are scaled; null where the network has a way of its own. */
  normalization: Normalization | null;
  /** Of the steps before, where it goes on from a checkpoint. */
  losses: Float32Array;
}

/** What there is of a link that was refused: its recipe without the values that are not allowed. */
export interface RestOfLink {
  parsed: ParsedLink;
  description: Description;
  /** The values that were left out, by their keys. */
  refused: Record<string, string>;
}

/** The layers of a network of one's own, as a link has them, on that data. */
export interface StackText {
  text: string;
  data: string;
  stack: Stack;
}

/** A file of weights that runs start from. */
export interface HeldWeights {
  /** What a link names it by. */
  digest: string;
  file: Blob;
  /** Whether it is there after a reload: the browser's storage keeps it, or the page brings it. */
  isKept: boolean;
  /** Whether it comes with the page: nobody has to give it. */
  isShipped: boolean;
}

/** Why a file of weights that comes with the page is not here. */
export type MissedWeights = "damaged" | "unreachable";

/** A network as its card shows it. */
export interface Card {
  /** Its name in a link. */
  model: string;
  description: Description;
  /** The data set whose images it is described for. */
  data: string;
}

/** The recipe as a program, or why it cannot be said in that language. */
export interface Code {
  link: string;
  language: Language;
  files: CodeFile[];
  why: string | null;
}

/** A person's file, with its path in what they gave. */
export interface GivenFile {
  path: string;
  file: File;
}

/** A person's own images as the page shows them; another worker is given the blob. */
export type CustomDatasetInfo = Omit<CustomDataset, "bytes"> & {
  blob: Blob;
  /** A few of each class, as the network sees them. */
  samples: Uint8Array[][];
  /** How many are trained on and tested with; null where that is not known yet. */
  split: { train: number; test: number } | null;
};
