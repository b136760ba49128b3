import type { Lab, Run } from "../module.js";
import type { Estimate } from "../state/timing.js";
import { SMALLEST_BATCH } from "./scorer.js";

/** The first steps are slower: code is new, workers of the pool are yet to join. */
const WARM_UP = 3;
const STEPS = 9;
/** Of a slow network fewer have to do: three, or one where that takes so long. */
const FEWEST_STEPS = 3;
const ENOUGH_MS = 2_000;
const MOST_MS = 8_000;
/** Parameters: a second run of a larger network might not find room beside the first. */
const MOST_PARAMETERS = 16e6;

/**
 * How fast a recipe is trained and scored, found out on a run of its own, which is then dropped. It is done a step at a time while
 * nothing else is to be done, so that no message waits for more than a step.
 */
export class SpeedEstimator {
  #run: Run | undefined;
  /** Milliseconds of each step that was trained. */
  #timed: number[] = [];
  #spentMs = 0;
  #done = false;

  /** Whether the speed of this recipe is not known yet. */
  get isNeeded(): boolean {
    return !this.#done;
  }

  get hasBegun(): boolean {
    return this.#run !== undefined;
  }

  /** Another recipe is to be measured. */
  reset(): void {
    this.stop();
    this.#done = false;
  }

  /** Nothing is measured of this recipe any more. */
  stop(): void {
    this.#done = true;
    this.#run?.free();
    this.#run = undefined;
    this.#timed = [];
    this.#spentMs = 0;
  }

  /**
   * Does one step of a recipe. Once enough are done, it gives the speeds. Throws only where the engine came to
   * its end.
   * @param parameters of the network: the speed of a very large one stays "unknown"
   */
  async step(
    lab: Lab,
    link: string,
    parameters: number,
    isFatal: (thrown: unknown) => boolean,
  ): Promise<Estimate | "unknown" | undefined> {
    let estimate: Estimate | "unknown" | undefined;
    try {
      estimate = parameters > MOST_PARAMETERS ? "unknown" : await this.#step(lab, link);
    } catch (thrown) {
      this.stop();
      if (isFatal(thrown)) throw thrown;
      // What goes wrong with the recipe is told when it is trained.
      return "unknown";
    }
    if (estimate !== undefined) this.stop();
    return estimate;
  }

  async #step(lab: Lab, link: string): Promise<Estimate | undefined> {
    const run = (this.#run ??= await lab.start(link));
    const began = performance.now();
    const { length } = await run.step(1);
    const took = performance.now() - began;
    this.#spentMs += took;
    if (length > 0) this.#timed.push(took);
    const { length: steps } = this.#timed;
    const enough = steps >= STEPS || this.#spentMs >= (steps < FEWEST_STEPS ? MOST_MS : ENOUGH_MS);
    if (length > 0 && !enough) return undefined;
    const counted = this.#timed.slice(steps > WARM_UP ? WARM_UP : -Math.max(1, steps - 1));
    const sorted = [...(counted.length > 0 ? counted : [took])].sort((a, b) => a - b);
    const speedOf = (milliseconds: number): number => (1_000 * run.plan.batch) / milliseconds;
    const scoring = await this.#scoringSpeed(run, lab.engine.threads);
    return {
      quickest: { training: speedOf(sorted[0] ?? took), scoring },
      median: { training: speedOf(sorted[Math.floor(sorted.length / 2)] ?? took), scoring },
    };
  }

  /** Images a second; 0 where that cannot be known yet, because the test images are not there. */
  async #scoringSpeed(run: Run, threads: number): Promise<number> {
    const began = performance.now();
    try {
      const { done } = await run.evaluatePart("test", Math.max(SMALLEST_BATCH, run.plan.batch) * threads);
      return (1_000 * done) / (performance.now() - began);
    } catch {
      return 0;
    }
  }
}
