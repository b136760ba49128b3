// The page's own process: what it computes, and the memory that it takes.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

/** The page's process: by Linux's own count, and that of no other system. */
function renderer() {
  try {
    const ours = (pid) => {
      for (let at = pid; at > 1;) {
        if (at === process.pid) return true;
        at = Number(readFileSync(`/proc/${at}/stat`, "utf8").split(") ").at(-1).split(" ")[1]);
      }
      return false;
    };
    const all = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
    return all.find((pid) => {
      try {
        // The browser keeps another one ready, which has no worker.
        const names = readdirSync(`/proc/${pid}/task`).map((task) =>
          readFileSync(`/proc/${pid}/task/${task}/comm`, "utf8"),
        );
        return names.some((name) => name.startsWith("DedicatedWorker")) && ours(pid);
      } catch {
        return false;
      }
    });
  } catch {
    return undefined;
  }
}

function kilobytes(pid, field) {
  return Number(
    new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? NaN,
  );
}

/** Milliseconds that it has computed: unlike the time that passes, they do not depend on what else the machine does. */
export function computed() {
  const pid = renderer();
  if (pid === undefined) return NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  // Linux counts in hundredths of a second.
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** Bytes that it has now; its peak is counted from here on. */
export function resident() {
  const pid = renderer();
  if (pid === undefined) return NaN;
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
    return 1024 * kilobytes(pid, "VmRSS");
  } catch {
    return NaN;
  }
}

/** The most bytes that it had since then. */
export function peak() {
  const pid = renderer();
  return pid === undefined ? NaN : 1024 * kilobytes(pid, "VmHWM");
}
