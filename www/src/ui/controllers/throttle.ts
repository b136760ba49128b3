import type { ReactiveController, ReactiveControllerHost } from "lit";

/**
 * Lets something of an element change once in an interval at most. What was refused is caught up with: at the end of
 * the interval the element updates, and asks again.
 */
export class ThrottleController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #intervalMs: number;
  #last = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether an update is owed since the element left the document. */
  #pending = false;

  constructor(host: ReactiveControllerHost, intervalMs: number) {
    this.#host = host;
    this.#intervalMs = intervalMs;
    host.addController(this);
  }

  /**
   * Whether the change may be made now, which begins another interval.
   * @param urgent it may, however short ago the last one was
   */
  allows(urgent = false): boolean {
    const wait = this.#last + this.#intervalMs - performance.now();
    if (urgent || wait <= 0) {
      this.#cancel();
      this.#last = performance.now();
      return true;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#host.requestUpdate();
    }, wait);
    return false;
  }

  hostConnected(): void {
    if (!this.#pending) return;
    this.#pending = false;
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#pending = this.#timer !== undefined;
    this.#cancel();
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
