// The script of a pool's worker in Node.

import { handle } from "./pool-worker.js";
import type { PoolRequest } from "./worker-pool.js";

const { parentPort } = process.getBuiltinModule("node:worker_threads");

parentPort?.on("message", (request: PoolRequest) =>
  handle(request, (response, transfer) => parentPort?.postMessage(response, transfer)),
);
