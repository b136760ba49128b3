import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Something that tells its listeners whenever it has changed; what it returns ends that. */
export interface Subscribable {
  subscribe: (listener: () => void) => () => void;
}

/**
 * Updates an element whenever a source changes, for as long as the element is in the document. The source may be given
 * to the element after it was connected, and may be another one later. An element that is taken out of the document and
 * put back in, as a move does, is subscribed again and updates, for the source may have changed in between.
 */
export class SubscriptionController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #source: () => Subscribable | undefined;
  #subscribed: Subscribable | undefined;
  #unsubscribe: (() => void) | undefined;

  /** @param source read whenever the element connects or updates; undefined while there is none */
  constructor(host: ReactiveControllerHost, source: () => Subscribable | undefined) {
    this.#host = host;
    this.#source = source;
    host.addController(this);
  }

  hostConnected(): void {
    this.#follow();
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    this.#follow();
  }

  hostDisconnected(): void {
    this.#end();
  }

  #follow(): void {
    const source = this.#source();
    if (source === this.#subscribed) return;
    this.#end();
    this.#subscribed = source;
    this.#unsubscribe = source?.subscribe(() => this.#host.requestUpdate());
  }

  #end(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#subscribed = undefined;
  }
}
