// The script of a lab's worker in Node.

import type { LabRequest } from "./lab-messages.js";
import { LabWorker } from "./lab-worker.js";

const { parentPort } = process.getBuiltinModule("node:worker_threads");

const worker = new LabWorker((response, transfer) => parentPort?.postMessage(response, transfer));

parentPort?.on("message", (request: LabRequest) => void worker.receive(request));
