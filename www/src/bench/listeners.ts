/** The page is drawn this often at most while reports come: it takes processors that the run could use. */
const HOLD_MS = 200;

/** Who wants to hear that something changed. */
export class Listeners {
  readonly #all = new Set<() => void>();
  #toldAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Gives what ends it. */
  add(listener: () => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#toldAt = performance.now();
    for (const listener of this.#all) listener();
  }

  /** Of what changes all the time: now, or together with what comes until it is time. */
  tellSoon(): void {
    this.#timer ??= setTimeout(() => this.tell(), Math.max(0, this.#toldAt + HOLD_MS - performance.now()));
  }
}
