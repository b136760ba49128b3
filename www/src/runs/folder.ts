/** Where the kept runs are in the browser's private storage. */
export const FOLDER = "bunsen-runs-v1";
