// The script of a pool's worker in a browser.

import { handle } from "./pool-worker.js";
import type { PoolRequest } from "./worker-pool.js";

self.onmessage = ({ data }: MessageEvent<PoolRequest>) =>
  handle(data, (response, transfer) => self.postMessage(response, { transfer }));
