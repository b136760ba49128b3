import type { StoppedRun } from "../module.js";
import type { AppState } from "../state/app-state.js";

/** The run of this recipe that was interrupted and can go on; null where none is offered. */
export function stoppedRunOf({ run, results, hasTrained }: AppState): StoppedRun | null {
  // Where it could not be read just now, it is on offer again.
  const isOffered = (run.phase === "ready" || run.phase === "suspended") && !hasTrained;
  return (isOffered && results.stoppedRun) || null;
}
