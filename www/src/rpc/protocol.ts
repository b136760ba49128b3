/**
 * Requests to a worker and its responses, matched by an id. What may be asked of a worker is one map of types:
 *
 * ```ts
 * interface Methods {
 *   double: { params: number; result: number };
 * }
 * ```
 *
 * `RequestClient<Methods>` asks, `serveRequests<Methods>` answers; both are checked against the map, so a method that
 * nobody answers does not compile. What nobody asked for (a run's progress, say) is no response: it is an event.
 */

/** A map from a method's name to what it is given and what it answers. */
export type Methods<M> = { [K in keyof M]: { params: unknown; result: unknown } };

export type Params<M extends Methods<M>, K extends keyof M> = M[K]["params"];
export type Result<M extends Methods<M>, K extends keyof M> = M[K]["result"];

/** Calls a method of the worker. A message with parameters of one method never names another. */
export type RequestMessage<M extends Methods<M>> = {
  [K in keyof M]: { type: "request"; id: number; method: K; params: Params<M, K> };
}[keyof M];

/** What a method answered, or why it did not. `id` is that of the request. */
export type ResponseMessage =
  { type: "response"; id: number; result: unknown } | { type: "response"; id: number; error: ErrorValue };

/** An error as plain data: errors lose their own fields on the way between threads. */
export interface ErrorValue {
  /** For programs: the `kind` of a `BunsenError`, else the error's name ("QuotaExceededError"). */
  kind: string;
  /** What it is about, where the error says so: a field of the recipe. */
  key?: string | undefined;
  /** For a person. */
  message: string;
}

/** What a request rejects with. */
export class RequestError extends Error {
  readonly kind: string;
  readonly key: string | undefined;

  constructor({ kind, key, message }: ErrorValue) {
    super(message);
    this.name = "RequestError";
    this.kind = kind;
    this.key = key;
  }
}

/** What was thrown, as plain data. */
export function errorValueOf(thrown: unknown): ErrorValue {
  const { kind, key, name, message } = Object(thrown) as Partial<Record<keyof ErrorValue | "name", unknown>>;
  const value: ErrorValue = {
    kind: typeof kind === "string" ? kind : typeof name === "string" ? name : "Error",
    message: typeof message === "string" && message !== "" ? message : String(thrown),
  };
  return typeof key === "string" ? { ...value, key } : value;
}
