import type { Run } from "../module.js";

/** On a GPU the first steps compile shaders. */
const WARM_UP = [1, 2];

/** As long as this, in pulls as a run has them. */
const MEASURE_MS = 1_000;
const MOST_STEPS = 20;

/** How many images a second a run trains. */
export async function measure(run: Run): Promise<number> {
  for (const steps of WARM_UP) await run.step(steps);
  const began = performance.now();
  let [images, pull, milliseconds] = [0, 2, 0];
  while (milliseconds < MEASURE_MS) {
    const { length } = await run.step(pull);
    milliseconds = performance.now() - began;
    if (length === 0) break;
    images += length * run.plan.batch;
    pull = Math.min(2 * pull, MOST_STEPS);
  }
  return (1_000 * images) / milliseconds;
}
