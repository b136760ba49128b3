import { computed, effect, untracked } from "@preact/signals-core";

import type { AppState } from "../state/app-state.js";
import type { QueuedRecipe, QueueState } from "../state/queue.js";
import { refusalText } from "../panels/recipe/refusal.js";
import { failureOf, isLocked, isUnderWay, refusalOf, type Refusal } from "../state/run-state.js";
import { msg } from "../words/msg.js";
import { translated } from "../words/translated.js";

/** What a link is: a recipe, or none, and why. */
export type ReadLink = { type: "recipe"; link: string } | { type: "refused"; refusal: Refusal };

/** What trains the recipes. */
export interface Trainer {
  /** Reads a link; null where nobody can say now. */
  read(link: string): Promise<ReadLink | null>;
  /** Chooses a recipe. False where that cannot be now. */
  openLink(link: string): boolean;
  train(): void;
}

/**
 * Recipes that are trained one after the other, each when the one before is finished. One that is refused is skipped. A run
 * that fails stops the queue, which says so, and goes on when it is told to.
 */
export class RunQueue {
  readonly #state: AppState;
  readonly #trainer: Trainer;
  /** It follows the run no more. */
  readonly dispose: () => void;

  constructor(state: AppState, trainer: Trainer) {
    this.#state = state;
    this.#trainer = trainer;
    // A run's last scores may follow its end.
    const isScoring = computed(() => {
      const { scoring, deferredScores } = state.progress;
      return scoring !== null || (deferredScores.length > 0 && state.results.scoreFailure === null);
    });
    this.dispose = effect(() => {
      const { phase } = state.run;
      const refusal = refusalOf(state.run);
      const failure = failureOf(state.run);
      const finished = phase === "finished" && !isScoring.value;
      const change = (): void => {
        if (finished) this.#finished();
        else if (refusal) this.#skip(refusal);
        else if (failure) this.#failed(failure.message);
      };
      // Not from within the change that is being told.
      if (finished || refusal || failure) queueMicrotask(() => untracked(change));
    });
  }

  /** Trains it at once where nothing is under way. Resolves with why it is refused; null where it is in the queue. */
  async add({ link, title }: QueuedRecipe): Promise<string | null> {
    const read = await this.#trainer.read(link);
    if (read?.type === "refused") return this.#textOf(read.refusal, link);
    this.#set({ waiting: [...this.#queue.waiting, { link: read?.link ?? link, title }], notice: "" });
    if (!isUnderWay(this.#state.stores.run.current)) await this.next();
    return null;
  }

  remove(at: number): void {
    this.#set({ waiting: this.#queue.waiting.filter((_, index) => index !== at) });
  }

  /** Starts the next one; a run that stands paused ends. */
  async next(): Promise<void> {
    const { stores } = this.#state;
    for (let next = this.#queue.waiting[0]; next !== undefined; next = this.#queue.waiting[0]) {
      const read = await this.#trainer.read(next.link);
      // Meanwhile it may have been removed, or something else begun.
      if (isLocked(stores.run.current)) return;
      if (this.#queue.waiting[0] !== next) continue;
      if (read?.type !== "refused" && !this.#trainer.openLink(next.link)) return;
      const waiting = this.#queue.waiting.slice(1);
      if (read?.type === "refused") {
        this.#set({ waiting, notice: this.#skipped(next, read.refusal) });
        continue;
      }
      this.#set({ waiting, begun: next });
      return this.#trainer.train();
    }
  }

  #finished(): void {
    this.#set({ begun: null });
    void this.next();
  }

  /** What was begun is refused after all. */
  #skip(refusal: Refusal): void {
    const { begun } = this.#queue;
    if (!begun) return;
    this.#set({ begun: null, notice: this.#skipped(begun, refusal) });
    void this.next();
  }

  #skipped({ title, link }: QueuedRecipe, refusal: Refusal): string {
    return msg("{title} was skipped: {why}", { title, why: this.#textOf(refusal, link) });
  }

  #textOf(refusal: Refusal, link: string): string {
    const value = refusal.key === null ? null : new URLSearchParams(link).get(refusal.key);
    return refusalText(refusal, this.#state.recipe.fields, value ?? undefined);
  }

  #failed(message: string): void {
    const { begun, waiting } = this.#queue;
    const why = translated(message);
    if (begun)
      this.#set({ begun: null, notice: msg("The queue stopped at {title}: {why}", { title: begun.title, why }) });
    else if (waiting.length > 0) this.#set({ notice: msg("The queue stopped: {why}", { why }) });
  }

  get #queue() {
    return this.#state.stores.queue.current;
  }

  #set(change: Partial<QueueState>): void {
    this.#state.stores.queue.update(change);
  }
}
