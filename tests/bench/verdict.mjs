// A step that does not train is not worth timing: an engine that fails here is reported as failed, not as fast.
import { mean, median } from "./statistics.mjs";

/** How many losses from the start must agree. */
export const COMPARED = 10;

const PARAMETERS = 61_706;
const TOLERANCE = 0.002;

/**
 * Sets `failed` on entries that have another network, do not learn, or whose first losses (`start`: from the same
 * weights on the same batch) are not the others'. Sets `differs` on all that are compared.
 */
export function judge(entries) {
  for (const entry of entries) if (!entry.failed) entry.failed = untrained(entry);
  const sound = entries.filter((entry) => !entry.failed);
  if (sound.length < 2) return;
  const length = Math.min(...sound.map((entry) => entry.start.length));
  const middle = Array.from({ length }, (_, step) => median(sound.map((entry) => entry.start[step])));
  for (const entry of sound) {
    entry.differs = Math.max(...middle.map((loss, step) => Math.abs(entry.start[step] - loss) / loss));
    if (!(entry.differs <= TOLERANCE)) {
      const by = (100 * entry.differs).toFixed(2);
      entry.failed = `its first ${length} losses are up to ${by} % off the others', from the same weights on the same batch`;
    }
  }
}

function untrained({ opened, losses }) {
  if (opened.parameters !== PARAMETERS) return `its network has ${opened.parameters} parameters, not ${PARAMETERS}`;
  if (losses.some((loss) => !Number.isFinite(loss))) return "a loss is not a finite number";
  const first = losses[0];
  const last = mean(losses.slice(-4));
  if (!(last < 0.99 * first)) return `its loss does not fall: ${first.toFixed(3)} at first, ${last.toFixed(3)} at the end`;
  return undefined;
}
