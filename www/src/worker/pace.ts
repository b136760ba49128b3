/** How often something is done beside training: at least so far apart, and within a share of the time. */
export class Pace {
  readonly #intervalMs: number;
  readonly #share: number;
  #nextAt = 0;

  /** @param share the share of the time that it may take */
  constructor(intervalMs: number, share: number) {
    this.#intervalMs = intervalMs;
    this.#share = share;
  }

  /** Whether it is time. */
  get isDue(): boolean {
    return performance.now() >= this.#nextAt;
  }

  /** Does it, and says when it is time again. */
  async keep<T>(work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await work();
    } finally {
      const ended = performance.now();
      this.#nextAt = Math.max(began + this.#intervalMs, ended + (ended - began) / this.#share);
    }
  }
}
