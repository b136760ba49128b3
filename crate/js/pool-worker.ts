// What runs in a worker of the pool: loads the module it is sent, and computes its tasks one after another.

import { build } from "./build.js";
import * as bindings from "./cpu/bunsen.js";
import { messageOf } from "./errors.js";
import type { PoolRequest, PoolResponse } from "./worker-pool.js";

export type Post = (response: PoolResponse, transfer: ArrayBuffer[]) => void;

let worker: bindings.PoolWorker | undefined;

export function handle(request: PoolRequest, post: Post): void {
  const id = request.type === "task" ? request.id : undefined;
  try {
    if (request.type === "load") {
      // After a deployment, a browser may have kept one of the two.
      if (request.build !== build) throw new Error("its script is of another build of Bunsen");
      bindings.initSync({ module: request.module });
      worker = new bindings.PoolWorker();
      post({ type: "loaded" }, []);
    } else {
      if (!worker) throw new Error("it was asked before it was loaded");
      const result = worker.run(request.task) as Uint8Array<ArrayBuffer>;
      post({ type: "result", id: request.id, result }, [result.buffer]);
    }
  } catch (thrown) {
    post({ type: "failed", id, why: (worker && bindings.lastPanic()) || messageOf(thrown) }, []);
  }
}
