/** Records the norms of parameters, gradients and updates while a run is trained, whether anybody looks or not. */
import type { GradientStatistics, Run } from "../../../module.js";
import { MOST_RECORDED } from "../most-recorded.js";

/** Steps are recorded this far apart at least. */
const RECORD_INTERVAL_MS = 250;
/** The share of the time that recording may take. */
const MAX_SHARE = 0.01;

export class NormRecorder {
  #nextAt = 0;
  #isDue = false;

  /** Before steps are trained: the last of them is recorded where it is time, and always where they come to an end. */
  before(run: Run, isEnd: boolean): void {
    this.#isDue = run.plan.parameters <= MOST_RECORDED && (isEnd || performance.now() >= this.#nextAt);
    run.recordGradientStatistics(this.#isDue);
  }

  /** After they were trained; nothing where their last step was not recorded. */
  async after(run: Run): Promise<GradientStatistics[]> {
    if (!this.#isDue) return [];
    this.#isDue = false;
    const began = performance.now();
    const statistics = await run.gradientStatistics();
    run.recordGradientStatistics(false);
    const now = performance.now();
    this.#nextAt = now + Math.max(RECORD_INTERVAL_MS, (now - began) / MAX_SHARE);
    return statistics;
  }
}
