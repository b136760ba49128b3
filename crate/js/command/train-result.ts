// What `bunsen train --json` prints: the native command prints the same keys.

import type { Score, Verdict } from "../api.js";

export interface TrainResult {
  status: "done" | "failed" | "interrupted";
  /** Why it failed, or ended early. */
  error: string | null;
  link: string | null;
  /** The data set's title. */
  data: string | null;
  engine: string | null;
  /** Steps done, and steps in all. */
  step: number;
  steps: number | null;
  /** The training loss of the last step; null where it is no finite number. */
  loss: number | null;
  scores: ScoreResult[];
  scoreOn: ({ data: string } & Omit<ScoreResult, "step">) | null;
  check: string | null;
  checkedLink: string | null;
  verdict: Pick<Verdict, "kind" | "text"> | null;
  notices: string[];
  folder: string | null;
  /** The files in the folder. */
  files: string[];
  /** The checkpoint to go on from, where it ended early. */
  checkpoint: string | null;
}

/** A score as a run file has it. */
export type ScoreResult = Pick<Score, "step" | "loss" | "accuracy" | "examples" | "tta">;

export const scoreResult = ({ step, loss, accuracy, examples, tta }: Score): ScoreResult => ({
  step,
  loss,
  accuracy,
  examples,
  ...(tta && { tta }),
});

/** Nothing is known yet. */
export const newResult = (): TrainResult => ({
  status: "failed",
  error: null,
  link: null,
  data: null,
  engine: null,
  step: 0,
  steps: null,
  loss: null,
  scores: [],
  scoreOn: null,
  check: null,
  checkedLink: null,
  verdict: null,
  notices: [],
  folder: null,
  files: [],
  checkpoint: null,
});
