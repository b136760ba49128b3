import type { Curves } from "./curves.js";
import type { RunFile, WeightsInfo } from "../module.js";
import type { HeldWeights, MissedWeights } from "../protocol.js";

/** Files that a person opened. */
export interface FilesState {
  /** The run file that runs of its recipe are compared with. */
  opened: OpenedRun | null;
  /** Why a file was not opened. */
  unreadable: string | null;
  /** A file of weights, until a person has said what becomes of it. */
  offered: OfferedWeights | null;
  /** The file that the recipe starts from, once it is here. */
  initial: HeldWeights | null;
  /** The digest of the one that it starts from, where that is not here. */
  missing: string | null;
  /** Why that one did not come with the page, which brings it. */
  missed: MissedWeights | null;
}

/** A file of weights that a person opened. */
export interface OfferedWeights {
  name: string;
  bytes: Uint8Array;
  info: WeightsInfo;
}

/** A run file, and what is drawn of it. */
export interface OpenedRun {
  file: RunFile;
  text: string;
  curves: Curves;
}

export const initialFiles: FilesState = {
  opened: null,
  unreadable: null,
  offered: null,
  initial: null,
  missing: null,
  missed: null,
};
