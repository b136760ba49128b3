import type { Answer, Normalization, UnreadFile } from "../../module.js";
import type { ImageShape } from "../../pixels.js";
import type { GivenFile } from "../../protocol.js";
import type { RequestHandlers } from "../../rpc/server.js";
import type { RequestContextSource } from "../../worker/request-context.js";
import { Answering } from "./worker/answering.js";

export interface AnswersRequests {
  /** Begins to answer a person's files with the network as it is now. What was begun before is stopped. Null where there is no run. */
  beginAnswers: {
    // `normalization`: of a person's own images, of which the link says nothing.
    // `only`: the paths of those that are asked about; null for all.
    params: { files: GivenFile[]; only: readonly string[] | null; normalization: Normalization | null };
    result: BegunAnswers | null;
  };
  /** What came since the last part, once there is something. Null where that is under way no more. */
  nextAnswers: { params: { job: number }; result: AnswersPart | null };
  /** Stops it. */
  stopAnswers: { params: Record<string, never>; result: null };
}

/** The network that answers. */
export interface BegunAnswers {
  job: number;
  /** Its step. */
  step: number;
  classes: readonly string[];
  shape: ImageShape;
}

/** An answer, with the image as the network was given it. */
export type AnsweredImage = Answer & { pixels: Uint8Array };

export interface AnswersPart {
  /** Files that were read, of all. */
  done: number;
  total: number;
  answers: readonly AnsweredImage[];
  /** How it ended; null while it goes on. */
  end: AnswersEnd | null;
}

export type AnswersEnd =
  { type: "done"; unread: readonly UnreadFile[]; notices: readonly string[] } | { type: "failed"; message: string };

export function answersHandlers(context: RequestContextSource): RequestHandlers<AnswersRequests> {
  const answering = new Answering();
  return {
    beginAnswers: (asked) => answering.begin(context(), asked),
    nextAnswers: ({ job }) => answering.next(job),
    stopAnswers: () => {
      answering.stop();
      return null;
    },
  };
}
