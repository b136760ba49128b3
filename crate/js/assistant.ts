// What runs in a helper: loads the module it is given, and does its tasks one after another.

import * as build from "./cpu/bunsen.js";
import type { Question, Reply } from "./crew.js";
import { reasonOf } from "./errors.js";

/** Answers, and what of the answer is given away. */
export type Post = (reply: Reply, transfer: ArrayBuffer[]) => void;

let assistant: build.Assistant | undefined;

export function obey(question: Question, post: Post): void {
  const id = question.type === "task" ? question.id : undefined;
  try {
    if (question.type === "load") {
      build.initSync({ module: question.module });
      assistant = new build.Assistant();
      post({ type: "loaded" }, []);
    } else {
      if (!assistant) throw new Error("it was asked before it was loaded");
      const answer = assistant.answer(question.task) as Uint8Array<ArrayBuffer>;
      post({ type: "answer", id: question.id, answer }, [answer.buffer]);
    }
  } catch (thrown) {
    post({ type: "failed", id, why: (assistant && build.lastPanic()) || reasonOf(thrown) }, []);
  }
}
