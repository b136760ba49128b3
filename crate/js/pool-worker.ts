// What runs in a worker of the pool: loads the module it is sent, and computes its tasks one after another.

import * as build from "./cpu/bunsen.js";
import { messageOf } from "./errors.js";
import type { PoolRequest, PoolResponse } from "./worker-pool.js";

export type Post = (response: PoolResponse, transfer: ArrayBuffer[]) => void;

let worker: build.PoolWorker | undefined;

export function handle(request: PoolRequest, post: Post): void {
  const id = request.type === "task" ? request.id : undefined;
  try {
    if (request.type === "load") {
      build.initSync({ module: request.module });
      worker = new build.PoolWorker();
      post({ type: "loaded" }, []);
    } else {
      if (!worker) throw new Error("it was asked before it was loaded");
      const result = worker.run(request.task) as Uint8Array<ArrayBuffer>;
      post({ type: "result", id: request.id, result }, [result.buffer]);
    }
  } catch (thrown) {
    post({ type: "failed", id, why: (worker && build.lastPanic()) || messageOf(thrown) }, []);
  }
}
