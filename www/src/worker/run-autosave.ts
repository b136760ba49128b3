import type { StoppedRun } from "../module.js";

/** The package's storage of checkpoints. */
type Autosave = Pick<
  InstanceType<typeof import("../../../crate/js/index.js").Autosave>,
  "run" | "begin" | "save" | "stop" | "finish" | "find" | "read" | "discard"
>;

/** For a page that keeps nothing. */
export const NO_STORAGE: Autosave = {
  run: undefined,
  begin: () => {},
  save: () => Promise.resolve(),
  stop: () => {},
  finish: () => Promise.resolve(),
  find: () => Promise.resolve(undefined),
  read: () => Promise.reject(new Error("Nothing is kept here.")),
  discard: () => Promise.resolve(),
};

/** Checkpoints go to the storage no more often than this, however short an epoch is. */
const STORE_MS = 2_000;

/** What the storage has of the run at hand, and of stopped runs of its recipe. */
export class RunAutosave {
  readonly #storage: Autosave;
  /** The run's name in the storage, from when it trains: another worker goes on under it. */
  #name: string | undefined;
  /** Whether the storage takes this run's checkpoints. */
  #active = false;
  #storedAt = -Infinity;

  constructor(storage: Autosave) {
    this.#storage = storage;
  }

  /** The run's name in the storage, while that takes its checkpoints. */
  get name(): string | undefined {
    return this.#storage.run;
  }

  /**
   * From now on the run's checkpoints are stored.
   * @param link its recipe, canonical
   * @param name the stopped run that goes on, if it is one
   */
  begin(link: string, name: string | undefined): void {
    if (!this.#active) this.#storage.begin(link, name ?? this.#name);
    this.#active = true;
  }

  /** Stores a checkpoint, unless one was stored short ago. Not waited for: training goes on, whatever becomes of it. */
  store(step: number, bytes: Uint8Array, { always }: { always: boolean }): void {
    const now = performance.now();
    if (!always && now - this.#storedAt < STORE_MS) return;
    this.#storedAt = now;
    void this.#storage.save(step, bytes);
  }

  /** The storage takes this run's checkpoints no longer, and another worker may go on with it under its name. */
  release(): string | undefined {
    this.#name = this.#storage.run ?? this.#name;
    this.#active = false;
    this.#storage.stop();
    return this.#name;
  }

  /** The run is over: its checkpoints go, and those of stopped runs of its recipe. */
  finish(): void {
    this.#active = false;
    void this.#storage.finish();
  }

  /** The run is dropped. */
  drop(): void {
    if (this.#active) this.release();
    this.#name = undefined;
  }

  /** The run of that recipe that stopped last, if there is one. */
  find(link: string): Promise<StoppedRun | undefined> {
    return this.#storage.find(link);
  }

  /** Its checkpoint, and whether this browser wrote it by itself. Throws where it is gone or damaged. */
  read(stopped: StoppedRun): ReturnType<Autosave["read"]> {
    return this.#storage.read(stopped);
  }

  /** Removes what stopped runs of that recipe left. */
  forget(link: string): void {
    void this.#storage.discard(link);
  }
}
