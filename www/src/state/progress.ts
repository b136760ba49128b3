import type { Report } from "../module.js";

/** What changes with every step. */
export interface ProgressState {
  /** Steps done. */
  step: number;
  /** Follows what is reported slowly, so that it can be read; 0 before anything was. */
  imagesPerSecond: number;
  /** How fast the last score was computed; 0 before the first. */
  scoredPerSecond: number;
  /** Goes up whenever the curves change, which are too large to be replaced. */
  curvesVersion: number;
  /** Images that are scored, of all, while the step at which the run stands is; null where none is. */
  scoring: { done: number; of: number } | null;
  /** Earlier steps that are scored once the test images are there. */
  deferredScores: readonly number[];
}

export const initialProgress: ProgressState = {
  step: 0,
  imagesPerSecond: 0,
  scoredPerSecond: 0,
  curvesVersion: 0,
  scoring: null,
  deferredScores: [],
};

/** How fast the shown speed follows the reported one. */
const SPEED_SHARE = 0.2;

/** Steps were trained. */
export function reported(progress: ProgressState, reports: readonly Report[]): ProgressState {
  const last = reports.at(-1);
  if (!last) return progress;
  const before = progress.imagesPerSecond || last.imagesPerSecond;
  const imagesPerSecond = before + SPEED_SHARE * (last.imagesPerSecond - before);
  return { ...progress, step: last.step, imagesPerSecond, curvesVersion: progress.curvesVersion + 1 };
}
