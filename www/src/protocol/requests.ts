import type { Example, AddedFiles, Language, CustomDatasetOptions, RunFile, Score } from "../module.js";
import type { ExplorerRequest, ExplorerResponse } from "../panels/explorer/exploration.js";
import type { Card, Code, CustomDatasetInfo, GivenFile } from "./types.js";

/**
 * What the page asks of its worker: each request has one response. They wait their turn among the commands, so a
 * response is of the run at hand where the request was made. Null where there is no run (or no recipe) to ask about.
 */
export interface Requests {
  /** Trains a few steps of the recipe, in a run that is then dropped: how many images a second. */
  measure: { params: null; result: number | null };
  /** Every network, on that data where it takes it. */
  describeNetworks: { params: { data: string }; result: Card[] };
  /** The recipe as a program. */
  code: { params: { language: Language }; result: Code | null };
  /** A test image; those past the last begin anew. Waits until the test images are there. */
  testExample: { params: { index: number }; result: Example | null };
  /** Test images by their places; those that are not there are left out. */
  testExamples: { params: { indices: number[] }; result: [index: number, example: Example][] };
  /** Something of the data set. */
  explore: { params: ExplorerRequest; result: ExplorerResponse | null };
  /** The examples of a step as the network gets them. */
  batch: { params: { step: number }; result: Example[] | null };
  /** A file of the network or of the run as it stands. */
  exportFile: {
    params: { what: "weights" | "checkpoint" };
    result: { step: number; content: Uint8Array } | null;
  };
  /** A run file of the run so far, with its scores, and what the list of runs wants to know beside it. */
  runFile: {
    params: { scores: Score[] };
    result: { step: number; text: string; values: Record<string, string>; stepsPerEpoch: number } | null;
  };
  /** Reads a checkpoint that a person opened: its recipe and its step. */
  readCheckpoint: { params: { bytes: Uint8Array }; result: { link: string; step: number } | null };
  /** Reads a run file that a person opened; `values` are its recipe's. */
  readRunFile: {
    params: { text: string };
    result: { file: RunFile; values: Record<string, string> } | null;
  };
  /** Takes a person's own images, or a known data set's own files. */
  readFiles: {
    params: { files: GivenFile[]; options: Pick<CustomDatasetOptions, "link" | "size" | "channels" | "seed"> };
    result: ReadFiles | null;
  };
  /** Keeps the images that are shown in the browser's storage, or no longer. */
  storeDataset: { params: { store: boolean }; result: null };
  /** Removes all images that were stored. */
  removeStoredDatasets: { params: null; result: null };
}

/** What files became. `sound`: they could be taken, but the link names others. */
export type ReadFiles =
  | { type: "customDataset"; dataset: CustomDatasetInfo }
  | { type: "knownFiles"; given: AddedFiles }
  | { type: "refused"; message: string; sound: boolean };
