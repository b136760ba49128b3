// How much a process of the browser's computed, by Linux's own count: on a software adapter the GPU is such a process,
// and unlike the time that passes, what it computes does not depend on what else the machine does.
import { readFileSync, readdirSync } from "node:fs";

/** Linux counts in hundredths of a second. */
const TICK = 10;

const fields = (pid) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");

function isOurs(pid) {
  for (let at = pid; at > 1; at = Number(fields(at)[1])) if (at === process.pid) return true;
  return false;
}

/** Milliseconds that the GPU process of a browser of ours has computed so far; undefined where that cannot be told. */
export function gpuProcess() {
  try {
    const all = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
    const pid = all.find((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=gpu-process") && isOurs(pid);
      } catch {
        return false;
      }
    });
    return pid && (() => (Number(fields(pid)[11]) + Number(fields(pid)[12])) * TICK);
  } catch {
    return undefined;
  }
}
