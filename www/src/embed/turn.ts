import { signal } from "@preact/signals-core";

import { ChannelLocks } from "./channel-locks.js";

const LOCK = "bunsen-embed";

/** Whoever is first knows it by then. */
const KNOWN_MS = 400;

/** What `navigator.locks` gives: it may be missing, or refuse in a frame. */
export interface Locks {
  request(name: string, options: { signal: AbortSignal }, work: () => unknown): Promise<unknown>;
}

/** Those that there may be, the best first. In a frame without an origin nobody hears anybody. */
function locksHere(): readonly Locks[] {
  const { navigator, origin } = globalThis;
  return [...(navigator?.locks ? [navigator.locks] : []), ...(origin === "null" ? [] : [new ChannelLocks()])];
}

/** Of all embeds on a page (and of all pages of the site that a reader has open) one trains at a time. */
export class Turn {
  readonly #locks: readonly Locks[];
  readonly #isWaiting = signal(false);
  readonly #isBehind = signal(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: AbortController | null = null;
  #release: (() => void) | null = null;

  /** @param locks are tried in turn, until one does not refuse */
  constructor(locks: readonly Locks[] = locksHere()) {
    this.#locks = locks;
  }

  /** Whether it was asked for, and nobody has said yet that it is here. */
  get isWaiting(): boolean {
    return this.#isWaiting.value;
  }

  /** Whether another one trains, and this one comes after it. */
  get isBehind(): boolean {
    return this.#isBehind.value;
  }

  /** Calls `begin` once nobody else trains; not at all where the turn is given up before. */
  take(begin: () => void): void {
    if (this.#release) return begin();
    if (this.#waiting) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#isWaiting.value = true;
    this.#timer = setTimeout(() => (this.#isBehind.value = true), KNOWN_MS);
    this.#ask(begin, waiting, this.#locks);
  }

  #ask(begin: () => void, waiting: AbortController, [locks, ...others]: readonly Locks[]): void {
    if (waiting.signal.aborted) return;
    if (!locks) {
      // Nobody can be waited for here.
      this.#stopWaiting();
      return begin();
    }
    const held = locks.request(LOCK, { signal: waiting.signal }, () => {
      if (waiting.signal.aborted) return;
      this.#stopWaiting();
      const released = new Promise<void>((resolve) => (this.#release = resolve));
      begin();
      return released;
    });
    held.catch(() => {
      if (this.#waiting === waiting) this.#ask(begin, waiting, others);
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
    clearTimeout(this.#timer);
    this.#waiting = null;
    this.#isWaiting.value = false;
    this.#isBehind.value = false;
  }
}
