import type { Bench } from "../bench/bench.js";
import { isUnderWay } from "../bench/state.js";

/** Recipes that are trained one after the other, each when the one before is finished. */
export class Queue {
  readonly #bench: Bench;
  /** Their links, the next one first. */
  waiting: readonly string[] = [];
  #finished = false;

  constructor(bench: Bench) {
    this.#bench = bench;
    bench.subscribe(() => this.#look());
  }

  /** Trains it at once where nothing is under way. */
  add(link: string): void {
    this.waiting = [...this.waiting, link];
    if (!isUnderWay(this.#bench.state)) this.next();
    else this.#bench.runs.touch();
  }

  remove(at: number): void {
    this.waiting = this.waiting.filter((_, index) => index !== at);
    this.#bench.runs.touch();
  }

  /** Starts the next one; a run that stands paused ends. */
  next(): void {
    const [link, ...rest] = this.waiting;
    if (link === undefined) return;
    if (!this.#bench.openLink(link)) return;
    this.waiting = rest;
    this.#bench.runs.touch();
    this.#bench.train();
  }

  #look(): void {
    const finished = this.#bench.state.phase === "finished";
    if (finished === this.#finished) return;
    this.#finished = finished;
    // Not from within the change that is being told.
    if (finished) queueMicrotask(() => this.next());
  }
}
