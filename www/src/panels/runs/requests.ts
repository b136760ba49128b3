import type { StoppedRun } from "../../module.js";
import { Transferred, type RequestHandlers } from "../../rpc/server.js";
import type { RequestContextSource } from "../../worker/request-context.js";

export interface RunsRequests {
  /** The checkpoint of a run that stopped, and whether this browser wrote it. */
  stoppedCheckpoint: { params: { stopped: StoppedRun }; result: { bytes: Uint8Array; sealed: boolean } | null };
}

export function runsHandlers(context: RequestContextSource): RequestHandlers<RunsRequests> {
  return {
    stoppedCheckpoint: async ({ stopped }) => {
      const checkpoint = await context().autosave?.read(stopped);
      return checkpoint ? new Transferred(checkpoint, [checkpoint.bytes.buffer as ArrayBuffer]) : null;
    },
  };
}
