/**
 * Notices the end of a worker that says nothing of it: one that was closed from within, or that the system ended. It holds a
 * lock of its own as long as it lives. Where there are no locks (over plain http), it answers pings, whatever else it does;
 * only a long computation keeps it from that. One that ends before its first word leaves no trace at all: it is not waited
 * for without end.
 */
import { LIFE, type LifeMessage } from "../worker/life-messages.js";
import { msg } from "../words/msg.js";

/** It is asked this often whether it lives. */
const PING_MS = 10_000;
/** After so long without a word it is taken to be gone: a single step of the largest networks takes less. */
const PATIENCE_MS = 180_000;
/** Its first word comes as soon as its script is there, and the page's own came just before. */
const START_SECONDS = 30;

/** Whether a person looks at the page: while nobody does, the browser may keep the worker waiting. */
const isVisible = (): boolean => typeof document === "undefined" || document.visibilityState !== "hidden";

export class WorkerLife {
  readonly #ping: () => void;
  readonly #onEnd: (why?: string) => void;
  readonly #stopped = new AbortController();
  #timer: ReturnType<typeof setInterval> | undefined;
  #heardAt = performance.now();
  /** For so many seconds it was waited for its first word, while the page was visible. */
  #waited = 0;
  /** Counts them one by one: a clock would count the time for which the machine slept. */
  readonly #start: ReturnType<typeof setInterval>;

  /**
   * @param ping asks the worker whether it lives
   * @param onEnd is told once; `why`: a sentence, where it is known
   */
  constructor(ping: () => void, onEnd: (why?: string) => void) {
    this.#ping = ping;
    this.#onEnd = onEnd;
    this.#start = setInterval(() => this.#awaitFirstWord(), 1_000);
  }

  /** The worker said something. Whether it was about its life alone. */
  heard(message: { type: string }): message is LifeMessage {
    this.#heardAt = performance.now();
    clearInterval(this.#start);
    if (message.type !== LIFE) return false;
    const { lock } = message as LifeMessage;
    if (lock !== undefined) this.#watch(lock);
    return true;
  }

  /** It is ended on purpose. */
  stop(): void {
    this.#stopped.abort();
    clearInterval(this.#start);
    clearInterval(this.#timer);
  }

  /** @param lock the lock that it holds; null where there are none */
  #watch(lock: string | null): void {
    if (this.#stopped.signal.aborted) return;
    if (lock === null) {
      this.#timer ??= setInterval(() => this.#check(), PING_MS);
      return;
    }
    const { signal } = this.#stopped;
    // It is granted when the worker is gone.
    navigator.locks.request(lock, { signal }, () => this.#end()).catch(() => {});
  }

  #check(): void {
    if (performance.now() - this.#heardAt >= PATIENCE_MS) this.#end();
    else this.#ping();
  }

  #awaitFirstWord(): void {
    if (isVisible()) this.#waited += 1;
    if (this.#waited >= START_SECONDS)
      this.#end(
        msg("The worker did not answer within {seconds} seconds of its start.", { seconds: String(START_SECONDS) }),
      );
  }

  #end(why?: string): void {
    if (this.#stopped.signal.aborted) return;
    this.stop();
    this.#onEnd(why);
  }
}
