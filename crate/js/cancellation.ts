// Long calls that may be called off, and that stop when their run is freed.

import { shown } from "./arguments.js";
import { BunsenError } from "./errors.js";

/** The signal among the options of a call. */
export function requireSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined || value === null || value instanceof AbortSignal) return value ?? undefined;
  throw new BunsenError("run", `${shown(value)} was given where a signal is expected: an AbortSignal.`);
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(signal);
}

function abortedError({ reason }: AbortSignal): BunsenError {
  return new BunsenError("aborted", "This was called off.", { cause: reason });
}

/**
 * What a promise gives, unless the signal comes first.
 * @param discard called with what comes too late
 */
export async function orAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  discard: (late: T) => void,
): Promise<T> {
  if (!signal) return work;
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortedError(signal));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([aborted, work]);
  } catch (thrown) {
    if (signal.aborted) work.then(discard, () => {});
    throw thrown;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Lets events in: a promise alone does not. */
export function macrotask(): Promise<void> {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => {
      port2.close();
      done();
    };
    port1.postMessage(undefined);
  });
}
