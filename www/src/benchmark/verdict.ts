// A step that does not train is not worth timing: an engine that fails here is reported as failed, not as fast.
import { median } from "./statistics.js";

/** How many losses from the start must agree. */
export const COMPARED = 10;

/** The largest difference that rounding explains, as a share of a loss. */
export const TOLERANCE = 0.002;

/** What tells whether an engine trains as it should, and what came of it. */
export interface TrainingCheck {
  failed: string | null;
  parameters: number | null;
  /** All losses that were read while it was timed. */
  losses: number[];
  /** Its first losses from the weights and on the batch that all engines start with. */
  start: number[];
  /** By which share its first losses are off the median of all, at most. */
  differs: number | null;
}

/**
 * Sets `failed` on engines that have another network, do not learn, or whose first losses are not the others'. Sets
 * `differs` on all that are compared.
 * @param parameters how many the network has to have
 */
export function judge(engines: TrainingCheck[], parameters: number): void {
  for (const engine of engines) engine.failed ??= untrained(engine, parameters);
  const sound = engines.filter(({ failed, start }) => failed === null && start.length > 0);
  if (sound.length < 2) return;
  const length = Math.min(...sound.map(({ start }) => start.length));
  const middle = Array.from({ length }, (_, step) => median(sound.map(({ start }) => start[step] ?? NaN)));
  for (const engine of sound) {
    const differs = Math.max(...middle.map((loss, step) => Math.abs((engine.start[step] ?? NaN) - loss) / loss));
    engine.differs = differs;
    if (!(differs <= TOLERANCE)) {
      const by = (100 * differs).toFixed(2);
      engine.failed = `Its first ${length} losses are up to ${by} % off the others', from the same weights on the same batch.`;
    }
  }
}

function untrained({ parameters: found, losses, start }: TrainingCheck, parameters: number): string | null {
  if (found !== parameters) return `Its network has ${found} parameters, not ${parameters}.`;
  if (![...losses, ...start].every(Number.isFinite)) return "A loss is not a finite number.";
  const [first = NaN] = start;
  const last = start.at(-1) ?? NaN;
  if (!(last < 0.99 * first)) {
    return `Its loss does not fall: ${first.toFixed(3)} at first, ${last.toFixed(3)} after ${start.length} steps.`;
  }
  return null;
}
