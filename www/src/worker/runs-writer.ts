/** Writes the runs of the list into the private storage: what only a worker may do. */
import { checkpointName, listCheckpoints } from "../../../crate/js/checkpoint-files.js";
import { WritableFolder } from "../../../crate/js/opfs-writer.js";
import { StorageSeal } from "../../../crate/js/storage-seal.js";
import { serveRequests } from "../rpc/server.js";
import { CHECKPOINTS, FOLDER, type WriterMethods } from "../runs/folder.js";

const files = new WritableFolder(FOLDER);
const seal = new StorageSeal();

serveRequests<WriterMethods>(self, {
  // Two tabs may write the same run: each under a name of its own first.
  write: async ({ name, bytes, ifThere }) => {
    if (ifThere && !(await files.has(name))) return false;
    await files.write(name, temporary(name), bytes);
    return true;
  },
  writeCheckpoint: async ({ id, step, bytes, computedHere }) => {
    const name = await checkpointName(computedHere ? seal : undefined, { recipe: CHECKPOINTS, run: id, step }, bytes);
    await files.write(name, temporary(name), bytes);
    for (const other of await listCheckpoints(files)) {
      const isBefore = other.run === id && other.step !== undefined && other.name !== name;
      if (isBefore) await files.remove(other.name).catch(() => {});
    }
  },
});

function temporary(name: string): string {
  return `${name}.${crypto.randomUUID()}`;
}
