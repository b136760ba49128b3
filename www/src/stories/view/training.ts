/** Trains the runs of a story one after another, by the queue of runs, and remembers what came out of runs while the page is open. */
import { effect, signal, untracked } from "@preact/signals-core";

import type { Bench } from "../../bench/bench.js";
import { failureOf, isLocked, isUnderWay } from "../../state/run-state.js";
import { msg } from "../../words/msg.js";
import { isOver } from "../result.js";
import type { KnownRun } from "./known.js";
import { seenAtHand, type StoryResult } from "./results.js";

type UsedBench = Pick<Bench, "state" | "series" | "queue" | "runs" | "train" | "pause">;

/** How far the training of a story is. */
export interface TrainingProgress {
  /** The number of the run that trains, or is the next one, from 1. */
  at: number;
  of: number;
  /** Its title; null while another run is under way before it. */
  title: string | null;
  isPaused: boolean;
}

export class StoryTraining {
  readonly #bench: UsedBench;
  readonly #over = signal<ReadonlyMap<string, StoryResult>>(new Map());
  /** The runs that were asked for last, in their order. */
  readonly #asked = signal<readonly KnownRun[]>([]);

  constructor(bench: UsedBench) {
    this.#bench = bench;
    const { state } = bench;
    effect(() => {
      const failure = failureOf(state.run);
      if (state.run.phase !== "finished" && failure?.kind !== "nan") return;
      const seen = seenAtHand(bench);
      if (!seen || !isOver(seen.result)) return;
      untracked(() => this.#keep(seen.link, seen));
      // That a run diverges is a result, too: those after it do not wait for anybody. The queue has to have noticed first.
      if (failure && untracked(() => this.#asked.value.some(({ link }) => link === seen.link)))
        queueMicrotask(() => queueMicrotask(() => this.#goOnAfter()));
    });
  }

  /** The runs that came to their end since the page was opened, by their canonical links. */
  get over(): ReadonlyMap<string, StoryResult> {
    return this.#over.value;
  }

  /** How far it is; null where nothing of a story is to be trained. */
  get progress(): TrainingProgress | null {
    const { queue, run } = this.#bench.state;
    const asked = this.#asked.value;
    const waiting = asked.filter(({ link }) => queue.waiting.some((other) => other.link === link)).length;
    const begun = asked.find(({ link }) => link === queue.begun?.link);
    const isBegun = begun !== undefined && isUnderWay(run);
    if (waiting === 0 && !(isBegun && isLocked(run))) return null;
    const at = asked.length - waiting + (isBegun ? 0 : 1);
    return { at, of: asked.length, title: isBegun ? begun.title : null, isPaused: isBegun && run.phase === "paused" };
  }

  /** Trains these runs in turn. One that stands paused goes on first. */
  async train(runs: readonly KnownRun[]): Promise<string | null> {
    const { state, queue } = this.#bench;
    const { run, recipe } = state.stores;
    this.#asked.value = runs;
    const standing = run.current.phase === "paused" ? recipe.current.parsed?.link : undefined;
    const first = runs.find(({ link }) => link === standing);
    const others = runs.filter((one) => one !== first);
    if (first) {
      this.#asked.value = [first, ...others];
      state.stores.queue.update({ begun: { link: first.link, title: first.title } });
    }
    for (const { link, title } of others) {
      // Those that wait already keep their turn.
      if (state.stores.queue.current.waiting.some((other) => other.link === link)) continue;
      const refusal = await queue.add({ link, title });
      if (refusal !== null) return msg("{title} cannot be trained: {refusal}", { title, refusal });
    }
    if (first) this.#bench.train();
    else if (!isLocked(run.current)) await queue.next();
    return null;
  }

  /** What waits is not trained, and the run that trains stands paused. */
  stop(): void {
    const { state, queue } = this.#bench;
    const asked = new Set(this.#asked.value.map(({ link }) => link));
    const isAsked = (): number => state.stores.queue.current.waiting.findIndex(({ link }) => asked.has(link));
    for (let at = isAsked(); at >= 0; at = isAsked()) queue.remove(at);
    const { begun } = state.stores.queue.current;
    if (begun && asked.has(begun.link) && isLocked(state.stores.run.current)) this.#bench.pause();
    this.#asked.value = this.#asked.value.filter(({ link }) => link === begun?.link);
  }

  /** Goes on with the run that was paused. */
  goOn(): void {
    this.#bench.train();
  }

  #goOnAfter(): void {
    const { queue } = this.#bench;
    const { stores } = this.#bench.state;
    const isNext = this.#asked.value.some(({ link }) => link === stores.queue.current.waiting[0]?.link);
    stores.queue.update({ notice: "" });
    if (isNext) void queue.next();
  }

  #keep(link: string, seen: StoryResult): void {
    this.#over.value = new Map(this.#over.value).set(link, { ...seen, isRunning: false });
  }
}

const trainings = new WeakMap<object, StoryTraining>();

/** The one of a page's bench: it goes on when the story is closed. */
export function trainingOf(bench: UsedBench): StoryTraining {
  const known = trainings.get(bench) ?? new StoryTraining(bench);
  trainings.set(bench, known);
  return known;
}
