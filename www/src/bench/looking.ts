import { learn, type Ask } from "../panels/explorer/explored.js";
import { NormHistory } from "../panels/inside/history.js";
import type { InsideWish } from "../panels/inside/what.js";
import type { Language } from "../module.js";
import type { Command, WorkerEvent } from "../protocol.js";
import type { State } from "./state.js";

/** What looking needs of the bench. */
export interface Host {
  state(): State;
  set(change: Partial<State>): void;
  /** The same for what comes with every step: whoever draws it is told at the next frame. */
  setSoon(change: Partial<State>): void;
  /** Sends to the worker, if there is one that answers. */
  send(command: Command): void;
}

const TYPES = ["cards", "code", "guess", "answers", "inside", "batch", "testExamples", "explored", "example"] as const;

/** What the worker tells who looks. */
export type Sight = Extract<WorkerEvent, { type: (typeof TYPES)[number] }>;

export function isSight(event: WorkerEvent): event is Sight {
  return (TYPES as readonly string[]).includes(event.type);
}

/** The bench's part of what is looked at: nothing of it changes a run. */
export class Looking {
  /** The sizes of parameters, gradients and updates, as far as somebody looked inside. */
  readonly norms = new NormHistory();
  readonly #host: Host;
  #drawing: Float32Array | null = null;
  #nextExample = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Has every network described, on the data that is chosen. */
  describeAll(): void {
    this.#host.send({ type: "describeAll", data: this.#host.state().parsed?.values["data"] ?? "" });
  }

  /** Has the recipe said as a program. */
  wantCode(language: Language): void {
    this.#host.send({ type: "code", language });
  }

  /** What the network makes of a picture, until there is none. */
  at(pixels: Float32Array | null): void {
    this.#drawing = pixels;
    this.#host.send({ type: "look", pixels });
    if (!pixels) this.#host.set({ guess: null });
    const { insideWish } = this.#host.state();
    if (insideWish) this.inside(insideWish);
  }

  takeExample(): void {
    this.#host.send({ type: "example", index: this.#nextExample++ });
  }

  /** Whether what the network makes of each test image is to be shown: only then is it sent here. */
  wantAnswers(wanted: boolean): void {
    if (wanted === this.#host.state().wantsAnswers) return;
    this.#host.set({ wantsAnswers: wanted });
    this.#host.send({ type: "answers", wanted });
  }

  /** Gets test images that are not here yet. */
  wantTestExamples(wanted: number[]): void {
    const { testExamples } = this.#host.state();
    const indices = wanted.filter((index) => !testExamples.has(index));
    if (indices.length === 0) return;
    this.#host.set({
      testExamples: new Map([...testExamples, ...indices.map((index): [number, null] => [index, null])]),
    });
    this.#host.send({ type: "testExamples", indices });
  }

  /** Looks inside the network from now on, or no longer. */
  inside(wish: Omit<InsideWish, "pixels"> | null): void {
    const insideWish = wish && { ...wish, pixels: this.#drawing };
    this.#host.set({ insideWish, inside: wish ? this.#host.state().inside : null });
    this.#host.send({ type: "inside", wish: insideWish });
  }

  /** Gets something of the data set that is looked at. */
  explore(ask: Ask): void {
    this.#host.send({ type: "explore", ask });
  }

  /** Gets the examples of a step as the network gets them. */
  wantBatch(step: number): void {
    this.#host.send({ type: "batch", step });
  }

  /** Tells another worker what is looked at. */
  again(): void {
    const { wantsAnswers, insideWish } = this.#host.state();
    if (this.#drawing) this.#host.send({ type: "look", pixels: this.#drawing });
    if (wantsAnswers) this.#host.send({ type: "answers", wanted: true });
    if (insideWish) this.#host.send({ type: "inside", wish: insideWish });
  }

  /** A run was made ready on images of so many numbers: what was drawn for others is put away. */
  fit(numbers: number): void {
    if (this.#drawing && this.#drawing.length !== numbers) this.at(null);
  }

  /** The data came, of which nothing but a test image may have been missing. */
  complete(): void {
    const { insideWish, inside } = this.#host.state();
    if (insideWish && !inside) this.inside(insideWish);
  }

  hear(event: Sight): void {
    const { set, setSoon, state } = this.#host;
    switch (event.type) {
      case "cards":
        return set({ cards: event.cards });
      case "code":
        return set({ code: event.code });
      case "guess":
        return set({ guess: this.#drawing ? event.probabilities : null });
      case "answers":
        return set({ answers: event.answers });
      case "inside":
        this.norms.add(event.inside.step, event.inside.norms);
        return setSoon({ inside: event.inside });
      case "batch":
        return set({ batch: { step: event.step, examples: event.examples } });
      case "testExamples":
        return set({ testExamples: new Map([...state().testExamples, ...event.examples]) });
      case "explored":
        return set({ explored: learn(state().explored, event.found) });
      case "example":
        return set({ testExample: event.example });
    }
  }
}
