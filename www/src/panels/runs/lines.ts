import type { StoredRun } from "../../runs/stored-run.js";

/** A run that can be compared: one of the list, or the one at hand while it trains. */
export type ComparedRun = Pick<
  StoredRun,
  | "id"
  | "name"
  | "values"
  | "link"
  | "steps"
  | "curves"
  | "scores"
  | "stepsPerEpoch"
  | "seconds"
  | "secondsPerStep"
  | "isFromFile"
  | "data"
  | "dataDigest"
  | "slot"
>;

/** A run in the chart. */
export interface Line {
  run: ComparedRun;
  /** From 0: its letter, colour and dashes follow from it. */
  slot: number;
  /** What it is called beside the others. */
  name: string;
  /** How far it is, from 0 to 1, while it trains; null where it does not. */
  progress: number | null;
}
