import { dataOf } from "./same-data.js";

/** So many are ticked unasked: as many as have colours of their own. */
const TICKED_UNASKED = 6;
/** More curves in one picture tell nothing: further ones wait until others are no longer ticked. */
export const MOST_DRAWN = 12;

interface ListedRun {
  id: string;
  values: Record<string, string>;
}

/** Which of the runs are drawn, and of which that has to be told. */
export interface Drawn<R> {
  ticked: ReadonlySet<string>;
  /** The latest of those that are ticked. */
  drawn: R[];
  /** Ticked as well, and not drawn, for they are too many. */
  waiting: R[];
  /** Not ticked, because they are on other data. */
  otherData: R[];
}

/**
 * A person's ticks, and unasked the latest runs on the data of the recipe at hand; of the latest run, where there is none on these.
 * @param runs the latest first
 * @param ticks of a person, by id
 * @param values of the recipe at hand
 */
export function drawnOf<R extends ListedRun>(
  runs: readonly R[],
  ticks: ReadonlyMap<string, boolean>,
  values: Record<string, string> | undefined,
): Drawn<R> {
  const wanted = values && dataOf(values);
  const isThere = runs.some((run) => dataOf(run.values) === wanted);
  const data = isThere ? wanted : runs[0] && dataOf(runs[0].values);
  const same = runs.filter((run) => dataOf(run.values) === data);
  const unasked = new Set(same.slice(0, TICKED_UNASKED));
  const chosen = runs.filter((run) => ticks.get(run.id) ?? unasked.has(run));
  return {
    ticked: new Set(chosen.map(({ id }) => id)),
    drawn: chosen.slice(0, MOST_DRAWN),
    waiting: chosen.slice(MOST_DRAWN),
    otherData: runs.filter((run) => !ticks.has(run.id) && dataOf(run.values) !== data),
  };
}
