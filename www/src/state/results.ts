import type { Plan, Score, StoppedRun, Verdict } from "../module.js";
import type { Checkpoint } from "../protocol.js";
import type { Estimate } from "./timing.js";

/** What is known of the run at hand, but for its states and steps. */
export interface ResultsState {
  /** How fast a run of this recipe would be here, measured before it began; null until it was. */
  estimate: Estimate | "unknown" | null;
  score: Score | null;
  /** Why the last step that was to be scored was not; null where it was. */
  scoreFailure: string | null;
  /** The last one on the training examples that are kept apart. */
  validation: Score | null;
  /** How the run compares with what its link or the opened run file promises. */
  verdict: Verdict | null;
  /** The last one that there is: another engine can go on from it. */
  checkpoint: Checkpoint | null;
  /** Where another engine took the run over: its check is then that of no other run. */
  handedOver: number | null;
  /** Steps up to this one come from a file that was opened. */
  computedFrom: number;
  /** To how many bits the weights were rounded of the checkpoint that the run goes on from; null where they were not. */
  rounded: number | null;
  /** What is worth knowing of the recipe and of the run, each once. */
  notices: string[];
  /** Of these, what the last prepared run said: it stays until the next one says otherwise. */
  runNotices: string[];
  /** A run of this recipe that the browser's storage has from before; undefined until that is known. */
  stoppedRun: StoppedRun | null | undefined;
  /** Why the run is not kept in the storage. */
  autosaveNotice: string | null;
}

export const initialResults: ResultsState = {
  estimate: null,
  score: null,
  scoreFailure: null,
  validation: null,
  verdict: null,
  checkpoint: null,
  handedOver: null,
  computedFrom: 0,
  rounded: null,
  notices: [],
  runNotices: [],
  stoppedRun: undefined,
  autosaveNotice: null,
};

/** Another run takes the place of the last. What is said of the storage holds on, and notices until there are others. */
export function withoutRun({ notices, runNotices, autosaveNotice }: ResultsState): ResultsState {
  return { ...initialResults, notices, runNotices, autosaveNotice };
}

/** The run is prepared. A checkpoint knows of every engine that computed it. */
export function prepared(results: ResultsState, plan: Plan): ResultsState {
  return { ...results, handedOver: plan.handedOver ?? results.handedOver, computedFrom: plan.computedFrom };
}

/** The link's notices and the run's. */
export function withNotices(results: ResultsState, ofLink: string[], ofRun: string[]): ResultsState {
  return { ...results, notices: [...new Set([...ofLink, ...ofRun])], runNotices: ofRun };
}
