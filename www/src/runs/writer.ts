/** Writes stored runs into the private storage: what only a worker may do. */
import { WritableFolder } from "../../../crate/js/opfs-writer.js";
import { serveRequests } from "../rpc/server.js";
import { FOLDER } from "./folder.js";

/** What the list of runs asks of this worker. */
export interface WriterMethods {
  write: { params: { name: string; bytes: Uint8Array }; result: void };
}

const files = new WritableFolder(FOLDER);

serveRequests<WriterMethods>(self, {
  // Two tabs may write the same run: each under a name of its own first.
  write: ({ name, bytes }) => files.write(name, `${name}.${crypto.randomUUID()}`, bytes),
});
