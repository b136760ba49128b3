/** Where the runs of the list are in the browser's private storage. */
export const FOLDER = "bunsen-runs-v1";

/** What the list of runs asks of the worker that writes there. */
export interface WriterMethods {
  write: { params: { name: string; bytes: Uint8Array }; result: void };
}
