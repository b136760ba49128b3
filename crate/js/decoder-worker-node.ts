// The script of a decoder pool's worker in Node.

import type { DecoderRequest } from "./decoder-pool.js";
import { handle } from "./decoder-worker.js";

const { parentPort } = process.getBuiltinModule("node:worker_threads");

parentPort?.on("message", (request: DecoderRequest) => {
  void handle(request, (response, transfer) => parentPort?.postMessage(response, transfer));
});
