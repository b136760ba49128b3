import type { Report } from "../module.js";
import type { Checkpoint, Command, Engine, Failure, Requests, WorkerEvent } from "../protocol.js";
import { Chooser } from "./chooser.js";
import { EngineWorker } from "./engine-worker.js";
import { networkOf, type State } from "./state.js";
import type { Opening, Trial } from "./trial.js";

/** What the relay needs of the bench. */
export interface Host {
  state(): State;
  set(change: Partial<State>): void;
  /** Hears the worker that has the run. */
  hear(event: WorkerEvent): void;
  /** Whether training is asked for. */
  wanted(): boolean;
}

interface Predecessor {
  worker: EngineWorker;
  engine: Engine | null;
  handedOver: number | null;
}

/** Which worker has the run: the one it began in, or that of a faster engine, which took it over. */
export class Relay {
  readonly #host: Host;
  readonly #chooser: Chooser;
  #worker: EngineWorker | undefined;
  /** The engine that a run is to go on with, once it has come to a step's end. */
  #successor: Trial | undefined;
  /** Whoever handed the run over, until the successor has shown that it trains. */
  #predecessor: Predecessor | undefined;

  constructor(host: Host) {
    this.#host = host;
    this.#chooser = new Chooser({
      said: (choice) => host.set({ choice }),
      handOver: (to) => this.#handOver(to),
    });
  }

  /** Starts over in a new worker. */
  spawn(): void {
    this.#worker?.end();
    this.#worker = new EngineWorker((event) => this.#host.hear(event));
  }

  send(command: Command): void {
    this.#worker?.send(command);
  }

  request<K extends keyof Requests>(method: K, params: Requests[K]["params"]): Promise<Requests[K]["result"]> {
    if (!this.#worker) return Promise.reject(new Error("There is no worker yet."));
    return this.#worker.request(method, params);
  }

  /** While a run goes on to its end: whether another engine would do it faster. `opening` opens what it is computed with. */
  watch(whole: boolean, opening: Opening): void {
    const state = this.#host.state();
    const network = networkOf(state);
    const { engineChoice, engine, plan } = state;
    if (engineChoice !== "auto" || !plan || !state.parsed) return;
    if (engine?.kind === "gpu") return this.#host.set({ choice: this.#chooser.reason(network) });
    if (whole) this.#chooser.watch({ network, plan, opening });
  }

  /** Whether a recipe was chosen for which the GPU engine, on which the last run ended, has not been measured. */
  get startsAnew(): boolean {
    const state = this.#host.state();
    return state.engineChoice === "auto" && state.engine?.kind === "gpu" && !this.#chooser.prefersGpu(networkOf(state));
  }

  /** The worker that has the run trains. */
  trained(reports: Report[]): void {
    this.#dismiss();
    this.#chooser.add(reports);
  }

  finish(): void {
    this.#chooser.finish();
    this.#giveUpSuccessor();
  }

  /** No other engine is tried or waited for any more. */
  stay(): void {
    this.#chooser.stop();
    this.#giveUpSuccessor();
  }

  /** Another run: nobody waits to take the last one back. */
  begin(): void {
    this.stay();
    this.#dismiss();
  }

  /** The run stands at a checkpoint, and nobody trains it. Whether another worker goes on with it. */
  handedOver(checkpoint: Checkpoint): boolean {
    const [worker, successor, { engine, handedOver }] = [this.#worker, this.#successor, this.#host.state()];
    this.#successor = undefined;
    if (!worker || !successor) return false;
    worker.hear = () => {};
    this.#predecessor = { worker, engine, handedOver };
    this.#worker = successor.take((event) => this.#host.hear(event));
    this.#host.set({ engine: successor.engine ?? null, handedOver: checkpoint.step });
    this.send({ type: "train", steps: null, checkpoint });
    return true;
  }

  /** Where the successor could not go on with the run, the one who had it does. Whether there is one. */
  takeBack({ message }: Failure): boolean {
    if (!this.#predecessor) return false;
    const { worker, engine, handedOver } = this.#predecessor;
    this.#worker?.end();
    this.#worker = worker;
    this.#predecessor = undefined;
    worker.hear = (event) => this.#host.hear(event);
    this.#chooser.failed(networkOf(this.#host.state()), new Error(message));
    this.#host.set({ engine, handedOver, preparing: false, fetching: null });
    if (this.#host.wanted()) this.send({ type: "train", steps: null, checkpoint: null });
    else this.#host.set({ phase: "paused" });
    return true;
  }

  #handOver(to: Trial): void {
    this.#successor = to;
    this.send({ type: "handOver" });
  }

  #giveUpSuccessor(): void {
    this.#successor?.end();
    this.#successor = undefined;
  }

  #dismiss(): void {
    this.#predecessor?.worker.end();
    this.#predecessor = undefined;
  }
}
