import type { Example } from "../../module.js";
import type { RequestHandlers } from "../../rpc/server.js";
import type { RequestContextSource } from "../../worker/request-context.js";

export interface TrainingRequests {
  /** The examples of a step as the network gets them. */
  batch: { params: { step: number }; result: Example[] | null };
}

export function trainingHandlers(context: RequestContextSource): RequestHandlers<TrainingRequests> {
  return { batch: ({ step }) => context().run?.batch(step) ?? null };
}
