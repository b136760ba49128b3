// What runs in a helper: loads the module it is given, and does its tasks one after another.

import * as build from "./cpu/bunsen.js";
import type { Question, Reply } from "./crew.js";
import { reasonOf } from "./errors.js";

/** The end of a channel that both browsers' workers and Node's threads have. */
interface Port {
  postMessage(reply: Reply, transfer: ArrayBuffer[]): void;
}

let assistant: build.Assistant | undefined;

function obey(question: Question, port: Port): void {
  const id = question.type === "task" ? question.id : undefined;
  try {
    if (question.type === "load") {
      build.initSync({ module: question.module });
      assistant = new build.Assistant();
      port.postMessage({ type: "loaded" }, []);
    } else {
      if (!assistant) throw new Error("it was asked before it was loaded");
      const answer = assistant.answer(question.task) as Uint8Array<ArrayBuffer>;
      port.postMessage({ type: "answer", id: question.id, answer }, [answer.buffer]);
    }
  } catch (thrown) {
    port.postMessage({ type: "failed", id, why: (assistant && build.lastPanic()) || reasonOf(thrown) }, []);
  }
}

if (import.meta.url.startsWith("file:")) {
  const { parentPort } = await import("node:worker_threads");
  parentPort?.on("message", (question: Question) => obey(question, parentPort));
} else {
  const scope = globalThis as unknown as Port & { onmessage: (event: MessageEvent<Question>) => void };
  scope.onmessage = ({ data }) => obey(data, scope);
}
