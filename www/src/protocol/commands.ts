import type { StoppedRun } from "../module.js";
import type { InspectionRequest } from "../panels/inside/inspection.js";
import type { Goal } from "../state/run-state.js";
import type { Checkpoint, CustomDatasetInfo, EngineChoice, HeldWeights } from "./types.js";

/** What the page tells its worker to do. What comes of it, the worker tells by events. */
export type Command =
  /** Loads the module and opens a lab; the first command, once. Goes on as `choose`. */
  | {
      type: "open";
      id: number;
      module: string;
      data: string;
      engine: EngineChoice;
      /** How many workers the CPU engine may use; null: as many as suit the machine. */
      workers: number | null;
      link: string;
      runFile: string | null;
      customDataset: CustomDatasetInfo | null;
      /** The file of weights that the recipe starts from, where the page has one. */
      weights: HeldWeights | null;
      /** Whether the browser's storage is to keep the run and the data. */
      keeps: boolean;
    }
  /**
   * Takes a recipe and drops the run there was, which makes it also the way to start over. A run file of that recipe is
   * what its run is compared with.
   */
  | { type: "choose"; id: number; link: string; runFile: string | null }
  /**
   * Trains to the end, or some steps further; from a checkpoint, if there is one.
   * `unlessStopped`: nothing is trained where the storage has a stopped run of the recipe, which the page had not heard of: `offered`
   */
  | { type: "train"; goal: Goal; checkpoint: Checkpoint | null; unlessStopped?: boolean }
  /** Goes on with a run that stopped, to its end. */
  | { type: "resume"; stopped: StoppedRun }
  /** Removes what stopped runs of the recipe left in the storage; with `current`, this run's checkpoints too. */
  | { type: "forgetStopped"; current: boolean }
  /** Fetches the data of the recipe, from other servers too, and gets its run ready. */
  | { type: "getData" }
  | { type: "pause" }
  /** Scores the run where it stands, once more. */
  | { type: "score" }
  /** Stops at the next step and hands the run out, for another worker to go on with: `handedOver`. */
  | { type: "handOver" }
  /**
   * The image that is put through the network now, and the layers whose maps are in view: `prediction`, again and again while it trains,
   * until there is no image. `image`: which one it is, as the answers say.
   */
  | { type: "predict"; image: number; pixels: Float32Array | null; layers: readonly number[] }
  /** What of the network's inside is shown from now on: `inspection`, again and again; null for nothing. */
  | { type: "inspect"; request: InspectionRequest | null }
  /** Whether `predictions` for all test images follow every score. */
  | { type: "sendPredictions"; wanted: boolean };

/** A function for each command. The compiler asks for all of them, and for no other. */
export type CommandHandlers = { [T in Command["type"]]: (command: Extract<Command, { type: T }>) => unknown };
