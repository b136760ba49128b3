/** Where the runs of the list are in the browser's private storage. */
export const FOLDER = "bunsen-runs-v1";

/** Stands in a checkpoint's name where the recipe of an autosaved one does. */
export const CHECKPOINTS = "kept";

/** A checkpoint to be written. */
export interface WrittenCheckpoint {
  step: number;
  bytes: Uint8Array;
  /** Whether this browser wrote it: it is sealed then. */
  computedHere: boolean;
}

/** What the list of runs asks of the worker that writes there. */
export interface WriterMethods {
  /** Writes a file. With `ifThere` only over one that is there: another tab may have removed it. Whether it did. */
  write: { params: { name: string; bytes: Uint8Array; ifThere: boolean }; result: boolean };
  /** Writes the checkpoint of a run, and removes the one before it. */
  writeCheckpoint: { params: { id: string } & WrittenCheckpoint; result: void };
}
