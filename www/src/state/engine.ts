import type { Engine, EngineChoice } from "../protocol.js";

/** What a worker is at, that it does not break off. */
export type Occupation = "preparing" | "step" | "scoring";

/** What computes. */
export interface EngineState {
  /** What a person chose. */
  choice: EngineChoice;
  /** How many workers the CPU engine may use; null: as many as suit the machine. */
  workers: number | null;
  engine: Engine | null;
  /** Why "Automatic" chose this engine, from what was measured. */
  reason: string | null;
  /** Goes up with every worker that takes the place of another, which knows nothing of what the page wants to be told. */
  worker: number;
  /** What the worker is still at, where it was told something that is to take effect at once, and has not. */
  waitsFor: Occupation | null;
}

export const initialEngine: EngineState = {
  choice: "auto",
  workers: null,
  engine: null,
  reason: null,
  worker: 0,
  waitsFor: null,
};
