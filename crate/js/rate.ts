/** Bytes that arrive count less the longer ago they came: by half after so long. */
const HALF_LIFE_MS = 2_000;
/** Before that nothing can be said. */
const SETTLE_MS = 700;

/** How fast a download is now, and so how long it still takes. */
export class Rate {
  #began: number | undefined;
  #last = 0;
  #loaded = 0;
  /** Bytes and milliseconds, both faded alike. */
  #bytes = 0;
  #milliseconds = 0;

  /** @param now milliseconds on any clock that only goes forward */
  add(loaded: number, now: number): void {
    if (this.#began === undefined || loaded < this.#loaded) {
      // What came before, from the storage or another place, says nothing of this.
      [this.#began, this.#bytes, this.#milliseconds] = [now, 0, 0];
    } else {
      const passed = now - this.#last;
      const share = 0.5 ** (passed / HALF_LIFE_MS);
      this.#bytes = this.#bytes * share + (loaded - this.#loaded);
      this.#milliseconds = this.#milliseconds * share + passed;
    }
    [this.#last, this.#loaded] = [now, loaded];
  }

  /** Seconds for that many more bytes; undefined while nobody knows. */
  secondsFor(bytes: number): number | undefined {
    if (this.#began === undefined || this.#last - this.#began < SETTLE_MS || this.#bytes <= 0) return undefined;
    return (bytes * this.#milliseconds) / this.#bytes / 1_000;
  }
}
