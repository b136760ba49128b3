/** The weight of bytes halves with so much age. */
const HALF_LIFE_MS = 2_000;
/** There is no estimate before so long. */
const SETTLE_MS = 700;

/** The rate of a download as an exponentially weighted average, and so how long it still takes. */
export class TransferRate {
  #startedAt: number | undefined;
  #lastAt = 0;
  #loaded = 0;
  /** Bytes and milliseconds, both with the same decay. */
  #bytes = 0;
  #milliseconds = 0;

  /** @param now milliseconds on any monotonic clock */
  add(loaded: number, now: number): void {
    if (this.#startedAt === undefined || loaded < this.#loaded) {
      // What came before, from the storage or another host, says nothing of this connection.
      [this.#startedAt, this.#bytes, this.#milliseconds] = [now, 0, 0];
    } else {
      const passed = now - this.#lastAt;
      const decay = 0.5 ** (passed / HALF_LIFE_MS);
      this.#bytes = this.#bytes * decay + (loaded - this.#loaded);
      this.#milliseconds = this.#milliseconds * decay + passed;
    }
    [this.#lastAt, this.#loaded] = [now, loaded];
  }

  /** Estimated seconds for that many more bytes; undefined while nobody knows. */
  secondsFor(bytes: number): number | undefined {
    if (this.#startedAt === undefined || this.#lastAt - this.#startedAt < SETTLE_MS || this.#bytes <= 0)
      return undefined;
    return (bytes * this.#milliseconds) / this.#bytes / 1_000;
  }
}
