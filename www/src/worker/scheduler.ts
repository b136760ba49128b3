import type { Plan } from "../module.js";

/** How long one pull should take: short enough that Pause feels immediate, long enough to waste nothing. */
const PULL_MS = 80;
const MOST_STEPS = { cpu: 64, gpu: 20 } as const;

/** Predicts the picture that is tried this often at most while training. */
const PREDICT_MS = 300;

/** A checkpoint this often, however long an epoch is; more often at first, when so little would be half of the run. */
const CHECKPOINT_MS = 20_000;
const FIRST_CHECKPOINT_MS = 2_000;
/** However dear it is: no more than a minute may be lost. */
const LATEST_CHECKPOINT_MS = 45_000;

/** The share of the time that scoring in mid-epoch, and checkpoints, may each take. */
const MAX_OVERHEAD = 0.15;

/** Decides how many steps to pull at once, and when it is time to score, to take a checkpoint and to predict. */
export class Scheduler {
  readonly #plan: Plan;
  readonly #most: number;
  /** Scoring in the middle of an epoch happens at multiples of this. */
  readonly #tenth: number;
  #pull = 1;
  #predictedAt = 0;
  #firstCheckpointAt = 0;
  #checkpointAt: number | undefined;
  #checkpointCost = 0;
  #scoredAt = performance.now();
  #scoreCost: number | undefined;

  constructor(plan: Plan, engine: "cpu" | "gpu") {
    this.#plan = plan;
    this.#most = MOST_STEPS[engine];
    this.#tenth = Math.max(1, Math.ceil(plan.steps / 10));
  }

  /** Steps for the next pull: never past a step at which a score may be due. */
  next(step: number, until: number): number {
    const { stepsPerEpoch } = this.#plan;
    const room = (every: number): number => every - (step % every);
    return Math.max(1, Math.min(this.#pull, until - step, room(stepsPerEpoch), room(this.#tenth)));
  }

  pulled(steps: number, milliseconds: number): void {
    const wanted = Math.round((PULL_MS * steps) / Math.max(milliseconds, 0.1));
    // At most doubled: the first steps after a start say little about those to come.
    this.#pull = Math.max(1, Math.min(wanted, this.#pull * 2, this.#most));
  }

  atEpochEnd(step: number): boolean {
    return step > 0 && (step % this.#plan.stepsPerEpoch === 0 || step >= this.#plan.steps);
  }

  shouldScore(step: number): boolean {
    if (this.atEpochEnd(step)) return true;
    if (step % this.#tenth !== 0) return false;
    const since = performance.now() - this.#scoredAt;
    return this.#scoreCost === undefined || this.#scoreCost <= since * MAX_OVERHEAD;
  }

  scored(milliseconds: number): void {
    this.#scoreCost = milliseconds;
    this.#scoredAt = performance.now();
  }

  shouldCheckpoint(step: number): boolean {
    if (this.#checkpointAt === undefined || this.atEpochEnd(step)) return true;
    const since = performance.now() - this.#checkpointAt;
    const wait = Math.min(CHECKPOINT_MS, Math.max(FIRST_CHECKPOINT_MS, this.#checkpointAt - this.#firstCheckpointAt));
    return since >= LATEST_CHECKPOINT_MS || (since >= wait && this.#checkpointCost <= since * MAX_OVERHEAD);
  }

  checkpointed(milliseconds: number): void {
    this.#checkpointCost = milliseconds;
    this.#firstCheckpointAt ||= performance.now();
    this.#checkpointAt = performance.now();
  }

  shouldPredict(): boolean {
    const now = performance.now();
    if (now - this.#predictedAt < PREDICT_MS) return false;
    this.#predictedAt = now;
    return true;
  }
}
