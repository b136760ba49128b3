/** Writes kept runs into the private storage: what only a worker may do. */
import { PrivateFiles } from "../../../crate/js/private-files.js";
import { FOLDER } from "./folder.js";

/** The answer to each file. */
export interface Written {
  error: { name: string; message: string } | null;
}

const files = new PrivateFiles(FOLDER);

self.onmessage = async ({ data: { name, bytes } }: MessageEvent<{ name: string; bytes: Uint8Array }>) => {
  let written: Written = { error: null };
  try {
    // Two tabs may write the same run: each under a name of its own first.
    await files.write(name, `${name}.${crypto.randomUUID()}`, bytes);
  } catch (thrown) {
    const { name, message } = thrown as Error;
    written = { error: { name, message } };
  }
  self.postMessage(written);
};
