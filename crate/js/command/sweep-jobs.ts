// The processes that train a sweep's runs, each with `bunsen train`: a run that fails, or takes all memory, takes no other with it.

import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { END, interrupted, onInterruption, type Interruption } from "./interruption.js";
import type { TrainResult } from "./train-result.js";

const COMMAND = fileURLToPath(new URL("../command.js", import.meta.url));
/** Characters of a process's last words that are kept. */
const MOST_WORDS = 2_000;

export interface Job {
  /** The arguments of the command, `--json` among them. */
  args: readonly string[];
  /** Called when it has ended. @param failure why it failed; nothing of one that was interrupted */
  ended: (failure: string | undefined) => Promise<void>;
}

/** Does all jobs, `count` at a time. Gives the interruption that ended it before, if there was one: all processes have ended then, too. */
export async function doJobs(jobs: readonly Job[], count: number): Promise<Interruption | undefined> {
  const waiting = [...jobs];
  const running = new Set<ChildProcess>();
  let isStopped = false;
  onInterruption(() => {
    isStopped = true;
    for (const child of running) child.send(END, () => {});
  });
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job && !isStopped; job = waiting.shift()) {
      const failure = await doJob(job.args, running);
      await job.ended(isStopped ? undefined : failure);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, jobs.length) }, work));
  return interrupted();
}

/** Runs the command in a process of its own. Gives why it failed. */
async function doJob(args: readonly string[], running: Set<ChildProcess>): Promise<string | undefined> {
  const child = fork(COMMAND, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  running.add(child);
  const said = { out: "", err: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (said.out += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said.err = (said.err + text).slice(-MOST_WORDS)));
  return new Promise((resolve) => {
    const end = (why: string | undefined): void => {
      running.delete(child);
      resolve(why);
    };
    child.on("error", (error) => end(`It could not be started (${error.message}).`));
    child.on("close", (status, signal) => {
      if (status === 0) return end(undefined);
      const how = signal ? `by ${signal}` : `with status ${status}`;
      const last = said.err.trim().split("\n").at(-1);
      end(errorIn(said.out) ?? `Its process ended ${how}${last ? `: ${last}` : "."}`);
    });
  });
}

/** Why a run failed, as `train --json` tells it. */
function errorIn(out: string): string | undefined {
  try {
    return (JSON.parse(out) as TrainResult).error ?? undefined;
  } catch {
    // It did not come so far.
    return undefined;
  }
}
