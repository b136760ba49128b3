import type { BunsenError, ParsedLink, StoppedRun } from "../../module.js";
import { Transferred, type RequestHandlers } from "../../rpc/server.js";
import type { ReadLink } from "../../runs/run-queue.js";
import type { RequestContextSource } from "../../worker/request-context.js";

/** With what the module reads in it. */
export type ReadRecipe =
  Exclude<ReadLink, { type: "recipe" }> | (Extract<ReadLink, { type: "recipe" }> & { parsed: ParsedLink });

export interface RunsRequests {
  /** Whether a link is a recipe: what is wrong with it is a response, not an error. */
  readLink: { params: { link: string }; result: ReadRecipe | null };
  /** The checkpoint of a run that stopped, and whether this browser wrote it. */
  stoppedCheckpoint: { params: { stopped: StoppedRun }; result: { bytes: Uint8Array; sealed: boolean } | null };
}

export function runsHandlers(context: RequestContextSource): RequestHandlers<RunsRequests> {
  return {
    readLink: ({ link }) => {
      const { lab } = context();
      if (!lab) return null;
      try {
        // What its network asks for is refused by the description alone.
        lab.describe(link);
        const parsed = lab.parse(link);
        return { type: "recipe", link: parsed.link, parsed };
      } catch (thrown) {
        const { kind, key, message, allowed } = thrown as BunsenError;
        if (kind !== "recipe") throw thrown;
        return { type: "refused", refusal: { key: key ?? null, message, allowed } };
      }
    },
    stoppedCheckpoint: async ({ stopped }) => {
      const checkpoint = await context().autosave?.read(stopped);
      return checkpoint ? new Transferred(checkpoint, [checkpoint.bytes.buffer as ArrayBuffer]) : null;
    },
  };
}
