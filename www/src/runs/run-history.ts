import { messageOf } from "../../../crate/js/errors.js";
import type { Field } from "../module.js";
import { added, loaded, pinned, removed, renamed, withShown, type NewRun, type RunsState } from "../state/runs.js";
import type { Store } from "../state/store.js";
import { RunStorage } from "./run-storage.js";
import type { StoredRun } from "./stored-run.js";

/**
 * The list of runs, and its storage: it has them as run files. Where the browser refuses that, they stay for as long as
 * the page does, and a notice says so.
 */
export class RunHistory {
  readonly #runs: Store<RunsState>;
  readonly #storage: Pick<RunStorage, "load" | "write" | "remove">;
  #loading: Promise<void> | undefined;

  constructor(runs: Store<RunsState>, storage: Pick<RunStorage, "load" | "write" | "remove"> = new RunStorage()) {
    this.#runs = runs;
    this.#storage = storage;
  }

  /** Reads what earlier visits left, once. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      const { runs, ...unread } = await this.#storage.load();
      this.#runs.set(loaded(this.#runs.current, runs, unread));
    } catch (thrown) {
      this.#storageFailed(thrown);
    }
  }

  /** Puts a run into the list. One that is there already, or was there with fewer steps, takes its own place. */
  async add(run: NewRun, fields: Field[]): Promise<void> {
    await this.load();
    this.#change((runs) => added(runs, run, fields, Date.now()));
  }

  show(id: string, shown: boolean): void {
    this.#change((runs) => withShown(runs, id, shown));
  }

  rename(id: string, name: string): void {
    this.#change((runs) => renamed(runs, id, name));
  }

  pin(id: string, isPinned: boolean): void {
    this.#change((runs) => pinned(runs, id, isPinned));
  }

  remove(id: string): void {
    this.#change((runs) => removed(runs, id));
  }

  /** Changes the list, and has the storage follow: what is new or another in it is written, what went is removed. */
  #change(change: (runs: RunsState) => RunsState): void {
    const before = this.#runs.current.list;
    this.#runs.set(change(this.#runs.current));
    const { list } = this.#runs.current;
    const ids = new Set(list.map(({ id }) => id));
    for (const run of list) if (!before.includes(run)) void this.#write(run);
    // One that the storage never took is not there to be removed.
    for (const run of before) if (!ids.has(run.id)) this.#storage.remove(run).catch(() => {});
  }

  async #write(run: StoredRun): Promise<void> {
    try {
      await this.#storage.write(run);
      this.#runs.update({ storageNotice: "" });
    } catch (thrown) {
      this.#storageFailed(thrown);
    }
  }

  #storageFailed(thrown: unknown): void {
    const storageNotice = `${messageOf(thrown)}: the runs in this list stay until the page is closed. Save those that you need.`;
    this.#runs.update({ storageNotice });
  }
}
