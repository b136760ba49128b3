import type { Requests } from "../protocol.js";

/** What panels asked the worker for and could not have: a sentence for each kind of request. The run goes on. */
export interface RequestsState {
  failed: Partial<Record<keyof Requests, string>>;
}

export const initialRequests: RequestsState = { failed: {} };

/** It is asked for once more. */
export function asked({ failed }: RequestsState, method: keyof Requests): RequestsState {
  const { [method]: _, ...others } = failed;
  return { failed: others };
}

export function failedRequest({ failed }: RequestsState, method: keyof Requests, message: string): RequestsState {
  return { failed: { ...failed, [method]: message } };
}
