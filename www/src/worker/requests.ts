import type { Lab } from "../module.js";
import { panelHandlers } from "../panels/requests.js";
import type { Requests } from "../protocol.js";
import type { RequestHandlers } from "../rpc/server.js";
import { measure } from "./measure.js";
import type { RequestContextSource } from "./request-context.js";

/** These may wait for the network while the worker goes on with other things. */
export const WAITS_FOR_DATA: ReadonlySet<keyof Requests> = new Set(["explore", "testExample", "code"]);

/** What answers each request. None changes a run. */
export function requestHandlers(context: RequestContextSource): RequestHandlers<Requests> {
  return {
    ...panelHandlers(context),
    measure: async () => {
      const { lab, recipe } = context();
      return lab && recipe ? measured(lab, recipe.link) : null;
    },
    runFile: async ({ scores }) => {
      const { run, step, recipe } = context();
      if (!run || !recipe) return null;
      const { stepsPerEpoch } = run.plan;
      const began = performance.now();
      const text = await run.runFile(scores);
      return { step, text, values: recipe.values, stepsPerEpoch, milliseconds: performance.now() - began };
    },
    readRunFile: ({ text }) => {
      const { lab } = context();
      if (!lab) return null;
      const file = lab.readRunFile(text);
      return { file, values: lab.parse(file.link).values };
    },
  };
}

/** How fast a run of that recipe is trained, in a run that is then dropped. */
async function measured(lab: Lab, link: string): Promise<number> {
  const run = await lab.start(link);
  try {
    return await measure(run);
  } finally {
    run.free();
  }
}
