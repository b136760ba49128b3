import type { ReactiveController, ReactiveControllerHost } from "lit";

/** An element that is out of view is drawn once nothing has changed for this long, or when it comes into view. */
const REST_MS = 1_000;

interface Callbacks {
  /** The element came into view or left it. */
  onChange?: (visible: boolean) => void;
  /** Draws what `defers` put off. */
  draw?: () => void;
}

/** Whether an element is in view. One that is not need not be drawn while it changes all the time. */
export class VisibilityController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #callbacks: Callbacks;
  #visible = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #observer = new IntersectionObserver((entries) => {
    this.#visible = entries.at(-1)?.isIntersecting ?? true;
    if (this.#visible && this.#timer !== undefined) this.#draw();
    this.#callbacks.onChange?.(this.#visible);
  });

  constructor(host: ReactiveControllerHost & Element, callbacks: Callbacks) {
    this.#host = host;
    this.#callbacks = callbacks;
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#cancel();
  }

  /** Whether drawing is put off because nobody would see it. `draw` is then called later. */
  defers(): boolean {
    if (this.#visible) return false;
    this.#cancel();
    this.#timer = setTimeout(() => this.#draw(), REST_MS);
    return true;
  }

  #draw(): void {
    this.#cancel();
    this.#callbacks.draw?.();
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
