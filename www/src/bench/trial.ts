import type { Command, Engine, FailureKind, WorkerEvent } from "../protocol.js";
import { EngineWorker } from "./engine-worker.js";

/** How to open what a run is computed with. */
export type Opening = Omit<Extract<Command, { type: "open" }>, "type" | "engine">;

/** Why an engine could not be tried. */
export class TrialError extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
  ) {
    super(message);
  }
}

/** The GPU engine in a worker of its own, for a recipe that another engine is training. */
export class Trial {
  readonly #worker: EngineWorker;
  readonly #failed: Promise<never>;
  #fail: (error: TrialError) => void = () => {};
  #engine: Engine | undefined;
  #opened: (engine: Engine) => void = () => {};
  /** Its engine, open. Throws where it cannot be opened. */
  readonly ready: Promise<Engine>;

  constructor(opening: Opening) {
    this.#failed = new Promise((_, fail) => (this.#fail = fail));
    this.#failed.catch(() => {}); // Whoever waits hears of it.
    this.ready = Promise.race([new Promise<Engine>((give) => (this.#opened = give)), this.#failed]);
    this.#worker = new EngineWorker((event) => this.#hear(event));
    this.#worker.send({ type: "open", engine: "gpu", ...opening });
  }

  /** Images a second, from a few steps of the recipe. Throws where the engine does not pass its self-test. */
  measure(): Promise<number> {
    return Promise.race([this.#measure(), this.#failed]);
  }

  async #measure(): Promise<number> {
    const rate = await this.#worker.request("measure", null);
    if (rate === null) throw new TrialError("recipe", "There was no recipe to measure.");
    return rate;
  }

  /** Its worker, for whoever trains with it from now on. */
  take(hear: (event: WorkerEvent) => void): EngineWorker {
    this.#worker.hear = hear;
    return this.#worker;
  }

  /** What it computes with. */
  get engine(): Engine | undefined {
    return this.#engine;
  }

  end(): void {
    this.#worker.end();
  }

  #hear(event: WorkerEvent): void {
    switch (event.type) {
      case "opened":
      case "engine":
        this.#engine = event.engine;
        return;
      case "chosen":
        if (this.#engine) this.#opened(this.#engine);
        return;
      case "refused":
        return this.#fail(new TrialError("recipe", event.message));
      case "failed":
        return this.#fail(new TrialError(event.failure.kind, event.failure.message));
      default:
        // What else a worker says is about a run, and a trial starts none.
        return;
    }
  }
}
