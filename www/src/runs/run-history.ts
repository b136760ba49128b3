import { messageOf } from "../../../crate/js/errors.js";
import type { Checkpoint } from "../protocol.js";
import {
  added,
  loaded,
  merged,
  pinned,
  removed,
  renamed,
  withCheckpoint,
  withTicked,
  type NewRun,
  type RunsState,
} from "../state/runs.js";
import type { Store } from "../state/store.js";
import { requestPersistence } from "./persistence.js";
import { openRunChannel, type RunChannel } from "./run-channel.js";
import { RunStorage, type SomeRuns } from "./run-storage.js";
import type { StoredRun } from "./stored-run.js";
import { msg } from "../words/msg.js";
import { translated } from "../words/translated.js";

/** A checkpoint as it is kept: its name among the autosaved ones means nothing here. */
type KeptCheckpoint = Omit<Checkpoint, "run">;
type Storage = { [K in keyof RunStorage]: RunStorage[K] };

/**
 * The list of runs, and its storage: it has them as run files, with a checkpoint each. Where the browser refuses that, they
 * stay for as long as the page does, and a notice says so. All tabs have the same list.
 */
export class RunHistory {
  readonly #runs: Store<RunsState>;
  readonly #storage: Storage;
  readonly #channel: RunChannel;
  #loading: Promise<void> | undefined;
  /** The ids of the runs that the storage took. */
  readonly #stored = new Set<string>();
  /** The ids of runs of which other tabs told something, until the storage is read. */
  readonly #heard = new Set<string>();
  #isRefreshing = false;
  /** Checkpoints that it does not take, by the run's id. */
  readonly #unstored = new Map<string, KeptCheckpoint>();

