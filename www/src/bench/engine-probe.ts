import type { Command, Engine, FailureKind, WorkerEvent } from "../protocol.js";
import type { EngineWorker, StartWorker } from "./engine-worker.js";

/** What a worker needs to open an engine for a run, apart from the choice of the engine and its workers. */
export type Opening = Omit<Extract<Command, { type: "open" }>, "type" | "engine" | "workers">;

/** Why an engine could not be tried. */
export class ProbeError extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
  ) {
    super(message);
  }
}

/** The GPU engine in a worker of its own, for a recipe that another engine is training. */
export class EngineProbe {
  readonly #worker: EngineWorker;
  readonly #failed: Promise<never>;
  #fail: (error: ProbeError) => void = () => {};
  #engine: Engine | undefined;
  #opened: (engine: Engine) => void = () => {};
  /** Its engine, open. Rejects where it cannot be opened. */
  readonly ready: Promise<Engine>;

  constructor(opening: Opening, startWorker: StartWorker) {
    this.#failed = new Promise((_, reject) => (this.#fail = reject));
    this.#failed.catch(() => {}); // Whoever waits for something is told.
    this.ready = Promise.race([new Promise<Engine>((resolve) => (this.#opened = resolve)), this.#failed]);
    this.#worker = startWorker((event) => this.#handle(event));
    this.#worker.send({ type: "open", engine: "gpu", workers: null, ...opening });
  }

  /** Images a second, from a few steps of the recipe. Rejects where the engine does not pass its self-test. */
  measure(): Promise<number> {
    return Promise.race([this.#measure(), this.#failed]);
  }

  async #measure(): Promise<number> {
    const rate = await this.#worker.request("measure", null);
    if (rate === null) throw new ProbeError("recipe", "There was no recipe to measure.");
    return rate;
  }

  /** Its worker, for whoever trains with it from now on. */
  release(handle: (event: WorkerEvent) => void): EngineWorker {
    this.#worker.handle = handle;
    return this.#worker;
  }

  /** What it computes with. */
  get engine(): Engine | undefined {
    return this.#engine;
  }

  end(): void {
    this.#worker.end();
  }

  /** Of what a worker may tell, this alone is of interest before there is a run on it. */
  #handle(event: WorkerEvent): void {
    switch (event.type) {
      case "opened":
      case "engine":
        this.#engine = event.engine;
        return;
      case "chosen":
        if (this.#engine) this.#opened(this.#engine);
        return;
      case "refused":
        return this.#fail(new ProbeError("recipe", event.refusal.message));
      case "failed":
        return this.#fail(new ProbeError(event.failure.kind, event.failure.message));
      default:
        // What else a worker tells is about a run, and a probe starts none.
        return;
    }
  }
}
