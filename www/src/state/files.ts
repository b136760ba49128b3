import type { Curves } from "./curves.js";
import type { RunFile } from "../module.js";

/** Files that a person opened. */
export interface FilesState {
  /** The run file that runs of its recipe are compared with. */
  opened: OpenedRun | null;
  /** Why a file was not opened. */
  unreadable: string | null;
}

/** A run file, and what is drawn of it. */
export interface OpenedRun {
  file: RunFile;
  text: string;
  curves: Curves;
}

export const initialFiles: FilesState = { opened: null, unreadable: null };
