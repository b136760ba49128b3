import type { Lab, Run } from "../module.js";

/** The first steps are slower: code is new, workers of the pool are yet to join. */
const WARM_UP = 3;
const STEPS = 9;
/** Of a slow network fewer have to do. */
const ENOUGH_MS = 2_000;
/** Parameters: a second run of a larger network might not find room beside the first. */
const MOST_PARAMETERS = 16e6;

/**
 * How fast a recipe is trained, found out on a run of its own, which is then dropped. It is done a step at a time while
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
   * Does one step of a recipe. Once enough are done, it gives the images a second. What it throws leaves it stopped.
   * @param parameters of the network: the speed of a very large one stays "unknown"
   */
  async step(lab: Lab, link: string, parameters: number): Promise<number | "unknown" | undefined> {
    let imagesPerSecond: number | "unknown" | undefined;
    try {
      imagesPerSecond = parameters > MOST_PARAMETERS ? "unknown" : await this.#step(lab, link);
    } catch (thrown) {
      this.stop();
      throw thrown;
    }
    if (imagesPerSecond !== undefined) this.stop();
    return imagesPerSecond;
  }

  async #step(lab: Lab, link: string): Promise<number | undefined> {
    const run = (this.#run ??= await lab.start(link));
    const began = performance.now();
    const { length } = await run.step(1);
    const took = performance.now() - began;
    this.#spentMs += took;
    if (length > 0) this.#timed.push(took);
    const enough = this.#timed.length >= STEPS || this.#spentMs >= ENOUGH_MS;
    if (length > 0 && !enough) return undefined;
    const counted = this.#timed.length > WARM_UP ? this.#timed.slice(WARM_UP) : this.#timed.slice(-1);
    const median = counted.sort((a, b) => a - b)[Math.floor(counted.length / 2)] ?? took;
    return (1_000 * run.plan.batch) / median;
  }
}
