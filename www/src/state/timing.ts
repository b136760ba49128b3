/**
 * How long a run takes here, with scoring and loading, from what was measured. A run that is prepared has its training images: of what is loaded,
 * only the test images can be on their way then. They come while it trains, and its scores wait for them.
 */
import type { DataProgress, Plan } from "../module.js";
import type { ProgressState } from "./progress.js";

/** Images a second. */
export interface Speeds {
  training: number;
  /** 0 where nothing was scored yet. */
  scoring: number;
}

/**
 * What a few steps tell of all of them: others use the machine, too, so that the quickest step may be quicker than most, and the
 * median of a few slower.
 */
export interface Estimate {
  quickest: Speeds;
  median: Speeds;
}

/** Scoring an image is taken to be so many times as fast as training on it, until that was measured. */
const SCORING_SPEEDUP = 3;

/** What is still to be fetched: seconds by the speed that was measured of it, and bytes while none was. */
export interface Loading {
  seconds: number;
  bytes: number;
}

export const NOTHING_TO_LOAD: Loading = { seconds: 0, bytes: 0 };

export function loadingOf(fetching: DataProgress | null): Loading {
  if (!fetching || fetching.loaded >= fetching.total) return NOTHING_TO_LOAD;
  const { secondsLeft, total, loaded } = fetching;
  return secondsLeft === undefined ? { seconds: 0, bytes: total - loaded } : { seconds: secondsLeft, bytes: 0 };
}

/** Seconds of a whole run. */
export function wholeDuration(plan: Plan, speeds: Speeds, loading = NOTHING_TO_LOAD): number {
  const training = trainingDuration(plan, plan.steps, speeds);
  return Math.max(training, loading.seconds) + plan.scoreSteps.length * scoreDuration(plan, speeds);
}

/** Seconds of the steps of an epoch, and of the scores within it. */
export function epochDuration(plan: Plan, speeds: Speeds): number {
  const steps = Math.min(plan.steps, plan.stepsPerEpoch);
  const scores = plan.scoreSteps.filter((step) => step <= steps).length;
  return trainingDuration(plan, steps, speeds) + scores * scoreDuration(plan, speeds);
}

/** Seconds that are left. */
export function durationLeft(
  plan: Plan,
  { step, scoring, deferredScores }: ProgressState,
  speeds: Speeds,
  loading = NOTHING_TO_LOAD,
): number {
  const later = plan.scoreSteps.filter((scored) => scored > step).length;
  const scores = later + deferredScores.length;
  const ofThisScore = scoring ? (scoring.of - scoring.done) / scoringSpeed(plan, speeds) : 0;
  const training = Math.max(trainingDuration(plan, plan.steps - step, speeds), loading.seconds);
  return training + scores * scoreDuration(plan, speeds) + ofThisScore;
}

function trainingDuration({ batch }: Plan, steps: number, { training }: Speeds): number {
  return (steps * batch) / training;
}

function scoreDuration(plan: Plan, speeds: Speeds): number {
  return (plan.test + plan.validation) / scoringSpeed(plan, speeds);
}

/** Images a second, each with its mirror image where the plan has them: what was measured counts both. */
function scoringSpeed({ tta }: Plan, { training, scoring }: Speeds): number {
  return scoring > 0 ? scoring : (SCORING_SPEEDUP * training) / (tta ? 2 : 1);
}
