/**
 * Notices the end of a worker that says nothing of it: one that was closed from within, or that the system ended. It holds a
 * lock of its own as long as it lives. Where there are no locks (over plain http), it answers pings, whatever else it does;
 * only a long computation keeps it from that.
 */
import { LIFE, type LifeMessage } from "../worker/life-messages.js";

/** It is asked this often whether it lives. */
const PING_MS = 10_000;
/** After so long without a word it is taken to be gone: a single step of the largest networks takes less. */
const PATIENCE_MS = 180_000;

export class WorkerLife {
  readonly #ping: () => void;
  readonly #onEnd: () => void;
  readonly #stopped = new AbortController();
  #timer: ReturnType<typeof setInterval> | undefined;
  #heardAt = performance.now();

  /** @param ping asks the worker whether it lives */
  constructor(ping: () => void, onEnd: () => void) {
    this.#ping = ping;
    this.#onEnd = onEnd;
  }

  /** The worker said something. Whether it was about its life alone. */
  heard(message: { type: string }): message is LifeMessage {
    this.#heardAt = performance.now();
    if (message.type !== LIFE) return false;
    const { lock } = message as LifeMessage;
    if (lock !== undefined) this.#watch(lock);
    return true;
  }

  /** It is ended on purpose. */
  stop(): void {
    this.#stopped.abort();
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

  #end(): void {
    if (this.#stopped.signal.aborted) return;
    this.stop();
    this.#onEnd();
  }
}
