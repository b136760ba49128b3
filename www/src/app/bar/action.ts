import { aboutDuration, count, durationRange } from "../../format.js";
import type { AppState } from "../../state/app-state.js";
import { isLocked, refusalOf } from "../../state/run-state.js";
import { durationLeft, loadingOf, wholeDuration } from "../../state/timing.js";
import { trainsAgain } from "../../state/trained.js";
import { msg } from "../../words/msg.js";
import { stoppedRunOf } from "../stopped-run.js";

/** What the one button of the run does now. */
export type Act = "train" | "pause" | "goOn" | "resume" | "again";

export interface Action {
  act: Act;
  /** What the button is called. */
  name: string;
  /** What else it shows, behind its name: how long that takes, or where it goes on. Empty where nothing is known. */
  detail: string;
  enabled: boolean;
}

/** The button of the run in each of its states: it starts, pauses, goes on, and trains anew what is finished or was changed. */
export function actionOf(state: AppState): Action {
  const { run, recipe } = state;
  if (isLocked(run)) return { act: "pause", name: msg("Pause"), detail: leftOf(state), enabled: true };
  const again = trainsAgain(run, recipe);
  const enabled = refusalOf(run) === null && again.isPossible;
  if (again.isOffered) {
    // What was measured is of the recipe at hand, and not of the settings that wait.
    return { act: "again", name: msg("Train again"), detail: recipe.next ? "" : wholeOf(state), enabled };
  }
  const stopped = stoppedRunOf(state);
  if (stopped) return { act: "resume", name: msg("Go on"), detail: fromStep(stopped.step), enabled };
  if (run.phase === "paused") {
    return { act: "goOn", name: msg("Go on"), detail: fromStep(state.progress.step), enabled };
  }
  return { act: "train", name: msg("Train"), detail: wholeOf(state), enabled };
}

const fromStep = (step: number): string => msg("from step {step}", { step: count(step) });

/** How long the whole run takes on this computer, scoring included. */
function wholeOf({ plan, results: { estimate }, data: { fetching } }: AppState): string {
  if (!plan || !estimate || estimate === "unknown") return "";
  const [least, most] = [estimate.quickest, estimate.median].map((speeds) =>
    wholeDuration(plan, speeds, loadingOf(fetching)),
  ) as [number, number];
  return durationRange(least, most);
}

/** What is left of a run that trains, scoring included. */
function leftOf({ plan, progress, results: { estimate }, data: { fetching } }: AppState): string {
  const { imagesPerSecond, scoredPerSecond, step } = progress;
  if (!plan || step === 0 || imagesPerSecond === 0) return "";
  const estimated = typeof estimate === "object" ? (estimate?.quickest.scoring ?? 0) : 0;
  const speeds = { training: imagesPerSecond, scoring: scoredPerSecond || estimated };
  const duration = aboutDuration(durationLeft(plan, progress, speeds, loadingOf(fetching)));
  return msg("{duration} left", { duration });
}
