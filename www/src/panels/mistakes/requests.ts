import type { Example } from "../../module.js";
import type { RequestHandlers } from "../../rpc/server.js";
import type { RequestContextSource } from "../../worker/request-context.js";

export interface MistakesRequests {
  /** Test images by their indices; those that are not there are left out. */
  testExamples: { params: { indices: number[] }; result: [index: number, example: Example][] };
}

export function mistakesHandlers(context: RequestContextSource): RequestHandlers<MistakesRequests> {
  return {
    testExamples: ({ indices }) => {
      const { run } = context();
      if (!run) return [];
      return indices.flatMap((index) =>
        run.examples("test", index, 1).map((example): [number, Example] => [index, example]),
      );
    },
  };
}
