import { signal } from "@preact/signals-core";

/**
 * The state of one subject: replaced, never changed in place. Whoever reads `value` while an element updates, or in an
 * effect, is told when it changes.
 */
export class Store<T extends object> {
  readonly #signal;

  constructor(initial: T) {
    this.#signal = signal(initial);
  }

  get value(): T {
    return this.#signal.value;
  }

  /** The same, unobserved. */
  get current(): T {
    return this.#signal.peek();
  }

  set(value: T): void {
    this.#signal.value = value;
  }

  update(change: Partial<T>): void {
    this.set({ ...this.current, ...change });
  }
}

/** What changes with every step is told this often at most: drawing it takes processors that the run could use. */
const MIN_INTERVAL_MS = 200;

/** A store of what changes all the time: `current` is always the latest, and `value` follows it, in time or at once. */
export class ThrottledStore<T extends object> {
  readonly #published;
  #current: T;
  #publishedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(initial: T) {
    this.#published = signal(initial);
    this.#current = initial;
  }

  get value(): T {
    return this.#published.value;
  }

  get current(): T {
    return this.#current;
  }

  set(value: T): void {
    this.#current = value;
    this.publish();
  }

  update(change: Partial<T>): void {
    this.set({ ...this.#current, ...change });
  }

  /** Told now, or together with what comes until it is time. */
  setSoon(value: T): void {
    this.#current = value;
    this.#timer ??= setTimeout(
      () => this.publish(),
      Math.max(0, this.#publishedAt + MIN_INTERVAL_MS - performance.now()),
    );
  }

  /** Tells what was held back. */
  publish(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#publishedAt = performance.now();
    this.#published.value = this.#current;
  }
}
