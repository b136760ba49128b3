import { computed, effect } from "@preact/signals-core";

import type { AppState } from "../state/app-state.js";
import { isUnderWay } from "../state/run-state.js";

/** What trains the recipes. */
export interface Trainer {
  /** Chooses a recipe. False where that cannot be now. */
  openLink(link: string): boolean;
  train(): void;
}

/** Recipes that are trained one after the other, each when the one before is finished. */
export class RunQueue {
  readonly #state: AppState;
  readonly #trainer: Trainer;

  constructor(state: AppState, trainer: Trainer) {
    this.#state = state;
    this.#trainer = trainer;
    const finished = computed(() => state.run.phase === "finished");
    effect(() => {
      // Not from within the change that is being told.
      if (finished.value) queueMicrotask(() => this.next());
    });
  }

  /** Trains it at once where nothing is under way. */
  add(link: string): void {
    this.#set([...this.#waiting, link]);
    if (!isUnderWay(this.#state.stores.run.current)) this.next();
  }

  remove(at: number): void {
    this.#set(this.#waiting.filter((_, index) => index !== at));
  }

  /** Starts the next one; a run that stands paused ends. */
  next(): void {
    const [link, ...others] = this.#waiting;
    if (link === undefined || !this.#trainer.openLink(link)) return;
    this.#set(others);
    this.#trainer.train();
  }

  get #waiting(): readonly string[] {
    return this.#state.stores.runs.current.queue;
  }

  #set(queue: readonly string[]): void {
    this.#state.stores.runs.update({ queue });
  }
}
