// The data sets that a lab holds in the module's memory, with reference counts. They are large, so one without a user is
// freed as soon as another comes; until then it stays, for the next run is likely to want it again.

import type { Dataset } from "./cpu/bunsen.js";

/** A data set in the module's memory, and how it came there. */
export interface LoadedDataset {
  readonly dataset: Dataset;
  /** Settles once its test split is there, too. After a failure, another call tries again. */
  testReady(): Promise<void>;
  /** Whether its test split is there. */
  hasTest(): boolean;
  /** Sentences about what went wrong while it was loaded. */
  notices(): string[];
  free(): void;
}

/** The use of a data set, until it is released. */
export interface DatasetLease extends Omit<LoadedDataset, "free"> {
  release(): void;
}

interface Entry {
  readonly loading: Promise<LoadedDataset>;
  users: number;
}

export class DatasetCache {
  readonly #entries = new Map<string, Entry>();

  /** The data set of that key, loaded if it is not there. */
  async acquire(key: string, load: () => Promise<LoadedDataset>): Promise<DatasetLease> {
    const known = this.#entries.get(key);
    const entry: Entry = known ?? { loading: this.freeUnused().then(load), users: 0 };
    entry.users++;
    if (!known) this.#entries.set(key, entry);
    try {
      const loaded = await entry.loading;
      let released = false;
      const release = (): void => {
        if (!released) entry.users--;
        released = true;
      };
      return {
        dataset: loaded.dataset,
        testReady: () => loaded.testReady(),
        hasTest: () => loaded.hasTest(),
        notices: () => loaded.notices(),
        release,
      };
    } catch (thrown) {
      entry.users--;
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw thrown;
    }
  }

  /** Frees all: for when the lab is closed. */
  async close(): Promise<void> {
    for (const entry of this.#entries.values()) entry.users = 0;
    await this.freeUnused();
  }

  /** Frees those that no run uses now, rather than when another comes. */
  async freeUnused(): Promise<void> {
    for (const [key, entry] of [...this.#entries]) {
      // Another call may have freed it meanwhile.
      if (entry.users > 0 || this.#entries.get(key) !== entry) continue;
      this.#entries.delete(key);
      const loaded = await entry.loading.catch(() => undefined);
      try {
        loaded?.free();
      } catch {
        // An instance that stopped has nothing to free.
      }
    }
  }
}
