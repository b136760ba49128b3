import type { Report } from "../module.js";
import type { Checkpoint, Command, Engine, Failure, Requests, WorkerEvent } from "../protocol.js";
import type { AppState } from "../state/app-state.js";
import { networkOf } from "../state/recipe.js";
import { wantedGoal } from "../state/run-state.js";
import type { EngineProbe, Opening } from "./engine-probe.js";
import { EngineSelector } from "./engine-selector.js";
import type { EngineWorker, StartWorker } from "./engine-worker.js";
import { msg } from "../words/msg.js";

/** How long a worker that is to end has to answer what it was asked. */
const LAST_ANSWER_MS = 3_000;

/** The worker that handed the run over, until its successor has shown that it trains. */
interface Predecessor {
  worker: EngineWorker;
  engine: Engine | null;
  handedOver: number | null;
}

/** What a link or a run file promises is of the CPU engine's bits: a run that is compared with it stays there to its end. */
const compared = (): string => msg("CPU: a run that is compared with a link or a run file is not handed over");

/** Which worker has the run: the one it began in, or that of a faster engine, which took it over. */
export class EngineWorkers {
  readonly #state: AppState;
  readonly #handle: (event: WorkerEvent) => void;
  readonly #startWorker: StartWorker;
  readonly #selector: EngineSelector;
  #worker: EngineWorker | undefined;
  /** The engine that the run is to go on with, once it stands at a step's end. */
  #successor: EngineProbe | undefined;
  #predecessor: Predecessor | undefined;
  /** Ends each of those that have yet to answer. */
  readonly #answering = new Set<() => void>();

  /** @param handle takes the events of the worker that has the run */
  constructor(state: AppState, handle: (event: WorkerEvent) => void, startWorker: StartWorker) {
    this.#state = state;
    this.#handle = handle;
    this.#startWorker = startWorker;
    this.#selector = new EngineSelector({
      startWorker,
      onReason: (reason) => state.stores.engine.update({ reason }),
      onFaster: (probe) => {
        this.#successor = probe;
        this.send({ type: "handOver" });
      },
    });
  }

  /**
   * Starts over in a new worker.
   * @param pending what the worker that there is has yet to answer: it ends once that is settled
   */
  start(pending: Promise<void> | null = null): void {
    const worker = this.#worker;
    if (worker && pending) {
      worker.handle = () => {};
      const end = (): void => {
        clearTimeout(timer);
        this.#answering.delete(end);
        worker.end();
      };
      const timer = setTimeout(end, LAST_ANSWER_MS);
      this.#answering.add(end);
      void pending.then(end);
    } else worker?.end();
    this.#worker = this.#startWorker(this.#handle);
  }

  /** Ends all of them, and hears of none any more. */
  dispose(): void {
    this.reset();
    for (const end of this.#answering) end();
    if (!this.#worker) return;
    this.#worker.handle = () => {};
    this.#worker.end();
  }

  send(command: Command): void {
    this.#worker?.send(command);
  }

  /** Rejects where the worker could not answer, or is ended before it does. */
  request<K extends keyof Requests>(method: K, params: Requests[K]["params"]): Promise<Requests[K]["result"]> {
    if (!this.#worker) return Promise.reject(new Error("There is no worker yet."));
    return this.#worker.request(method, params);
  }

  /**
   * Training begins: another engine may do it faster, which is found out beside it.
   * @param opening what another worker is told to have the same run
   */
  watch(opening: Opening): void {
    const { run, engine, recipe } = this.#current;
    if (run.phase !== "training" || engine.choice !== "auto" || !recipe.parsed) return;
    const network = networkOf(recipe);
    if (engine.engine?.kind === "gpu") {
      this.#state.stores.engine.update({ reason: this.#selector.reason(network) });
    } else if (this.#isCompared) {
      this.keepEngine();
      this.#state.stores.engine.update({ reason: compared() });
    } else if (run.goal === "end") {
      this.#selector.watch({ network, plan: run.prepared, opening });
    }
  }

  /** Whether a recipe was chosen that is not for the GPU engine, on which the last run ended: that has not been measured, or must not be used. */
  get needsNewWorker(): boolean {
    const { engine, recipe } = this.#current;
    if (engine.choice !== "auto" || engine.engine?.kind !== "gpu") return false;
    return this.#isCompared || !this.#selector.prefersGpu(networkOf(recipe));
  }

  /** Whether the run is compared with what a link or a run file promises. */
  get #isCompared(): boolean {
    const { recipe, files } = this.#state.stores;
    const { link } = recipe.current;
    const keys = new URLSearchParams(link.slice(link.indexOf("#") + 1));
    return files.current.opened !== null || keys.has("check") || keys.has("marks");
  }

  /** The worker that has the run trains: it need not be given back. */
  trained(reports: readonly Report[]): void {
    this.#endPredecessor();
    this.#selector.add(reports);
  }

  /** The worker that has the run stands with it at a step: it need not be given back, and no other engine is waited for. */
  stands(): void {
    this.keepEngine();
    this.#endPredecessor();
  }

  /** The run is finished. */
  finish(): void {
    this.#selector.finish();
    this.#endSuccessor();
  }

  /** No other engine is tried or waited for any more. */
  keepEngine(): void {
    this.#selector.stop();
    this.#endSuccessor();
  }

  /** Another run: nobody waits to take the last one back. */
  reset(): void {
    this.keepEngine();
    this.#endPredecessor();
  }

  /** The run stands at a checkpoint, and nobody trains it. Whether another worker goes on with it. */
  handOver(checkpoint: Checkpoint): boolean {
    const [worker, successor] = [this.#worker, this.#successor];
    const { engine, results } = this.#current;
    this.#successor = undefined;
    if (!worker || !successor) return false;
    worker.handle = () => {};
    this.#predecessor = { worker, engine: engine.engine, handedOver: results.handedOver };
    this.#worker = successor.release(this.#handle);
    this.#replaced(successor.engine ?? null, checkpoint.step);
    this.send({ type: "train", goal: "end", checkpoint });
    return true;
  }

  /** Where the successor cannot go on with the run, the worker that had it does. Whether there is one. */
  rollBack({ message }: Failure): boolean {
    if (!this.#predecessor) return false;
    const { worker, engine, handedOver } = this.#predecessor;
    this.#worker?.end();
    this.#worker = worker;
    this.#predecessor = undefined;
    worker.handle = this.#handle;
    const { recipe, run } = this.#current;
    this.#selector.failed(networkOf(recipe), new Error(message));
    this.#replaced(engine, handedOver);
    this.#state.stores.data.update({ fetching: null });
    if (wantedGoal(run) === null) this.#state.stores.run.dispatch({ type: "paused" });
    else this.send({ type: "train", goal: "end", checkpoint: null });
    return true;
  }

  #replaced(engine: Engine | null, handedOver: number | null): void {
    const { stores } = this.#state;
    stores.engine.update({ engine, worker: stores.engine.current.worker + 1 });
    stores.results.update({ handedOver });
  }

  /** The state, unobserved. */
  get #current() {
    const { run, engine, recipe, results } = this.#state.stores;
    return { run: run.current, engine: engine.current, recipe: recipe.current, results: results.current };
  }

  #endSuccessor(): void {
    this.#successor?.end();
    this.#successor = undefined;
  }

  #endPredecessor(): void {
    this.#predecessor?.worker.end();
    this.#predecessor = undefined;
  }
}
