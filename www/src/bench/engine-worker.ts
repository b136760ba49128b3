import type { Command, Requests, WorkerEvent } from "../protocol.js";
import { RequestClient } from "../rpc/client.js";
import type { ResponseMessage } from "../rpc/protocol.js";

/** How long a worker that broke has to say why. */
const LAST_WORDS_MS = 300;

/** A worker with one engine: its events are heard, and so is its sudden end. */
export class EngineWorker {
  readonly #worker = new Worker(new URL("../worker/main.ts", import.meta.url), { type: "module", name: "bunsen" });
  readonly #client = new RequestClient<Requests>((message, transfer) => this.#worker.postMessage(message, transfer));
  /** Who hears it. */
  hear: (event: WorkerEvent) => void;
  /** The choice that it was last told of. */
  #id = 0;
  #opened = false;
  #over = false;

  constructor(hear: (event: WorkerEvent) => void) {
    this.hear = hear;
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerEvent | ResponseMessage>) => {
      if (data.type === "response") return this.#client.receive(data);
      this.#opened ||= data.type === "opened";
      this.#over = data.type === "failed";
      this.hear(data);
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

  /** Rejects with a `RequestError` where the worker could not answer, or is ended before it does. */
  request<K extends keyof Requests>(method: K, params: Requests[K]["params"]): Promise<Requests[K]["result"]> {
    return this.#client.request(method, params);
  }

  /** Ends it, and the workers that help it. */
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
      this.hear({ type: "failed", id: this.#id, failure: { kind: "crash", message, during } });
    }, LAST_WORDS_MS);
  }
}
