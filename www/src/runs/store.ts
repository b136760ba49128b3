import { PrivateFiles } from "../../../crate/js/private-files.js";
import { storageSaid } from "../../../crate/js/storage.js";
import { FOLDER } from "./folder.js";
import { packKept, unpackKept, type KeptRun } from "./record.js";
import type { Written } from "./writer.js";

/** What the storage holds, and what in it could not be read. */
export interface Found {
  runs: KeptRun[];
  damaged: number;
}

/** The kept runs in the browser's private storage: a file each. Every call throws a sentence's start where it fails. */
export class Store {
  readonly #files = new PrivateFiles(FOLDER);
  #writer: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  async load(): Promise<Found> {
    return said(async () => {
      const found: Found = { runs: [], damaged: 0 };
      for (const { name } of await this.#files.list()) {
        if (!name.endsWith(".json")) continue;
        try {
          found.runs.push(unpackKept(await this.#files.read(name)));
        } catch {
          found.damaged++;
          await this.#files.remove(name).catch(() => {});
        }
      }
      return found;
    });
  }

  /** One after another: a later state of a run is never written over by an earlier one. */
  write(run: KeptRun): Promise<void> {
    return this.#queue(() => said(() => this.#write(`${run.id}.json`, packKept(run))));
  }

  remove({ id }: KeptRun): Promise<void> {
    return this.#queue(() => said(() => this.#files.remove(`${id}.json`)));
  }

  /** Only a worker may write. It is started for the first file. */
  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const writer = (this.#writer ??= new Worker(new URL("./writer.ts", import.meta.url), {
      type: "module",
      name: "runs",
    }));
    const written = await new Promise<Written>((give) => {
      writer.onmessage = ({ data }: MessageEvent<Written>) => give(data);
      writer.onerror = (event) => {
        event.preventDefault();
        this.#writer = undefined;
        give({ error: { name: "Error", message: event.message || "its worker came to a sudden end" } });
      };
      writer.postMessage({ name, bytes }, [bytes.buffer as ArrayBuffer]);
    });
    if (written.error) throw new DOMException(written.error.message, written.error.name);
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

async function said<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw new Error(storageSaid(thrown), { cause: thrown });
  }
}
