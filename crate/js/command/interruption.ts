// What ends a command before its time: a signal, or an output that nobody takes any more.

import { setImmediate } from "node:timers/promises";

import { messageOf } from "../errors.js";

/** Why a command ends early, for a person and for the shell. */
export interface Interruption {
  /** Empty where nothing is to be said: who closed the output knows. */
  readonly sentence: string;
  /** The exit status: 128 and the signal's number, as shells have it. */
  readonly status: number;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** SIGPIPE, by which other programs end: Node ignores it and gets an error. */
const CLOSED_PIPE: Interruption = { sentence: "", status: 141 };

let handle: (interruption: Interruption) => void = endNow;
let interruption: Interruption | undefined;
let resolve: (interruption: Interruption) => void = () => {};
const occurred = new Promise<Interruption>((done) => (resolve = done));

/** What the command that started this one sends it to end it: a signal ends nothing cleanly on Windows. */
export const END = "end";

/** Listens for the signals that end a process, and for outputs that cannot be written. A second signal ends it at once. */
export function watchInterruptions(): void {
  watchParent();
  for (const [signal, status] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      // Ctrl-C in a terminal reaches this process, too: the one that started it tells it once.
      if (signal === "SIGINT" && process.send) return;
      if (interruption) endNow({ sentence: "Ended at once: nothing more was written.", status });
      interrupt({ sentence: signal === "SIGINT" ? "Interrupted." : `Ended by ${signal}.`, status });
    });
  }
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") interrupt(CLOSED_PIPE);
    else interrupt({ sentence: `The output cannot be written (${messageOf(error)}).`, status: 1 });
  });
  // Nothing can be said any more; the run and its files are as good as ever.
  process.stderr.on("error", () => {});
}

/** Listens to the command that started this one, if one did: `bunsen sweep` trains so. */
function watchParent(): void {
  if (!process.send) return;
  process.on("message", (message) => {
    if (message === END) interrupt({ sentence: "Interrupted.", status: SIGNALS.SIGINT });
  });
  process.on("disconnect", () => interrupt({ sentence: "The command that started this one has ended.", status: 1 }));
  // What listens keeps no process from its end.
  process.channel?.unref();
}

function interrupt(by: Interruption): void {
  if (interruption) return;
  interruption = by;
  handle(by);
  resolve(by);
}

/** Sets what an interruption does, if it should not end the process at once: of one that there was already, too. */
export function onInterruption(handler: (interruption: Interruption) => void): void {
  handle = handler;
  if (interruption) handle(interruption);
}

/** The interruption, if there was one. It comes with a turn of the event loop, which steps that are done quickly do not take. */
export async function interrupted(): Promise<Interruption | undefined> {
  await setImmediate();
  return interruption;
}

/** What the promise gives, or the interruption where that comes first. */
export function unlessInterrupted<T>(work: Promise<T>): Promise<T | Interruption> {
  return Promise.race([work, occurred]);
}

/** Ends the process, with the sentence on the standard error. */
export function endNow({ sentence, status }: Interruption): never {
  if (sentence) console.error(sentence);
  process.exit(status);
}
