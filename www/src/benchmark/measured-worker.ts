import type { Methods, Params, Result } from "../rpc/protocol.js";
import type { ModuleWorker } from "../../../crate/js/module-worker.js";
import { WorkerClient } from "../rpc/worker-client.js";
import { reasonOf } from "./text.js";

/** The page's side of a worker that is measured. */
export class MeasuredWorker<M extends Methods<M>> {
  readonly #client: WorkerClient<M>;
  #late = false;

  /** @param name whose worker it is, for the sentences */
  constructor(
    readonly name: string,
    spawn: () => ModuleWorker,
  ) {
    this.#client = new WorkerClient(spawn(), (message) => {
      const why = message
        ? `came to a sudden end: ${reasonOf(message)}`
        : "could not be loaded. Look at the connection and try again.";
      return `The script of ${name} ${why}`;
    });
  }

  /** @param patience seconds after which the worker is given up */
  request<K extends keyof M>(method: K, params: Params<M, K>, patience = Infinity): Promise<Result<M, K>> {
    const timer = Number.isFinite(patience)
      ? setTimeout(() => {
          this.#late = true;
          this.close(`${this.name} did not answer within ${patience} seconds.`);
        }, 1000 * patience)
      : undefined;
    return this.#client.request(method, params).finally(() => clearTimeout(timer));
  }

  /** Whether it was given up because it did not answer in time. A clock does not tell: a timer may fire a moment early. */
  get late(): boolean {
    return this.#late;
  }

  /** Ends the worker; whoever waits for it is told why. */
  close(why: string): void {
    this.#client.close(why);
  }
}
