// A helper's script in Node.

import { parentPort } from "node:worker_threads";
import { obey } from "./assistant.js";
import type { Question } from "./crew.js";

parentPort?.on("message", (question: Question) =>
  obey(question, (reply, transfer) => parentPort?.postMessage(reply, transfer)),
);
