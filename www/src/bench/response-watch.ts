import type { AppState } from "../state/app-state.js";
import type { Occupation } from "../state/engine.js";

/** What takes effect sooner is not worth a word. */
const PATIENCE_MS = 1_000;

/**
 * Watches whether the worker takes what it was told. It obeys between two steps; where one takes long, the page says what it
 * waits for, and the worker can be stopped.
 */
export class ResponseWatch {
  readonly #state: AppState;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(state: AppState) {
    this.#state = state;
  }

  /** It is told something that is to take effect at once: what it does at this time is what is waited for. */
  begin(): void {
    const { engine, run, progress } = this.#state.stores;
    // Whoever waits already goes on waiting for the same.
    if (this.#timer !== undefined || engine.current.waitsFor) return;
    const occupation: Occupation =
      run.current.phase !== "training" ? "preparing" : progress.current.scoring ? "scoring" : "step";
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      engine.update({ waitsFor: occupation });
    }, PATIENCE_MS);
  }

  /** It has taken effect, or there is another worker. */
  end(): void {
    const { engine } = this.#state.stores;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (engine.current.waitsFor) engine.update({ waitsFor: null });
  }
}
