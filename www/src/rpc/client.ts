import {
  RequestError,
  type ErrorValue,
  type Methods,
  type Params,
  type RequestMessage,
  type ResponseMessage,
  type Result,
} from "./protocol.js";

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: RequestError) => void;
}

/** The asking side. It owns no worker: it is given what posts a message, and is handed the responses. */
export class RequestClient<M extends Methods<M>> {
  readonly #post: (message: RequestMessage<M>, transfer: Transferable[]) => void;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #closed: RequestError | undefined;

  constructor(post: (message: RequestMessage<M>, transfer: Transferable[]) => void) {
    this.#post = post;
  }

  /**
   * Calls a method of the worker. Rejects with a `RequestError` where the method threw, or where the client is closed
   * before the response comes.
   * @param transfer buffers in `params` that are handed over instead of copied
   */
  request<K extends keyof M>(method: K, params: Params<M, K>, transfer: Transferable[] = []): Promise<Result<M, K>> {
    if (this.#closed) return Promise.reject(this.#closed);
    const id = this.#nextId++;
    const response = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#post({ type: "request", id, method, params } as RequestMessage<M>, transfer);
    return response as Promise<Result<M, K>>;
  }

  /** Takes a response from the worker. One to an unknown id is ignored: its request was given up. */
  receive(response: ResponseMessage): void {
    const pending = this.#pending.get(response.id);
    this.#pending.delete(response.id);
    if ("error" in response) pending?.reject(new RequestError(response.error));
    else pending?.resolve(response.result);
  }

  /** Rejects what is pending, and every later request. */
  close(why: ErrorValue): void {
    if (this.#closed) return;
    this.#closed = new RequestError(why);
    for (const { reject } of this.#pending.values()) reject(this.#closed);
    this.#pending.clear();
  }
}