  constructor(runs: Store<RunsState>, storage: Storage = new RunStorage(), channel = openRunChannel()) {
    this.#runs = runs;
    this.#storage = storage;
    this.#channel = channel;
    channel.listen(({ id }) => this.#hear(id));
  }

  /** Hears of other tabs no more. */
  dispose(): void {
    this.#channel.close();
  }

  /** Reads what earlier visits left, once. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      const { runs, checkpoints, ...unread } = await this.#storage.load();
      this.#runs.set(loaded(this.#runs.current, runs, checkpoints, unread));
      for (const { id } of runs) this.#stored.add(id);
    } catch (thrown) {
      this.#storageFailed(thrown);
    }
  }

  /** Puts a run into the list. One that is there already, or was there with fewer steps, takes its own place. */
  async add(run: NewRun): Promise<void> {
    await this.load();
    this.#change((runs) => added(runs, run, Date.now()));
  }

  /** Keeps the checkpoint of a run that is in the list, so that it can be opened again. Whether the storage has it. */
  async keepCheckpoint(id: string, { step, bytes, computedHere, scored }: KeptCheckpoint): Promise<boolean> {
    await this.load();
    this.#change((runs) => withCheckpoint(runs, id, { step, bytes: bytes.byteLength }));
    if (!this.#runs.current.checkpoints.has(id)) return false;
    try {
      await this.#storage.writeCheckpoint(id, { step, bytes, computedHere });
      this.#unstored.delete(id);
      this.#channel.post({ type: "written", id });
      return true;
    } catch (thrown) {
      this.#unstored.set(id, { step, bytes, computedHere, scored });
      this.#storageFailed(thrown);
      return false;
    }
  }

  /** The checkpoint of a run. Throws a sentence where it cannot be read. */
  async readCheckpoint({ id, scores, isFromFile }: StoredRun): Promise<KeptCheckpoint> {
    const unstored = this.#unstored.get(id);
    if (unstored) return unstored;
    const { step, bytes, sealed } = await this.#storage.readCheckpoint(id);
    // The score of a network that may be another is none of it.
    const scored = sealed && !isFromFile && scores.some((score) => score.step === step);
    return { step, bytes, computedHere: sealed, scored };
  }

  /** The run with that name among the autosaved checkpoints. */
  async findAutosaved(autosave: string): Promise<StoredRun | undefined> {
    await this.load();
    return this.#runs.current.list.find((run) => run.autosave === autosave);
  }

  /** Whether a run is drawn, as a person wants it. */
  tick(id: string, isTicked: boolean): void {
    this.#change((runs) => withTicked(runs, id, isTicked));
  }

  rename(id: string, name: string): void {
    this.#change((runs) => renamed(runs, id, name));
  }

  pin(id: string, isPinned: boolean): void {
    if (isPinned) void requestPersistence();
    this.#change((runs) => pinned(runs, id, isPinned));
  }

  remove(id: string): void {
    this.#change((runs) => removed(runs, id));
  }

  /** Removes all runs, and what the storage has of stopped ones. Throws a sentence's start where it fails. */
  async removeAll(): Promise<void> {
    await this.load();
    this.#change((runs) => runs.list.reduce((left, { id }) => removed(left, id), runs));
    await this.#storage.removeAll();
  }

  /** Changes the list, and has the storage follow: what is new or another in it is written, what went is removed. */
  #change(change: (runs: RunsState) => RunsState): void {
    const before = this.#runs.current;
    this.#runs.set(change(before));
    const { list, checkpoints } = this.#runs.current;
    const ids = new Set(list.map(({ id }) => id));
    for (const run of list) if (!before.list.includes(run)) void this.#write(run);
    // What the storage never took is not there to be removed.
    for (const id of before.checkpoints.keys()) {
      if (checkpoints.has(id)) continue;
      this.#unstored.delete(id);
      this.#storage.removeCheckpoint(id).catch(() => {});
    }
    for (const run of before.list) if (!ids.has(run.id)) void this.#remove(run);
  }

  async #write(run: StoredRun): Promise<void> {
    try {
      if (!this.#stored.has(run.id)) await this.#storage.write(run);
      // Another tab removed it, which was not heard yet.
      else if (!(await this.#storage.update(run))) return this.#drop(run.id);
      this.#stored.add(run.id);
      this.#runs.update({ storageNotice: "" });
      this.#channel.post({ type: "written", id: run.id });
    } catch (thrown) {
      this.#storageFailed(thrown);
    }
  }

  async #remove({ id }: StoredRun): Promise<void> {
    this.#stored.delete(id);
    await this.#storage.remove({ id }).catch(() => {});
    this.#channel.post({ type: "removed", id });
  }

  /** Another tab says that it wrote or removed a run. What became of it, the storage tells: it is read once for all of them. */
  #hear(id: string): void {
    // What is read later holds it already.
    if (!this.#loading) return;
    this.#heard.add(id);
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    void this.#refresh();
  }

  async #refresh(): Promise<void> {
    await this.#loading;
    while (this.#heard.size > 0) {
      const ids = new Set(this.#heard);
      this.#heard.clear();
      // What cannot be read now is there when the page is opened again.
      const some = await this.#storage.loadSome(ids).catch(() => undefined);
      if (some) this.#take(ids, some);
    }
    this.#isRefreshing = false;
  }

  #take(ids: ReadonlySet<string>, { there, runs }: SomeRuns): void {
    for (const { run, checkpoint } of runs) {
      this.#stored.add(run.id);
      this.#runs.set(merged(this.#runs.current, run, checkpoint));
    }
    // What the storage never took is not gone.
    for (const id of this.#stored) if (ids.has(id) && !there.has(id)) this.#drop(id);
  }

  /** Another tab removed it. */
  #drop(id: string): void {
    this.#stored.delete(id);
    this.#unstored.delete(id);
    const { listNotice } = this.#runs.current;
    this.#runs.set({ ...removed(this.#runs.current, id), listNotice });
  }

  #storageFailed(thrown: unknown): void {
    const storageNotice = msg("{why}: the runs in this list stay until the page is closed. Save those that you need.", {
      why: translated(messageOf(thrown)),
    });
    this.#runs.update({ storageNotice });
  }
}
