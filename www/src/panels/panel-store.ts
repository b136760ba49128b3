import { untracked } from "@preact/signals-core";
import type { ReactiveController, ReactiveControllerHost } from "lit";

/**
 * What a panel knows beside the bench's state, and what it asks the worker for. It asks when the state changes that it
 * follows (the panel is opened, another step stands, another choice is made), never because the panel is drawn.
 */
export abstract class PanelStore {
  #stops: (() => void)[] | undefined;

  /** Begins to follow the state by effects, and gives what ends each of them. */
  protected abstract follow(): (() => void)[];

  start(): void {
    this.#stops ??= untracked(() => this.follow());
  }

  stop(): void {
    for (const stop of this.#stops ?? []) stop();
    this.#stops = undefined;
  }
}

/** Gives an element its store, when it first updates; the store follows the state while the element is in the document. */
export class StoreController<S extends PanelStore> implements ReactiveController {
  readonly #create: () => S;
  #store: S | undefined;

  constructor(host: ReactiveControllerHost, create: () => S) {
    this.#create = create;
    host.addController(this);
  }

  get store(): S {
    return (this.#store ??= untracked(this.#create));
  }

  hostUpdate(): void {
    this.store.start();
  }

  hostDisconnected(): void {
    this.#store?.stop();
  }
}
