import { messageOf } from "../../../crate/js/errors.js";
import type { ModuleWorker } from "../../../crate/js/module-worker.js";
import type { Command, Requests, WorkerEvent } from "../protocol.js";
import { whyNotLoaded } from "../new-version.js";
import { startPageWorker } from "../page-worker.js";
import { RequestClient } from "../rpc/client.js";
import { errorValueOf, RequestError, type ResponseMessage } from "../rpc/protocol.js";
import { isFatal } from "../state/run-state.js";
import { postRequest } from "../worker/file-parts.js";
import type { LifeMessage, Ping } from "../worker/life-messages.js";
import workerUrl from "../worker/main.ts?worker&url";
import { WorkerLife } from "./worker-life.js";
import { msg } from "../words/msg.js";
import { translated } from "../words/translated.js";

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

/** One that cannot be started says so by its events, too. */
export const startEngineWorker: StartWorker = (handle) => {
  try {
    return new DedicatedEngineWorker(startPageWorker(workerUrl, "bunsen"), handle);
  } catch (thrown) {
    return new MissingWorker(messageOf(thrown), handle);
  }
};

/** @param why empty where nobody knows */
const suddenEnd = (why: string): string =>
  why === ""
    ? msg("The worker came to a sudden end.")
    : msg("The worker came to a sudden end: {why}.", { why: translated(why).replace(/\.$/, "") });

export class DedicatedEngineWorker implements EngineWorker {
  handle: Handle;
  readonly #worker: ModuleWorker;
  readonly #client: RequestClient<Requests>;
  readonly #life: WorkerLife;
  /** The choice that it was last told of. */
  #id = 0;
  #opened = false;
  /** Nothing more is to be had of it, and whoever has its events knows. */
  #over = false;

  constructor(worker: ModuleWorker, handle: Handle) {
    this.handle = handle;
    this.#worker = worker;
    const post = (message: unknown, transfer: Transferable[]): void => worker.postMessage(message, transfer);
    this.#client = new RequestClient((message, transfer) => {
      postRequest(message, transfer, post).catch((thrown: unknown) =>
        this.#client.receive({ type: "response", id: message.id, error: errorValueOf(thrown) }),
      );
    });
    this.#life = new WorkerLife(
      () => worker.postMessage({ type: "ping" } satisfies Ping),
      (why) => this.#crashed(why ?? suddenEnd("")),
    );
    worker.onmessage = ({ data }: MessageEvent<WorkerEvent | ResponseMessage | LifeMessage>) => {
      if (this.#life.heard(data)) return;
      if (data.type === "response") return this.#client.receive(data);
      this.#opened ||= data.type === "opened";
      this.#over ||= data.type === "failed" && isFatal(data.failure);
      void this.#tell(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#crashed(suddenEnd(event.message));
    };
    worker.onmessageerror = () => this.#crashed(suddenEnd(msg("what it said could not be read")));
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
    this.#terminate();
  }

  #terminate(): void {
    this.#life.stop();
    this.#worker.terminate();
    this.#client.close({ kind: "closed", message: msg("The worker was ended.") });
  }

  /** Tells of an event; of an engine that could not be loaded, why. */
  async #tell(event: WorkerEvent): Promise<void> {
    if (event.type !== "failed" || event.failure.during !== "opening" || !globalThis.findNewVersion) {
      return this.handle(event);
    }
    const message = await whyNotLoaded(event.failure.message);
    this.handle({ ...event, failure: { ...event.failure, message } });
  }

  /** Waits a moment: mostly the worker can still say for itself what happened, and says it better. */
  #crashed(message: string): void {
    setTimeout(async () => {
      if (this.#over) return;
      this.#over = true;
      const during = this.#opened ? "training" : "opening";
      // What it was asked fails only after that: those who asked then know that it is dead.
      await this.#tell({ type: "failed", id: this.#id, failure: { kind: "crash", message, during } });
      // It may not be gone after all, and would go on.
      this.#terminate();
    }, LAST_WORDS_MS);
  }
}

/** In the place of a worker that the browser does not start, as a policy of the host may have it. */
class MissingWorker implements EngineWorker {
  handle: Handle;
  readonly #message: string;

  constructor(why: string, handle: Handle) {
    this.#message = msg("The browser does not start a worker here: {why}.", { why: why.replace(/\.$/, "") });
    this.handle = handle;
  }

  send(command: Command): void {
    if (command.type !== "open") return;
    const { id } = command;
    const failure = { kind: "crash", message: this.#message, during: "opening" } as const;
    // Not from within what the page is doing now.
    queueMicrotask(() => this.handle({ type: "failed", id, failure }));
  }

  request(): Promise<never> {
    return Promise.reject(new RequestError({ kind: "closed", message: this.#message }));
  }

  end(): void {}
}
