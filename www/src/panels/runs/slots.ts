import type { StoredRun } from "../../runs/stored-run.js";

/** A run in the charts. */
export interface Line {
  run: StoredRun;
  /** From 0: its letter, colour and dashes follow from it. */
  slot: number;
}

/** Gives the runs that are drawn a slot each. A run keeps its own, and with it letter and colour, while it is drawn. */
export class Slots {
  readonly #slots = new Map<string, number>();
  #lines: readonly Line[] = [];

  /**
   * @param runs all runs, the latest first
   * @param shown the ids of those that are drawn
   * @returns their lines by slot: the same array as before where none of them changed
   */
  assign(runs: readonly StoredRun[], shown: ReadonlySet<string>): readonly Line[] {
    for (const id of this.#slots.keys()) if (!shown.has(id)) this.#slots.delete(id);
    // The oldest first, so that it is A.
    for (const { id } of [...runs].reverse()) {
      if (shown.has(id) && !this.#slots.has(id)) this.#slots.set(id, this.#free());
    }
    const lines = runs
      .flatMap((run): Line[] => {
        const slot = this.of(run.id);
        return slot === null ? [] : [{ run, slot }];
      })
      .sort((a, b) => a.slot - b.slot);
    if (!isSame(lines, this.#lines)) this.#lines = lines;
    return this.#lines;
  }

  /** Null where the run is not drawn. */
  of(id: string): number | null {
    return this.#slots.get(id) ?? null;
  }

  #free(): number {
    const taken = new Set(this.#slots.values());
    let slot = 0;
    while (taken.has(slot)) slot++;
    return slot;
  }
}

function isSame(a: readonly Line[], b: readonly Line[]): boolean {
  return a.length === b.length && a.every(({ run, slot }, index) => run === b[index]?.run && slot === b[index]?.slot);
}
