import {
  errorValueOf,
  type ErrorValue,
  type Methods,
  type Params,
  type RequestMessage,
  type ResponseMessage,
  type Result,
} from "./protocol.js";

/** A result with buffers that are handed over instead of copied. */
export class Transferred<T> {
  constructor(
    readonly value: T,
    readonly buffers: Transferable[],
  ) {}
}

type Answer<T> = T | Transferred<T>;

/** A function for each method. The compiler asks for all of them, and for no other. */
export type RequestHandlers<M extends Methods<M>> = {
  [K in keyof M]: (params: Params<M, K>) => Answer<Result<M, K>> | Promise<Answer<Result<M, K>>>;
};

type Post = (response: ResponseMessage, transfer: Transferable[]) => void;

/**
 * Answers one request. Does not reject: an error of the handler is the response.
 * @param onError makes what was thrown into plain data
 */
export async function answerRequest<M extends Methods<M>>(
  handlers: RequestHandlers<M>,
  { id, method, params }: RequestMessage<M>,
  post: Post,
  onError: (thrown: unknown) => ErrorValue = errorValueOf,
): Promise<void> {
  const type = "response";
  try {
    // A page and its worker may be of two versions of the site.
    if (!Object.hasOwn(handlers, method)) throw new Error(`This worker has no method "${String(method)}".`);
    const handle: (params: never) => unknown = handlers[method];
    const answer = await handle(params as never);
    if (answer instanceof Transferred) post({ type, id, result: answer.value }, answer.buffers);
    else post({ type, id, result: answer }, []);
  } catch (thrown) {
    post({ type, id, error: onError(thrown) }, []);
  }
}

/** Where messages come from and go to: a dedicated worker's global scope, or a message port. */
export interface Port {
  onmessage: ((message: MessageEvent) => unknown) | null;
  postMessage(message: unknown, options: { transfer: Transferable[] }): void;
}

/** Answers every request that comes, each as it comes: for a worker that does nothing else. */
export function serveRequests<M extends Methods<M>>(port: Port, handlers: RequestHandlers<M>): void {
  port.onmessage = ({ data }: MessageEvent<RequestMessage<M>>) =>
    answerRequest(handlers, data, (response, transfer) => port.postMessage(response, { transfer }));
}
