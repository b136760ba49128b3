import { learn, type Ask } from "../panels/explorer/explored.js";
import { NormHistory } from "../panels/inside/norm-history.js";
import type { InspectionRequest } from "../panels/inside/inspection.js";
import type { Language } from "../module.js";
import type { Command, Requests, WorkerEvent } from "../protocol.js";
import type { State } from "./state.js";

/** What looking needs of the bench. */
export interface Host {
  state(): State;
  set(change: Partial<State>): void;
  /** The same for what comes with every step: whoever draws it is told at the next frame. */
  setSoon(change: Partial<State>): void;
  /** Sends to the worker, if there is one that answers. */
  send(command: Command): void;
  /** Asks that worker; the result is undefined where there is none, where it failed, or where it is of another run. */
  request<K extends keyof Requests>(
    method: K,
    params: Requests[K]["params"],
  ): Promise<Requests[K]["result"] | undefined>;
}

/** What the worker tells of the network by itself, for as long as somebody wants to know. */
export type InspectionEvent = Extract<WorkerEvent, { type: "prediction" | "predictions" | "inspection" }>;

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
  async describeAll(): Promise<void> {
    const { parsed } = this.#host.state();
    const cards = await this.#host.request("describeNetworks", { data: parsed?.values["data"] ?? "" });
    if (cards) this.#host.set({ cards });
  }

  /** Has the recipe said as a program. */
  async wantCode(language: Language): Promise<void> {
    const code = await this.#host.request("code", { language });
    if (code) this.#host.set({ code });
  }

  /** What the network makes of a picture, until there is none. */
  at(pixels: Float32Array | null): void {
    this.#drawing = pixels;
    this.#host.send({ type: "predict", pixels });
    if (!pixels) this.#host.set({ guess: null });
    const { insideWish } = this.#host.state();
    if (insideWish) this.inside(insideWish);
  }

  async takeExample(): Promise<void> {
    const testExample = await this.#host.request("testExample", { index: this.#nextExample++ });
    if (testExample) this.#host.set({ testExample });
  }

  /** Whether what the network makes of each test image is to be shown: only then is it sent here. */
  wantAnswers(wanted: boolean): void {
    if (wanted === this.#host.state().wantsAnswers) return;
    this.#host.set({ wantsAnswers: wanted });
    this.#host.send({ type: "sendPredictions", wanted });
  }

  /** Gets test images that are not here yet. */
  async wantTestExamples(wanted: number[]): Promise<void> {
    const { testExamples } = this.#host.state();
    const indices = wanted.filter((index) => !testExamples.has(index));
    if (indices.length === 0) return;
    this.#host.set({
      testExamples: new Map([...testExamples, ...indices.map((index): [number, null] => [index, null])]),
    });
    const examples = await this.#host.request("testExamples", { indices });
    if (examples) this.#host.set({ testExamples: new Map([...this.#host.state().testExamples, ...examples]) });
  }

  /** Looks inside the network from now on, or no longer. */
  inside(wish: Omit<InspectionRequest, "pixels"> | null): void {
    const insideWish = wish && { ...wish, pixels: this.#drawing };
    this.#host.set({ insideWish, inside: wish ? this.#host.state().inside : null });
    this.#host.send({ type: "inspect", request: insideWish });
  }

  /** Gets something of the data set that is looked at. */
  async explore(ask: Ask): Promise<void> {
    const found = await this.#host.request("explore", ask);
    if (found) this.#host.set({ explored: learn(this.#host.state().explored, found) });
  }

  /** Gets the examples of a step as the network gets them. */
  async wantBatch(step: number): Promise<void> {
    const examples = await this.#host.request("batch", { step });
    if (examples) this.#host.set({ batch: { step, examples } });
  }

  /** Tells another worker what is looked at. */
  again(): void {
    const { wantsAnswers, insideWish } = this.#host.state();
    if (this.#drawing) this.#host.send({ type: "predict", pixels: this.#drawing });
    if (wantsAnswers) this.#host.send({ type: "sendPredictions", wanted: true });
    if (insideWish) this.#host.send({ type: "inspect", request: insideWish });
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

  hear(event: InspectionEvent): void {
    const { set, setSoon } = this.#host;
    switch (event.type) {
      case "prediction":
        return set({ guess: this.#drawing ? event.probabilities : null });
      case "predictions":
        return set({ answers: event.predictions });
      case "inspection":
        this.norms.add(event.inspection.step, event.inspection.norms);
        return setSoon({ inside: event.inspection });
    }
  }
}
