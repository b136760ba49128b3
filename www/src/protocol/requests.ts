import type { RunFile, Score } from "../module.js";
import type { PanelRequests } from "../panels/requests.js";

export type { ReadFiles } from "../panels/custom-images/requests.js";

/**
 * What the page asks of its worker: each request has one response. They wait their turn among the commands, so a
 * response is of the run at hand where the request was made. Null where there is no run (or no recipe) to ask about.
 */
export interface Requests extends PanelRequests {
  /** Trains a few steps of the recipe, in a run that is then dropped: how many images a second. */
  measure: { params: null; result: number | null };
  /**
   * A run file of the run so far, with its scores, and what the list of runs wants to know beside it. `milliseconds`: how long
   * it took to make.
   */
  runFile: {
    params: { scores: Score[] };
    result: {
      step: number;
      text: string;
      values: Record<string, string>;
      stepsPerEpoch: number;
      milliseconds: number;
    } | null;
  };
  /** Reads a run file that a person opened; `values` are its recipe's. */
  readRunFile: {
    params: { text: string };
    result: { file: RunFile; values: Record<string, string> } | null;
  };
}
