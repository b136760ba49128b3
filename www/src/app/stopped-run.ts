import type { StoppedRun } from "../module.js";
import type { AppState } from "../state/app-state.js";

/** The run of this recipe that was interrupted and can go on; null where none is offered. */
export function stoppedRunOf({ run, results, hasTrained }: AppState): StoppedRun | null {
  return run.phase === "ready" && !hasTrained ? results.stoppedRun : null;
}
