import type { BunsenError, Normalization, ParsedLink, StoppedRun } from "../../module.js";
import { Transferred, type RequestHandlers } from "../../rpc/server.js";
import type { ReadLink } from "../../runs/run-queue.js";
import type { RequestContextSource } from "../../worker/request-context.js";
import { refusalOfLink, sortLink } from "../../worker/rest-of-link.js";

/** With what the module reads in it. */
export type ReadRecipe =
  Exclude<ReadLink, { type: "recipe" }> | (Extract<ReadLink, { type: "recipe" }> & { parsed: ParsedLink });
import { KeptModels } from "./worker/kept-models.js";

export interface RunsRequests {
  /** Whether a link is a recipe: what is wrong with it is a response, not an error. */
  readLink: { params: { link: string }; result: ReadRecipe | null };
  /**
   * What the network of a kept run makes of a picture; "unknown" where it has to be loaded from its checkpoint first.
   * `key`: of that checkpoint; `normalization`: of a person's own images, of which the link says nothing.
   */
  keptAnswer: {
    params: {
      key: string;
      link: string;
      pixels: Float32Array;
      checkpoint: Uint8Array | null;
      normalization: Normalization | null;
    };
    result:
      // `rounded`: to how many bits its weights are, where they are.
      | { type: "answer"; probabilities: Float32Array; rounded: number | null }
      | { type: "unknown" }
      | { type: "refused"; message: string }
      | null;
  };
  /** Nobody asks kept runs any more. */
  forgetKept: { params: Record<string, never>; result: null };
  /** The checkpoint of a run that stopped, and whether this browser wrote it. */
  stoppedCheckpoint: { params: { stopped: StoppedRun }; result: { bytes: Uint8Array; sealed: boolean } | null };
}

export function runsHandlers(context: RequestContextSource): RequestHandlers<RunsRequests> {
  const kept = new KeptModels();
  return {
    keptAnswer: async (asked) => {
      const { lab } = context();
      return lab ? kept.answer(lab, asked) : null;
    },
    forgetKept: () => {
      kept.forget();
      return null;
    },
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
        return { type: "refused", refusal: refusalOfLink({ key: key ?? null, message, allowed }, sortLink(lab, link)) };
      }
    },
    stoppedCheckpoint: async ({ stopped }) => {
      const checkpoint = await context().autosave?.read(stopped);
      return checkpoint ? new Transferred(checkpoint, [checkpoint.bytes.buffer as ArrayBuffer]) : null;
    },
  };
}
