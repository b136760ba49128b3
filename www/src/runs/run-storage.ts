import {
  isSealed,
  listCheckpoints,
  listStopped,
  readCheckpoint,
  type CheckpointFile,
  type StoredCheckpoint,
} from "../../../crate/js/checkpoint-files.js";
import { storageFailure } from "../../../crate/js/dataset-storage.js";
import { Folder, FOLDERS } from "../../../crate/js/opfs.js";
import { StorageSeal } from "../../../crate/js/storage-seal.js";
import { RequestError } from "../rpc/protocol.js";
import { startPageWorker } from "../page-worker.js";
import { WorkerClient } from "../rpc/worker-client.js";
import type { KeptCheckpoint } from "../state/runs.js";
import writerUrl from "../worker/runs-writer.ts?worker&url";
import { FOLDER, type WriterMethods, type WrittenCheckpoint } from "./folder.js";
import { isRecordSealed, sealRecord } from "./sealed-record.js";
import { NewerVersion, packRecord, unpackRecord, type StoredRun } from "./stored-run.js";
import { msg } from "../words/msg.js";

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
  checkpoints: Map<string, KeptCheckpoint>;
}

/** Runs that other tabs wrote. */
export interface SomeRuns {
  /** The ids of all runs that the storage has. */
  there: ReadonlySet<string>;
  runs: { run: StoredRun; checkpoint: KeptCheckpoint | undefined }[];
}

const EXTENSION = ".json";
const fileName = (id: string): string => `${id}${EXTENSION}`;

/**
 * The runs of the list in the browser's private storage: a file each, and one for its checkpoint. Every call throws a
 * sentence's start where it fails.
 */
export class RunStorage {
  readonly #files = new Folder(FOLDER);
  readonly #seal: StorageSeal;
  #writer: WorkerClient<WriterMethods> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(seal = new StorageSeal()) {
    this.#seal = seal;
  }

  async load(): Promise<StoredRuns> {
    return explainFailures(async () => {
      const stored: StoredRuns = {
        runs: [],
        checkpoints: await this.#checkpoints(),
        unreadable: 0,
        newer: 0,
        damaged: 0,
      };
      await this.#files.removeAbandoned(Date.now());
      for (const { name } of await this.#files.list()) {
        if (name.endsWith(EXTENSION)) await this.#load(name, stored);
      }
      return stored;
    });
  }

  /** Some runs, as other tabs wrote them, and the ids of all that are there. One that cannot be read now is left out. */
  async loadSome(ids: ReadonlySet<string>): Promise<SomeRuns> {
    return explainFailures(async () => {
      const names = (await this.#files.list()).map(({ name }) => name).filter((name) => name.endsWith(EXTENSION));
      const there = new Set(names.map((name) => name.slice(0, -EXTENSION.length)));
      const checkpoints = await this.#checkpoints();
      const runs: SomeRuns["runs"] = [];
      for (const id of there) {
        if (!ids.has(id)) continue;
        const name = fileName(id);
        const read = this.#files.read(name).then((bytes) => this.#unpack(name, bytes));
        const run = await read.catch(() => undefined);
        if (run) runs.push({ run, checkpoint: checkpoints.get(id) });
      }
      return { there, runs };
    });
  }

  /** One after another: a later state of a run is never written over by an earlier one. */
  async write(run: StoredRun): Promise<void> {
    await this.#queue(() => this.#write(run, false));
  }

  /** Writes a run that is there already. False where another tab has removed it: it is not written again. */
  update(run: StoredRun): Promise<boolean> {
    return this.#queue(() => this.#write(run, true));
  }

  remove({ id }: Pick<StoredRun, "id">): Promise<void> {
    return this.#queue(() => this.#files.remove(fileName(id)));
  }

  /** The one before it goes. The bytes are copied. It is sealed only where this browser `computedHere` wrote it. */
  writeCheckpoint(id: string, { step, bytes, computedHere }: WrittenCheckpoint): Promise<void> {
    return this.#queue(() => this.#client.request("writeCheckpoint", { id, step, bytes, computedHere }));
  }

  /** The checkpoint of a run of the list, and whether this browser wrote it. Throws where it cannot be read. */
  readCheckpoint(id: string): Promise<StoredCheckpoint & { step: number }> {
    return this.#queue(async () => {
      const file = (await this.#checkpointFiles()).find(({ run }) => run === id);
      if (!file) throw new Error("what it kept is gone");
      const bytes = await readCheckpoint(this.#files, file);
      if (typeof bytes === "string") throw new Error(`what it kept is ${bytes}`);
      return { step: file.step ?? 0, bytes, sealed: await isSealed(this.#seal, file, bytes) };
    });
  }

  removeCheckpoint(id: string): Promise<void> {
    return this.#queue(async () => {
      for (const { run, name } of await this.#checkpointFiles()) if (run === id) await this.#files.remove(name);
    });
  }

  /** Removes every file, those too that could not be read, and what stopped runs left to go on from. */
  removeAll(): Promise<void> {
    return this.#queue(async () => {
      const autosaved = new Folder(FOLDERS.checkpoints);
      // One that is being written stays.
      for (const { name } of await this.#files.list()) await this.#files.remove(name).catch(() => {});
      for (const { name } of await listStopped(autosaved)) await autosaved.remove(name).catch(() => {});
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
      stored.runs.push(await this.#unpack(name, bytes));
    } catch (thrown) {
      if (thrown instanceof NewerVersion) {
        stored.newer++;
        return;
      }
      stored.damaged++;
      await this.#files.setAside(name).catch(() => {});
    }
  }

  async #checkpoints(): Promise<Map<string, KeptCheckpoint>> {
    const files = await this.#checkpointFiles();
    return new Map(files.map(({ run, step = 0, bytes }) => [run, { step, bytes }]));
  }

  async #checkpointFiles(): Promise<CheckpointFile[]> {
    return (await listCheckpoints(this.#files)).filter(({ step }) => step !== undefined);
  }

  async #write(run: StoredRun, ifThere: boolean): Promise<boolean> {
    const name = fileName(run.id);
    const packed = packRecord(run);
    const bytes = run.isFromFile ? packed : await sealRecord(this.#seal, name, packed);
    return this.#client.request("write", { name, bytes, ifThere }, [bytes.buffer as ArrayBuffer]);
  }

  async #unpack(name: string, bytes: Uint8Array): Promise<StoredRun> {
    return unpackRecord(bytes, await isRecordSealed(this.#seal, name, bytes));
  }

  /** Only a worker may write. It is started for the first file. */
  get #client(): WorkerClient<WriterMethods> {
    return (this.#writer ??= this.#startWriter());
  }

  #startWriter(): WorkerClient<WriterMethods> {
    return new WorkerClient(startPageWorker(writerUrl, "runs"), (message) => {
      this.#writer = undefined; // Another is started for the next file.
      return message || msg("its worker came to a sudden end");
    });
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(() => explainFailures(work));
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
