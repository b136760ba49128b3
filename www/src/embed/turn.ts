import { signal } from "@preact/signals-core";

const LOCK = "bunsen-embed";

/** What `navigator.locks` gives: it may be missing, or refuse in a frame without an origin of its own. */
export type Locks = Pick<LockManager, "request">;

/** Of all embeds on a page (and of all pages of the site that a reader has open) one trains at a time. */
export class Turn {
  readonly #locks: Locks | undefined;
  readonly #isWaiting = signal(false);
  #waiting: AbortController | null = null;
  #release: (() => void) | null = null;

  constructor(locks: Locks | undefined = globalThis.navigator?.locks) {
    this.#locks = locks;
  }

  /** Whether another one trains, and this one comes after it. */
  get isWaiting(): boolean {
    return this.#isWaiting.value;
  }

  /** Calls `begin` once nobody else trains; not at all where the turn is given up before. */
  take(begin: () => void): void {
    if (this.#release) return begin();
    if (this.#waiting) return;
    if (!this.#locks) return begin();
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#isWaiting.value = true;
    const held = this.#locks.request(LOCK, { signal: waiting.signal }, () => {
      if (waiting.signal.aborted) return;
      this.#stopWaiting();
      const released = new Promise<void>((resolve) => (this.#release = resolve));
      begin();
      return released;
    });
    held.catch(() => {
      if (waiting.signal.aborted || this.#waiting !== waiting) return;
      // There are no locks here, so nobody can be waited for.
      this.#stopWaiting();
      begin();
    });
  }

  /** Lets the next one train, or waits no more. */
  give(): void {
    this.#waiting?.abort();
    this.#stopWaiting();
    this.#release?.();
    this.#release = null;
  }

  #stopWaiting(): void {
    this.#waiting = null;
    this.#isWaiting.value = false;
  }
}
