import { NormHistory } from "../panels/inside/norm-history.js";
import { lastOfEarlier } from "../runs/last-run.js";
import type { StoredRun } from "../runs/stored-run.js";
import { dataOf } from "../runs/same-data.js";
import { Curves } from "../state/curves.js";
import type { RunsState } from "../state/runs.js";

/** What a run leaves behind step by step: too large to be replaced with every step, so they change in place. */
export class RunSeries {
  readonly curves = new Curves();
  /** The sizes of parameters, gradients and updates, as far as somebody inspected the network. */
  readonly norms = new NormHistory();
  /** The run before, as far as it came, and what it was trained on. */
  #last: { curves: Curves; data: string } | null = null;

  /**
   * The run before, where it was trained on the data of this recipe: what it reached can be compared. Before there is one in this
   * visit, that of an earlier visit.
   */
  lastOn(values: Record<string, string> | undefined, runs: RunsState): Curves | null {
    if (!values) return null;
    if (!this.#last) return lastOfEarlier(runs, values)?.curves ?? null;
    return this.#last.data === dataOf(values) ? this.#last.curves : null;
  }

  /** Another run takes the place of this one. @param values of the recipe that this one was trained with */
  begin(values: Record<string, string> | undefined): void {
    if (this.curves.length > 0 && values) this.#last = { curves: this.curves.copy(), data: dataOf(values) };
    this.truncate(0);
  }

  /**
   * What was kept of the run at hand, up to a step: the losses, and what no checkpoint holds. Of a file, whose losses and scores
   * nobody computed here, nothing.
   */
  restore(run: Pick<StoredRun, "curves" | "accuracy" | "scores" | "isFromFile">, step: number): void {
    const { curves, accuracy, scores, isFromFile } = run;
    if (isFromFile) return;
    const length = Math.min(step, curves.length);
    this.curves.restore(curves.loss.subarray(0, length), accuracy?.subarray(0, length));
    this.curves.restoreScores(scores, step);
  }

  /** Forgets what came after a step. */
  truncate(step: number): void {
    this.curves.truncate(step);
    this.norms.truncate(step);
  }
}
