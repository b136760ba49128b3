import type { Plan } from "../module.js";

/** How long one pull should take: short enough that Pause feels immediate, long enough to waste nothing. */
const PULL_MS = 80;
const MOST_STEPS = { cpu: 64, gpu: 20 } as const;

/** A checkpoint this often, however long an epoch is; more often at first, when so little would be half of the run. */
const CHECKPOINT_MS = 20_000;
const FIRST_CHECKPOINT_MS = 2_000;
/** However dear it is: no more than a minute may be lost. */
const LATEST_CHECKPOINT_MS = 45_000;

/** The share of the time that checkpoints may take. */
const MAX_OVERHEAD = 0.15;

/** Decides how many steps to pull at once, and when it is time to take a checkpoint. */
export class Scheduler {
  readonly #plan: Plan;
  readonly #most: number;
  /** The steps after which the run is scored, as its recipe fixes them. */
  readonly #scoreSteps: ReadonlySet<number>;
  #pull = 1;
  #firstCheckpointAt = 0;
  #checkpointAt: number | undefined;
  #checkpointCost = 0;

  constructor(plan: Plan, engine: "cpu" | "gpu") {
    this.#plan = plan;
    this.#most = MOST_STEPS[engine];
    this.#scoreSteps = new Set(plan.scoreSteps);
  }

  /** Steps for the next pull: never past the end of an epoch, or a step that is scored. */
  next(step: number, until: number): number {
    const { stepsPerEpoch, scoreSteps } = this.#plan;
    const toScore = (scoreSteps.find((scored) => scored > step) ?? Infinity) - step;
    const toEpochEnd = stepsPerEpoch - (step % stepsPerEpoch);
    return Math.max(1, Math.min(this.#pull, until - step, toEpochEnd, toScore));
  }

  pulled(steps: number, milliseconds: number): void {
    const wanted = Math.round((PULL_MS * steps) / Math.max(milliseconds, 0.1));
    // At most doubled: the first steps after a start say little about those to come.
    this.#pull = Math.max(1, Math.min(wanted, this.#pull * 2, this.#most));
  }

  atEpochEnd(step: number): boolean {
    return step > 0 && (step % this.#plan.stepsPerEpoch === 0 || step >= this.#plan.steps);
  }

  /** Whether the run is scored after that step: it depends on nothing else, so the same recipe gives the same test points. */
  isScored(step: number): boolean {
    return this.#scoreSteps.has(step);
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
}
