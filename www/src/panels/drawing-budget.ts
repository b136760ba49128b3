/** What the panels may take of the main thread, all of them together, while what they show changes all the time. */
const SHARE = 0.04;

/** How long nothing is drawn after something that took so long, so that drawing is that share of the time. */
export function restAfter(tookMs: number, share = SHARE): number {
  return tookMs / share - tookMs;
}

/** The time that all panels have for drawing: what one of them takes, all wait for. On a busy machine they are drawn less often. */
export class DrawingBudget {
  #freeAt = -Infinity;

  /** For how many milliseconds nothing may be drawn yet. */
  get wait(): number {
    return Math.max(0, this.#freeAt - performance.now());
  }

  /** So long took what was drawn until now. */
  spent(tookMs: number): void {
    this.#freeAt = Math.max(this.#freeAt, performance.now()) + restAfter(tookMs);
  }
}
