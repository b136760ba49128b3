// Guards the calls into a WebAssembly instance that may trap.
//
// A panic in Rust is a trap in WebAssembly: it arrives as a RuntimeError, and leaves the instance in an inconsistent state,
// so nothing of that instance may be used again. Inside a future it is worse: the trap goes to the event loop, and the
// promise that was awaited never settles. So every call goes through here.

import { asBunsenError, BunsenError, messageOf } from "./errors.js";

/** Node's `process`, where there is one. */
const nodeProcess = (globalThis as { process?: NodeProcess }).process;

interface NodeProcess {
  on?(event: "uncaughtException", listener: (thrown: unknown) => void): void;
  off?(event: "uncaughtException", listener: (thrown: unknown) => void): void;
  listenerCount?(event: "uncaughtException"): number;
}

/** Who awaits a call. */
const waiting = new Set<(thrown: unknown) => boolean>();

/** Under Node, traps inside futures arrive here, and would end the process. So would any other error: that still does. */
function onUncaughtException(thrown: unknown): void {
  const known = [...waiting].map((take) => take(thrown)).includes(true);
  if (!known && nodeProcess?.listenerCount?.("uncaughtException") === 1) throw thrown;
}

function awaitTraps(take: (thrown: unknown) => boolean): void {
  if (waiting.size === 0) nodeProcess?.on?.("uncaughtException", onUncaughtException);
  waiting.add(take);
}

function awaitNoTraps(take: (thrown: unknown) => boolean): void {
  waiting.delete(take);
  if (waiting.size === 0) nodeProcess?.off?.("uncaughtException", onUncaughtException);
}

export class TrapGuard {
  readonly #lastPanic: () => string | undefined;
  readonly #onDead: () => void;
  /** Rejects the asynchronous calls in progress. */
  readonly #rejectPending = new Set<(error: BunsenError) => void>();
  #deadBy: BunsenError | undefined;
  /** Makes an error clearer, for an engine that knows more of it. */
  explain: (error: BunsenError) => BunsenError = (error) => error;

  /**
   * @param lastPanic the message of the last panic, if the module can still tell
   * @param onDead called once, when the instance must not be given to another lab
   */
  constructor(lastPanic: () => string | undefined, onDead: () => void) {
    this.#lastPanic = lastPanic;
    this.#onDead = onDead;
    globalThis.addEventListener?.("error", this.#onGlobalError);
  }

  /** A synchronous call. */
  call<T>(work: () => T): T {
    if (this.#deadBy) throw this.#deadBy;
    try {
      return work();
    } catch (thrown) {
      throw this.#toError(thrown);
    }
  }

  /** An asynchronous call. */
  async callAsync<T>(work: () => Promise<T>): Promise<T> {
    if (this.#deadBy) throw this.#deadBy;
    let rejectTrapped: (error: BunsenError) => void = () => {};
    const trapped = new Promise<never>((_, reject) => {
      rejectTrapped = reject;
    });
    // Nobody waits for it where the call itself throws.
    trapped.catch(() => {});
    this.#rejectPending.add(rejectTrapped);
    awaitTraps(this.#take);
    try {
      return await Promise.race([work(), trapped]);
    } catch (thrown) {
      throw this.#toError(thrown);
    } finally {
      this.#rejectPending.delete(rejectTrapped);
      if (this.#rejectPending.size === 0) awaitNoTraps(this.#take);
    }
  }

  #toError(thrown: unknown): BunsenError {
    if (isTrap(thrown)) return this.#die(thrown);
    const error = this.explain(asBunsenError(thrown));
    // The device of this instance is lost: the next GPU lab needs an instance of its own.
    if (error.kind === "gpu") this.#onDead();
    return error;
  }

  #die(trap: unknown): BunsenError {
    if (this.#deadBy) return this.#deadBy;
    let why: string | undefined;
    try {
      why = this.#lastPanic();
    } catch {
      // After a trap the instance may be unable to answer.
    }
    why = (why || messageOf(trap)).trim().replace(/\.$/, "");
    const stopped = new BunsenError("run", `The module stopped: ${why}. Open a new lab.`, { cause: trap });
    const error = this.explain(stopped);
    this.#deadBy = error;
    globalThis.removeEventListener?.("error", this.#onGlobalError);
    this.#onDead();
    for (const reject of this.#rejectPending) reject(error);
    return error;
  }

  /** Traps inside futures arrive here. */
  readonly #onGlobalError = (event: Event): void => {
    // The pending calls report it.
    if (this.#take((event as ErrorEvent).error)) event.preventDefault();
  };

  /** Whether what was thrown is a trap of this instance, which is over then. */
  readonly #take = (thrown: unknown): boolean => {
    if (this.#rejectPending.size === 0 || !isTrap(thrown) || isForeign(thrown)) return false;
    this.#die(thrown);
    return true;
  };
}

function isTrap(thrown: unknown): boolean {
  return typeof WebAssembly === "object" && thrown instanceof WebAssembly.RuntimeError;
}

/** Whether the stack names a WebAssembly file that is none of ours: a page may run others. */
function isForeign(thrown: unknown): boolean {
  const stack = (thrown as Error).stack ?? "";
  return /\.wasm\b/.test(stack) && !stack.includes("bunsen");
}
