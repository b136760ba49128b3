import { effect } from "@preact/signals-core";

import type { Bench } from "../bench/bench.js";
import { failureOf, isLocked, refusalOf, type Goal } from "../state/run-state.js";
import type { Comparison } from "./comparison.js";
import type { Look } from "./look.js";
import { Turn } from "./turn.js";

/** What may take a run of an embed back to where nobody looks at it. */
export type Absence = "out-of-view" | "other-slide";

/** What the embed's one button does next. */
export type Action = "train" | "go-on" | "train-again";

/**
 * An embed's run, and the one that it is compared with: what its one button, its host and its place on the page do with them. They are
 * trained one after the other.
 */
export class Player {
  readonly #bench: Bench;
  readonly #look: Look;
  readonly #comparison: Comparison | null;
  readonly #turn: Turn;
  readonly #absences = new Set<Absence>();
  readonly #unlisten: () => void;
  /** Whether it trains again by itself once somebody looks. */
  #goesOn = false;
  #hasBegun = false;
  /** How far each run is trained now; null where nobody wants more. */
  #target: Goal | null = null;
  /** Whether that was asked for while a run was still coming to a stand. */
  #startsAgain = false;
  /** Changes of the recipe that wait for the end of a step. */
  #changes: Record<string, string> = {};

  constructor(bench: Bench, look: Look, comparison: Comparison | null = null, turn = new Turn()) {
    this.#bench = bench;
    this.#look = look;
    this.#comparison = comparison;
    this.#turn = turn;
    let wasLocked = false;
    let recipe: string | undefined;
    this.#unlisten = effect(() => {
      const locked = this.isTraining;
      const link = bench.state.recipe.parsed?.link;
      // Of another recipe nobody has asked for anything yet; a run that is handed over to another engine keeps its own.
      if (link !== recipe && !isLocked(bench.state.run)) this.#target = null;
      recipe = link;
      // Outside of the effect, which would follow all that these read.
      if (wasLocked && !locked) queueMicrotask(() => this.#stands());
      wasLocked = locked;
    });
  }

  dispose(): void {
    this.#unlisten();
    this.#turn.give();
  }

  /** Whether one of the runs is being trained. */
  get isTraining(): boolean {
    const second = this.#comparison?.run;
    return isLocked(this.#bench.state.run) || Boolean(second && isLocked(second.state.run));
  }

  /** Whether it trains as soon as no other embed does. */
  get isWaiting(): boolean {
    return this.#turn.isWaiting;
  }

  /** Whether another embed is known to train. */
  get isBehind(): boolean {
    return this.#turn.isBehind;
  }

  /** Whether a press or the host can start it now. */
  get canStart(): boolean {
    const { run, recipe } = this.#bench.state;
    return !this.isTraining && !this.isWaiting && refusalOf(run) === null && recipe.nextRefusal === null;
  }

  get action(): Action {
    const { run, recipe, hasTrained } = this.#bench.state;
    if (recipe.next) return "train-again";
    if (run.phase === "finished") return this.#isCompared ? "train-again" : "go-on";
    return run.phase === "paused" && hasTrained ? "go-on" : "train";
  }

  /** Trains, once no other embed does: what is finished starts again. */
  start(): void {
    // What was changed is not read yet.
    if (this.#bench.state.stores.recipe.current.isReading)
      return void this.#bench.recipe.isRead.then(() => this.start());
    if (this.#bench.state.stores.recipe.current.nextRefusal) return;
    this.#hasBegun = true;
    this.#goesOn = false;
    this.#startsAgain = this.#trains && this.#target === null;
    if (!this.#trains) this.#turn.take(() => this.#begin());
  }

  pause(): void {
    this.#goesOn = false;
    this.#stop();
  }

  reset(): void {
    this.pause();
    this.#comparison?.drop();
    this.#bench.reset();
  }

  /** Changes a value of the recipe. A trained network stays until it is started again. What is wrong with that, as a sentence; null where nothing is. */
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

  /** Another number of workers: the run begins again, as soon as somebody starts it. */
  setWorkers(count: number): void {
    this.pause();
    this.#comparison?.drop();
    this.#bench.changeWorkers(count);
  }

  /** Whether a change of the recipe waits for the end of a step. */
  get isChanging(): boolean {
    return Object.keys(this.#changes).length > 0;
  }

  #change(): void {
    if (!this.isChanging || isLocked(this.#bench.state.stores.run.current)) return;
    const changes = this.#changes;
    this.#changes = {};
    this.#bench.recipe.changeAll(changes);
  }

  /** It is looked at again, or no more: it then trains no further until it is. */
  away(absence: Absence, isAway: boolean): void {
    if (isAway) this.#absences.add(absence);
    else this.#absences.delete(absence);
    if (this.#absences.size > 0) {
      if (isAway && (this.#trains || this.#turn.isWaiting)) {
        this.#goesOn = true;
        this.#stop();
      }
    } else if (this.#goesOn || (this.#look.start === "visible" && !this.#hasBegun)) {
      this.start();
    }
  }

  #stop(): void {
    this.#target = null;
    this.#startsAgain = false;
    this.#turn.give();
    for (const bench of this.#benches) if (isLocked(bench.state.stores.run.current)) bench.pause();
  }

  get #benches(): Bench[] {
    const second = this.#comparison?.run;
    return second ? [this.#bench, second] : [this.#bench];
  }

  get #trains(): boolean {
    return this.#benches.some((bench) => isLocked(bench.state.stores.run.current));
  }

  /** Whether nothing more of the second run is to be trained. */
  get #isCompared(): boolean {
    const comparison = this.#comparison;
    return comparison === null || comparison.isRefused || comparison.run?.state.run.phase === "finished";
  }

  #begin(): void {
    if (this.action === "train-again") {
      // Another recipe of the first run makes another one of the second, or leaves that as it is.
      if (!this.#bench.state.stores.recipe.current.next) this.#comparison?.drop();
      this.#bench.reset();
    }
    const { until } = this.#look;
    const runs = this.#isCompared ? [this.#bench] : [this.#bench, this.#comparison?.run ?? null];
    this.#target = until !== null && runs.some((bench) => stepsTo(until, bench) > 0) ? until : "end";
    this.#next();
  }

  /** A run stands: the other one is trained, where that was wanted. */
  #stands(): void {
    if (this.#trains) return;
    if (this.#target === null || failureOf(this.#bench.state.stores.run.current)) {
      this.#target = null;
      this.#turn.give();
      this.#change();
      if (this.#startsAgain) this.start();
    } else {
      this.#next();
    }
  }

  #next(): void {
    const target = this.#target ?? "end";
    if (this.#train(target, this.#bench)) return;
    if (!this.#isCompared && this.#comparison && this.#train(target, this.#comparison.begin())) return;
    this.#target = null;
    this.#turn.give();
  }

  /** Whether there was anything to train. */
  #train(target: Goal, bench: Bench): boolean {
    const goal = target === "end" ? target : stepsTo(target, bench);
    if (goal === 0 || bench.state.stores.run.current.phase === "finished") return false;
    // What an earlier visit left is nothing that a reader of this page knows of.
    bench.train(goal, { anew: true });
    return isLocked(bench.state.stores.run.current);
  }
}

/** How many steps a run is from there; 0 where it is past it. @param bench null where it has not begun */
function stepsTo(step: number, bench: Bench | null): number {
  const { run, progress } = bench?.state.stores ?? {};
  if (run?.current.phase === "finished") return 0;
  const done = run?.current.phase === "paused" ? (progress?.current.step ?? 0) : 0;
  return Math.max(0, step - done);
}
