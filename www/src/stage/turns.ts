import type { ReactiveController, ReactiveControllerHost } from "lit";

/** A test image stays so long. */
const TURN_MS = 4_000;

/** Calls now and then, while the page is looked at. Nothing moves by itself where a person wishes so. */
export class TurnsController implements ReactiveController {
  readonly #turn: () => void;
  readonly #isWanted: () => boolean;
  readonly #still = matchMedia("(prefers-reduced-motion: reduce)");
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param isWanted whether it is time for a turn: false while nobody would see it */
  constructor(host: ReactiveControllerHost, isWanted: () => boolean, turn: () => void) {
    this.#isWanted = isWanted;
    this.#turn = turn;
    host.addController(this);
  }

  /** Whether this person wishes that nothing moves by itself. */
  get areUnwanted(): boolean {
    return this.#still.matches;
  }

  hostConnected(): void {
    this.#timer = setInterval(() => {
      if (!this.areUnwanted && document.visibilityState === "visible" && this.#isWanted()) this.#turn();
    }, TURN_MS);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }
}
