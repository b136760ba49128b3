import type { Command, Requests, WorkerEvent } from "../protocol.js";
import { RequestClient } from "../rpc/client.js";
import type { ResponseMessage } from "../rpc/protocol.js";

/** How long a worker that broke has to say why. */
const LAST_WORDS_MS = 300;

type Handle = (event: WorkerEvent) => void;

/** A worker with one engine. Its sudden end is an event, too. */
export interface EngineWorker {
  /** What its events go to. */
  handle: Handle;
  send(command: Command): void;
  /** Rejects with a `RequestError` where the worker could not answer, or is ended before it does. */
  request<K extends keyof Requests>(method: K, params: Requests[K]["params"]): Promise<Requests[K]["result"]>;
  /** Ends it, and the workers of its pool. */
  end(): void;
}

/** How workers are started; tests give their own. */
export type StartWorker = (handle: Handle) => EngineWorker;

export const startEngineWorker: StartWorker = (handle) => new DedicatedEngineWorker(handle);

class DedicatedEngineWorker implements EngineWorker {
  handle: Handle;
  readonly #worker = new Worker(new URL("../worker/main.ts", import.meta.url), { type: "module", name: "bunsen" });
  readonly #client = new RequestClient<Requests>((message, transfer) => this.#worker.postMessage(message, transfer));
  /** The choice that it was last told of. */
  #id = 0;
  #opened = false;
  #over = false;

  constructor(handle: Handle) {
    this.handle = handle;
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerEvent | ResponseMessage>) => {
      if (data.type === "response") return this.#client.receive(data);
      this.#opened ||= data.type === "opened";
      this.#over = data.type === "failed";
      this.handle(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#crashed(event.message);
    };
    this.#worker.onmessageerror = () => this.#crashed("what it said could not be read");
  }

  send(command: Command): void {
    if ("id" in command) this.#id = command.id;
    this.#worker.postMessage(command);
  }

  request<K extends keyof Requests>(method: K, params: Requests[K]["params"]): Promise<Requests[K]["result"]> {
    return this.#client.request(method, params);
  }

  end(): void {
    this.#over = true;
    this.#worker.terminate();
    this.#client.close({ kind: "closed", message: "The worker was ended." });
  }

  /** Waits a moment: mostly the worker can still say for itself what happened, and says it better. */
  #crashed(why: string): void {
    setTimeout(() => {
      if (this.#over) return;
      const message = `The worker came to a sudden end${why ? `: ${why.replace(/\.$/, "")}` : ""}.`;
      const during = this.#opened ? "training" : "opening";
      this.handle({ type: "failed", id: this.#id, failure: { kind: "crash", message, during } });
    }, LAST_WORDS_MS);
  }
}
