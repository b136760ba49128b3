import type { Engine, EngineChoice } from "../protocol.js";

/** What computes. */
export interface EngineState {
  /** What a person chose. */
  choice: EngineChoice;
  engine: Engine | null;
  /** Why "Automatic" chose this engine, from what was measured. */
  reason: string | null;
  /** Goes up with every worker that takes the place of another, which knows nothing of what the page wants to be told. */
  worker: number;
}

export const initialEngine: EngineState = { choice: "auto", engine: null, reason: null, worker: 0 };
