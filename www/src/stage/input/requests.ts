import type { Example } from "../../module.js";
import type { RequestHandlers } from "../../rpc/server.js";
import type { RequestContextSource } from "../../worker/request-context.js";

export interface TryRequests {
  /** A test image; indices past the last begin anew. Waits until the test images are there. */
  testExample: { params: { index: number }; result: Example | null };
}

export function tryHandlers(context: RequestContextSource): RequestHandlers<TryRequests> {
  return {
    testExample: async ({ index }) => {
      const { run } = context();
      if (!run) return null;
      await run.testReady();
      return run.examples("test", index % Math.max(1, run.data.test), 1)[0] ?? null;
    },
  };
}
