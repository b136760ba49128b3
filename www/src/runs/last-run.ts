import type { RunsState } from "../state/runs.js";
import { dataOf } from "./same-data.js";
import type { StoredRun } from "./stored-run.js";

/**
 * The last run of an earlier visit, where nothing was trained in this one: the latest on the data of a recipe that is not the run at
 * hand, which may go on with one of them. Of a run file nobody knows that it was trained here.
 * @param values of the recipe
 */
export function lastOfEarlier(
  { list, earlier, atHand }: Pick<RunsState, "list" | "earlier" | "atHand">,
  values: Record<string, string>,
): StoredRun | undefined {
  const data = dataOf(values);
  return list.find((run) => earlier.has(run.id) && !run.isFromFile && run.id !== atHand && dataOf(run.values) === data);
}
