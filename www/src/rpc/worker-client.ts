import type { ModuleWorker } from "../../../crate/js/module-worker.js";
import { RequestClient } from "./client.js";
import type { Methods, Params, ResponseMessage, Result } from "./protocol.js";

/** A worker that does nothing but answer requests, from its start to its end. */
export class WorkerClient<M extends Methods<M>> {
  readonly #worker: ModuleWorker;
  readonly #client: RequestClient<M>;

  /** @param describeEnd what to say of its sudden end; `message` is what the browser says, empty where it says nothing */
  constructor(worker: ModuleWorker, describeEnd: (message: string) => string) {
    this.#worker = worker;
    this.#client = new RequestClient((message, transfer) => worker.postMessage(message, transfer));
    worker.onmessage = ({ data }: MessageEvent<ResponseMessage>) => this.#client.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.close(describeEnd(event.message ?? ""));
    };
  }

  /** @param transfer buffers in `params` that are handed over instead of copied */
  request<K extends keyof M>(method: K, params: Params<M, K>, transfer: Transferable[] = []): Promise<Result<M, K>> {
    return this.#client.request(method, params, transfer);
  }

  /** Ends the worker. What is pending, and every later request, rejects with that message. */
  close(message: string): void {
    this.#worker.terminate();
    this.#client.close({ kind: "closed", message });
  }
}
