// The script of a pool's worker in Node.

import { parentPort } from "node:worker_threads";
import { handle } from "./pool-worker.js";
import type { PoolRequest } from "./worker-pool.js";

parentPort?.on("message", (request: PoolRequest) =>
  handle(request, (response, transfer) => parentPort?.postMessage(response, transfer)),
);
