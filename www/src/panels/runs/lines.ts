import type { StoredRun } from "../../runs/stored-run.js";

/** A run in the charts. */
export interface Line {
  run: StoredRun;
  /** From 0: its letter, colour and dashes follow from it. */
  slot: number;
}

/**
 * The runs that are drawn, by their letters.
 * @param before what this gave last: it is given again where none of them changed, so that nothing is drawn anew
 */
export function linesOf(
  runs: readonly StoredRun[],
  shown: ReadonlySet<string>,
  before: readonly Line[],
): readonly Line[] {
  const drawn = runs.filter(({ id }) => shown.has(id)).sort((a, b) => a.slot - b.slot);
  const isSame = drawn.length === before.length && drawn.every((run, index) => run === before[index]?.run);
  return isSame ? before : drawn.map((run) => ({ run, slot: run.slot }));
}
