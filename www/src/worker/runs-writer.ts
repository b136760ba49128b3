/** Writes the runs of the list into the private storage: what only a worker may do. */
import { WritableFolder } from "../../../crate/js/opfs-writer.js";
import { serveRequests } from "../rpc/server.js";
import { FOLDER, type WriterMethods } from "../runs/folder.js";

const files = new WritableFolder(FOLDER);

serveRequests<WriterMethods>(self, {
  // Two tabs may write the same run: each under a name of its own first.
  write: ({ name, bytes }) => files.write(name, `${name}.${crypto.randomUUID()}`, bytes),
});
