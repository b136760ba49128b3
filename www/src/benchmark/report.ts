/** All that is measured, as it is saved: plain data, and a figure that was not taken is null. */
import { devDependencies } from "../../../package.json";
import { version } from "../../../crate/js/package.json";
import type { ParsedLink } from "../module.js";
import type { Candidate, Library } from "./candidates.js";
import type { Machine } from "./machine.js";
import type { Network } from "./networks.js";
import type { Settings } from "./settings.js";
import type { TrainingCheck } from "./verdict.js";

/** One engine's training steps. */
export interface StepRow extends TrainingCheck {
  key: string;
  name: string;
  library: Library;
  webgpu: boolean;
  /** What the engine says of itself, where it does. */
  label: string | null;
  /** The first step, in which things are compiled. */
  firstMs: number | null;
  /** Each call's milliseconds a step. */
  milliseconds: number[];
  steps: number;
  /** Turns that were taken. */
  rounds: number;
}

/** The steps of one network. */
export interface StepTable {
  network: Network;
  rows: StepRow[];
  /** Whether the engines' losses were held against each other. */
  judged: boolean;
}

/** An accuracy on the test split, and how long the run took to it. */
export interface TimedAccuracy {
  accuracy: number;
  step: number;
  /** From the start of this engine's turn: worker, module, data, training and scoring. */
  seconds: number;
  /** Of them, in training. */
  trainSeconds: number;
}

export interface TimeRow {
  key: string;
  name: string;
  library: Library;
  webgpu: boolean;
  label: string | null;
  failed: string | null;
  /** Steps of the whole recipe, and of the run as far as it went. */
  planned: number | null;
  step: number;
  /** Seconds until the first step could begin; null before. */
  openSeconds: number | null;
  /** By which share a peer's first losses are off ours, at most. */
  differs: number | null;
  /** Whether it was given up after the setting's limit. */
  limited: boolean;
  /** The accuracies that were waited for, each with the first score that reached it. */
  goals: TimedAccuracy[];
  /** Every score, in order. */
  scores: TimedAccuracy[];
}

export interface Report {
  about: string;
  date: string;
  machine: Machine;
  versions: Record<string, string>;
  settings: Settings;
  recipe: ParsedLink | null;
  steps: StepTable[];
  time: TimeRow[];
  /** `running`, `stopped` (by the button) or `finished`. */
  outcome: "running" | "stopped" | "finished";
}

const VERSIONS: Record<Library, string> = {
  Bunsen: version,
  "jax-js": devDependencies["@jax-js/jax"],
  "TensorFlow.js": devDependencies["@tensorflow/tfjs-core"],
};

/** The versions of the libraries that take part. */
export function versionsOf(candidates: readonly Candidate[]): Record<string, string> {
  const taking = new Set(candidates.map(({ library }) => library));
  return Object.fromEntries(Object.entries(VERSIONS).filter(([library]) => taking.has(library as Library)));
}

export function stepRow({ key, name, library, webgpu }: Candidate): StepRow {
  return {
    key,
    name,
    library,
    webgpu,
    label: null,
    failed: null,
    parameters: null,
    firstMs: null,
    milliseconds: [],
    steps: 0,
    rounds: 0,
    losses: [],
    start: [],
    differs: null,
  };
}

export function timeRow({ key, name, library, webgpu }: Candidate): TimeRow {
  return {
    key,
    name,
    library,
    webgpu,
    label: null,
    failed: null,
    planned: null,
    step: 0,
    openSeconds: null,
    differs: null,
    limited: false,
    goals: [],
    scores: [],
  };
}
