/** What the stage asks the page's worker for. */
import type { ExportedGraph } from "../module.js";
import type { RequestHandlers } from "../rpc/server.js";
import type { RequestContextSource } from "../worker/request-context.js";

export interface StageRequests {
  /** The computation graph of the network at hand; null where it has operations that no other network has. */
  networkGraph: { params: Record<string, never>; result: ExportedGraph | null };
}

export function stageHandlers(context: RequestContextSource): RequestHandlers<StageRequests> {
  return {
    networkGraph: () => {
      const { lab, recipe } = context();
      return (lab && recipe && lab.graph(recipe.link)) ?? null;
    },
  };
}
