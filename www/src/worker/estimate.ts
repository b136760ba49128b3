import type { Run } from "../module.js";

/** The first steps are slower: code is new, helpers are yet to join. */
const WARM_UP = 3;
const STEPS = 9;
/** Of a slow network fewer have to do. */
const ENOUGH_MS = 2_000;

/** How fast a recipe is trained, found out step by step on a run of its own, which is then dropped. */
export class Estimate {
  readonly #run: Run;
  readonly #took: number[] = [];
  #milliseconds = 0;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Does one step. Once enough are done, it gives the images a second. */
  async piece(): Promise<number | undefined> {
    const began = performance.now();
    const { length } = await this.#run.step(1);
    const took = performance.now() - began;
    if (length > 0) this.#took.push(took);
    this.#milliseconds += took;
    const enough = this.#took.length >= STEPS || this.#milliseconds >= ENOUGH_MS;
    if (length > 0 && !enough) return undefined;
    const counted = this.#took.length > WARM_UP ? this.#took.slice(WARM_UP) : this.#took.slice(-1);
    const middle = counted.sort((a, b) => a - b)[Math.floor(counted.length / 2)] ?? took;
    return (1_000 * this.#run.plan.batch) / middle;
  }

  end(): void {
    this.#run.free();
  }
}
