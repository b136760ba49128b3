// The data sets that a lab holds in the module's memory. They are large, so one that no run uses any more makes room
// as soon as another comes; until then it stays, for the next run is likely to want it again.

import type { Dataset } from "./cpu/bunsen.js";

/** A data set, and how it was had. */
export interface Made {
  readonly dataset: Dataset;
  /** Settles once its test examples are there, too. Where they could not be had, asking again tries again. */
  whole(): Promise<void>;
  /** Sentences about how it was had. */
  notices(): string[];
  /** Gives it back. */
  free(): void;
}

/** A data set in use. */
export interface Lent extends Omit<Made, "free"> {
  release(): void;
}

interface Item {
  readonly made: Promise<Made>;
  users: number;
}

export class Shelf {
  readonly #items = new Map<string, Item>();

  /** The data set of that key, made if it is not there. */
  async take(key: string, make: () => Promise<Made>): Promise<Lent> {
    const known = this.#items.get(key);
    const taken: Item = known ?? { made: this.#clear().then(make), users: 0 };
    taken.users++;
    if (!known) this.#items.set(key, taken);
    try {
      const made = await taken.made;
      let out = true;
      const release = (): void => {
        if (out) taken.users--;
        out = false;
      };
      return { dataset: made.dataset, whole: () => made.whole(), notices: () => made.notices(), release };
    } catch (thrown) {
      taken.users--;
      if (this.#items.get(key) === taken) this.#items.delete(key);
      throw thrown;
    }
  }

  /** Frees all: for when the lab is closed. */
  async close(): Promise<void> {
    for (const item of this.#items.values()) item.users = 0;
    await this.#clear();
  }

  async #clear(): Promise<void> {
    for (const [key, item] of [...this.#items]) {
      if (item.users > 0) continue;
      this.#items.delete(key);
      const made = await item.made.catch(() => undefined);
      try {
        made?.free();
      } catch {
        // An instance that stopped has nothing to give back.
      }
    }
  }
}
