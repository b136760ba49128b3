import type { ReactiveController, ReactiveControllerHost } from "lit";

/** What nobody sees is drawn once it has not changed for so long, or comes into sight. */
const REST_MS = 1_000;

/** Whether a chart is to be seen: where it is not, it need not be drawn while it changes all the time. */
export class Sight implements ReactiveController {
  readonly #draw: () => void;
  readonly #host: ReactiveControllerHost & Element;
  #seen = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #observer = new IntersectionObserver((entries) => {
    this.#seen = entries.at(-1)?.isIntersecting ?? true;
    if (this.#seen && this.#timer !== undefined) this.#now();
  });

  /** @param draw what was put off */
  constructor(host: ReactiveControllerHost & Element, draw: () => void) {
    this.#host = host;
    this.#draw = draw;
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Whether drawing is put off. It is then done later. */
  putsOff(): boolean {
    if (this.#seen) return false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#now(), REST_MS);
    return true;
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#draw();
  }
}
