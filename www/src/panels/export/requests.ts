import type { WeightsInfo } from "../../module.js";
import type { HeldWeights } from "../../protocol.js";
import { Transferred, type RequestHandlers } from "../../rpc/server.js";
import type { RequestContextSource } from "../../worker/request-context.js";

export interface ExportRequests {
  /** A file of the network or of the run as it stands. */
  exportFile: {
    params: { what: "weights" | "checkpoint" };
    result: { step: number; content: Uint8Array } | null;
  };
  /** Reads a checkpoint that a person opened: its recipe and its step. */
  readCheckpoint: { params: { bytes: Uint8Array }; result: { link: string; step: number } | null };
  /** Reads a file of weights that a person opened. Nothing of it is kept. */
  readWeights: { params: { bytes: Uint8Array }; result: WeightsInfo | null };
  /** Keeps a file of weights, from which runs can then start: without one, that of the run as it stands. */
  keepWeights: { params: { bytes: Uint8Array | null }; result: HeldWeights | null };
}

export function exportHandlers(context: RequestContextSource): RequestHandlers<ExportRequests> {
  return {
    exportFile: async ({ what }) => {
      const { run, step } = context();
      if (!run) return null;
      const content = await (what === "weights" ? run.weights() : run.checkpoint());
      return new Transferred({ step, content }, [content.buffer as ArrayBuffer]);
    },
    readCheckpoint: ({ bytes }) => {
      const { lab } = context();
      if (!lab) return null;
      const { link, step } = lab.readCheckpoint(bytes);
      return { link, step };
    },
    readWeights: ({ bytes }) => context().lab?.readWeights(bytes) ?? null,
    keepWeights: async ({ bytes }) => {
      const { run, weights } = context();
      const file = bytes ?? (await run?.weights());
      return file && weights ? weights.keep(file) : null;
    },
  };
}
