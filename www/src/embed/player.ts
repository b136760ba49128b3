import { effect } from "@preact/signals-core";

import type { Bench } from "../bench/bench.js";
import { isLocked, refusalOf, type Goal } from "../state/run-state.js";
import type { Look } from "./look.js";
import { Turn } from "./turn.js";

/** What may take a run of an embed back to where nobody looks at it. */
export type Absence = "out of view" | "other slide";

/** An embed's run: what its one button, its host and its place on the page do with it. */
export class Player {
  readonly #bench: Bench;
  readonly #look: Look;
  readonly #turn: Turn;
  readonly #absences = new Set<Absence>();
  readonly #unlisten: () => void;
  /** Whether it trains again by itself once somebody looks. */
  #goesOn = false;
  #hasBegun = false;
  /** Changes of the recipe that wait for the end of a step. */
  #changes: Record<string, string> = {};

  constructor(bench: Bench, look: Look, turn = new Turn()) {
    this.#bench = bench;
    this.#look = look;
    this.#turn = turn;
    let wasLocked = false;
    this.#unlisten = effect(() => {
      const locked = isLocked(bench.state.run);
      if (wasLocked && !locked) {
        turn.give();
        // Outside of the effect, which would follow all that this reads.
        queueMicrotask(() => this.#change());
      }
      wasLocked = locked;
    });
  }

  dispose(): void {
    this.#unlisten();
    this.#turn.give();
  }

  /** Whether another embed trains, and this one comes after it. */
  get isWaiting(): boolean {
    return this.#turn.isWaiting;
  }

  /** Whether a press or the host can start it now. */
  get canStart(): boolean {
    const { run } = this.#bench.state;
    return !isLocked(run) && !this.isWaiting && refusalOf(run) === null;
  }

  /** Trains, once no other embed does: a run that is finished starts again. */
  start(): void {
    this.#hasBegun = true;
    this.#goesOn = false;
    if (isLocked(this.#bench.state.stores.run.current)) return;
    this.#turn.take(() => this.#train());
  }

  pause(): void {
    this.#goesOn = false;
    this.#stop();
  }

  reset(): void {
    this.pause();
    this.#bench.reset();
  }

  /** Changes a value of the recipe, which starts over. What is wrong with that, as a sentence; null where nothing is. */
  set(key: string, value: string): string | null {
    if (!this.#look.edit.includes(key)) {
      const { edit } = this.#look;
      const allowed = edit.length === 0 ? "nothing may" : `these may: ${edit.join(", ")}`;
      return `“${key}” may not be changed in this embed (${allowed}).`;
    }
    this.#changes[key] = value;
    this.pause();
    this.#change();
    return null;
  }

  #change(): void {
    if (Object.keys(this.#changes).length === 0 || isLocked(this.#bench.state.stores.run.current)) return;
    const changes = this.#changes;
    this.#changes = {};
    this.#bench.recipe.changeAll(changes);
  }

  /** It is looked at again, or no more: it then trains no further until it is. */
  away(absence: Absence, isAway: boolean): void {
    if (isAway) this.#absences.add(absence);
    else this.#absences.delete(absence);
    if (this.#absences.size > 0) {
      const trains = isLocked(this.#bench.state.stores.run.current) || this.#turn.isWaiting;
      if (isAway && trains) {
        this.#goesOn = true;
        this.#stop();
      }
    } else if (this.#goesOn || (this.#look.start === "visible" && !this.#hasBegun)) {
      this.start();
    }
  }

  #stop(): void {
    this.#turn.give();
    if (isLocked(this.#bench.state.stores.run.current)) this.#bench.pause();
  }

  #train(): void {
    const { run, progress } = this.#bench.state.stores;
    if (run.current.phase === "finished") this.#bench.reset();
    const step = run.current.phase === "paused" ? progress.current.step : 0;
    const { until } = this.#look;
    const goal: Goal = until !== null && step < until ? until - step : "end";
    // What an earlier visit left is nothing that a reader of this page knows of.
    this.#bench.train(goal, { anew: true });
    if (!isLocked(run.current)) this.#turn.give();
  }
}
