// Stands between a caller and a WebAssembly instance that may stop for good.
//
// A panic in Rust is a trap in WebAssembly: it arrives as a RuntimeError, and what it left half done stays half done,
// so nothing of that instance may be used again. Inside a future it is worse: the trap goes to the event loop and the
// promise that was being waited for never settles. So every call goes through here.

import { asBunsenError, BunsenError, reasonOf } from "./errors.js";

export class Guard {
  readonly #panic: () => string | undefined;
  readonly #onEnd: () => void;
  readonly #waiting = new Set<(error: BunsenError) => void>();
  #ended: BunsenError | undefined;
  /** Makes an error clearer, for an engine that knows more of it. */
  explain: (error: BunsenError) => BunsenError = (error) => error;

  /**
   * @param panic the message of the last panic, if the module can still tell
   * @param onEnd called once, when the instance must not be given to another lab
   */
  constructor(panic: () => string | undefined, onEnd: () => void) {
    this.#panic = panic;
    this.#onEnd = onEnd;
    globalThis.addEventListener?.("error", this.#heard);
  }

  /** A call that answers at once. */
  call<T>(work: () => T): T {
    if (this.#ended) throw this.#ended;
    try {
      return work();
    } catch (thrown) {
      throw this.#judge(thrown);
    }
  }

  /** A call that answers later. */
  async wait<T>(work: () => Promise<T>): Promise<T> {
    if (this.#ended) throw this.#ended;
    let give: (error: BunsenError) => void = () => {};
    const trapped = new Promise<never>((_, reject) => {
      give = reject;
    });
    this.#waiting.add(give);
    try {
      return await Promise.race([work(), trapped]);
    } catch (thrown) {
      throw this.#judge(thrown);
    } finally {
      this.#waiting.delete(give);
    }
  }

  #judge(thrown: unknown): BunsenError {
    if (isTrap(thrown)) return this.#end(thrown);
    const error = this.explain(asBunsenError(thrown));
    // The device of this instance is gone: the next GPU lab needs an instance of its own.
    if (error.kind === "gpu") this.#onEnd();
    return error;
  }

  #end(trap: unknown): BunsenError {
    if (this.#ended) return this.#ended;
    let why: string | undefined;
    try {
      why = this.#panic();
    } catch {
      // An instance that stopped may well be unable to answer.
    }
    why = (why || reasonOf(trap)).trim().replace(/\.$/, "");
    const stopped = new BunsenError("run", `The module stopped: ${why}. Open a new lab.`, { cause: trap });
    const error = this.explain(stopped);
    this.#ended = error;
    globalThis.removeEventListener?.("error", this.#heard);
    this.#onEnd();
    for (const give of this.#waiting) give(error);
    return error;
  }

  /** Traps inside futures come here. */
  readonly #heard = (event: Event): void => {
    const thrown: unknown = (event as ErrorEvent).error;
    if (this.#waiting.size === 0 || !isTrap(thrown) || isForeign(thrown)) return;
    event.preventDefault(); // Whoever waits hears of it, so it is not unheard of.
    this.#end(thrown);
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
