import { storageFailure } from "../../../crate/js/dataset-storage.js";
import { Folder } from "../../../crate/js/opfs.js";
import { RequestError } from "../rpc/protocol.js";
import { WorkerClient } from "../rpc/worker-client.js";
import { FOLDER, type WriterMethods } from "./folder.js";
import { NewerVersion, packRecord, unpackRecord, type StoredRun } from "./stored-run.js";

/** Files that are no runs of the list, by what becomes of them: none is removed, for a person made what they hold. */
export interface Unread {
  /** The browser does not give them now: they stay as they are. */
  unreadable: number;
  /** A later version of the page wrote them: they stay as they are. */
  newer: number;
  /** They were read, and hold no run: they are set aside under another name. */
  damaged: number;
}

/** What the storage holds, and how many files could not be read. */
export interface StoredRuns extends Unread {
  runs: StoredRun[];
}

/** The runs of the list in the browser's private storage: a file each. Every call throws a sentence's start where it fails. */
export class RunStorage {
  readonly #files = new Folder(FOLDER);
  #writer: WorkerClient<WriterMethods> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  async load(): Promise<StoredRuns> {
    return explainFailures(async () => {
      const stored: StoredRuns = { runs: [], unreadable: 0, newer: 0, damaged: 0 };
      for (const { name } of await this.#files.list()) {
        if (name.endsWith(".json")) await this.#load(name, stored);
      }
      return stored;
    });
  }

  async #load(name: string, stored: StoredRuns): Promise<void> {
    let bytes: Uint8Array;
    try {
      bytes = await this.#files.read(name);
    } catch (thrown) {
      // Another tab may have removed it since it was listed.
      if ((thrown as Error | undefined)?.name !== "NotFoundError") stored.unreadable++;
      return;
    }
    try {
      stored.runs.push(unpackRecord(bytes));
    } catch (thrown) {
      if (thrown instanceof NewerVersion) {
        stored.newer++;
        return;
      }
      stored.damaged++;
      await this.#files.setAside(name).catch(() => {});
    }
  }

  /** One after another: a later state of a run is never written over by an earlier one. */
  write(run: StoredRun): Promise<void> {
    return this.#queue(() => explainFailures(() => this.#write(`${run.id}.json`, packRecord(run))));
  }

  remove({ id }: StoredRun): Promise<void> {
    return this.#queue(() => explainFailures(() => this.#files.remove(`${id}.json`)));
  }

  /** Only a worker may write. It is started for the first file. */
  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const writer = (this.#writer ??= this.#startWriter());
    await writer.request("write", { name, bytes }, [bytes.buffer as ArrayBuffer]);
  }

  #startWriter(): WorkerClient<WriterMethods> {
    const worker = new Worker(new URL("../worker/runs-writer.ts", import.meta.url), { type: "module", name: "runs" });
    return new WorkerClient(worker, (message) => {
      this.#writer = undefined; // Another is started for the next file.
      return message || "its worker came to a sudden end";
    });
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

/** What this throws says what went wrong with the storage. A storage error keeps its name as the response's `kind`. */
async function explainFailures<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = thrown instanceof RequestError ? new DOMException(thrown.message, thrown.kind) : thrown;
    throw new Error(storageFailure(error), { cause: thrown });
  }
}
