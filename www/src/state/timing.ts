/** How long a run takes here, scoring included, from what was measured. */
import type { DataInfo, Plan } from "../module.js";
import type { ProgressState } from "./progress.js";

/** Images a second. */
export interface Speeds {
  training: number;
  /** 0 where nothing was scored yet. */
  scoring: number;
}

/** Scoring an image is taken to be so many times as fast as training on it, until that was measured. */
const SCORING_SPEEDUP = 3;

/** What is to be done of a run. */
export interface Length {
  plan: Plan;
  data: DataInfo;
}

/** Seconds of a whole run. */
export function wholeDuration({ plan, data }: Length, speeds: Speeds): number {
  return trainingDuration(plan, plan.steps, speeds) + plan.scoreSteps.length * scoreDuration({ plan, data }, speeds);
}

/** Seconds of the steps of an epoch, and of the scores within it. */
export function epochDuration({ plan, data }: Length, speeds: Speeds): number {
  const steps = Math.min(plan.steps, plan.stepsPerEpoch);
  const scores = plan.scoreSteps.filter((step) => step <= steps).length;
  return trainingDuration(plan, steps, speeds) + scores * scoreDuration({ plan, data }, speeds);
}

/** Seconds that are left. */
export function durationLeft(
  { plan, data }: Length,
  { step, scoring, deferredScores }: ProgressState,
  speeds: Speeds,
): number {
  const later = plan.scoreSteps.filter((scored) => scored > step).length;
  const scores = later + deferredScores.length;
  const ofThisScore = scoring ? (scoring.of - scoring.done) / scoringSpeed(speeds) : 0;
  return (
    trainingDuration(plan, plan.steps - step, speeds) + scores * scoreDuration({ plan, data }, speeds) + ofThisScore
  );
}

function trainingDuration({ batch }: Plan, steps: number, { training }: Speeds): number {
  return (steps * batch) / training;
}

function scoreDuration({ plan, data }: Length, speeds: Speeds): number {
  return (data.test + plan.validation) / scoringSpeed(speeds);
}

function scoringSpeed({ training, scoring }: Speeds): number {
  return scoring > 0 ? scoring : SCORING_SPEEDUP * training;
}
