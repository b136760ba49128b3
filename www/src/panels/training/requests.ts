import type { Example } from "../../module.js";
import type { RequestHandlers } from "../../rpc/server.js";
import type { SubjectSource } from "../../worker/subject.js";

export interface TrainingRequests {
  /** The examples of a step as the network gets them. */
  batch: { params: { step: number }; result: Example[] | null };
}

export function trainingHandlers(subject: SubjectSource): RequestHandlers<TrainingRequests> {
  return { batch: ({ step }) => subject().run?.batch(step) ?? null };
}
