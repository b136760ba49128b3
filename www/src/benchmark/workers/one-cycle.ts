/** The learning rates of `schedule=one-cycle`, as Bunsen has them: those of PyTorch's OneCycleLR, with its constants. */

/** The share of the run in which the rate rises. */
const RISE = 0.3;
/** Where it starts, as a share of its highest value, and where it ends, as a share of the start. */
const START = 1 / 25;
const END = 1e-4;

/** From one rate to another along half a cosine. */
function anneal(from: number, to: number, progress: number): number {
  return to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, progress))));
}

/**
 * The learning rate of each step.
 *
 * @param rate the highest
 */
export function oneCycle(rate: number, steps: number): Float64Array {
  const peak = RISE * steps - 1;
  return Float64Array.from({ length: steps }, (_, step) => {
    const share =
      step <= peak
        ? anneal(START, 1, step / Math.max(1, peak))
        : anneal(1, START * END, (step - peak) / Math.max(1, steps - 1 - peak));
    return rate * share;
  });
}
