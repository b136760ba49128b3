import { NormHistory } from "../panels/inside/norm-history.js";
import { Curves } from "../state/curves.js";

/** What a run leaves behind step by step: too large to be replaced with every step, so they change in place. */
export class RunSeries {
  readonly curves = new Curves();
  /** The sizes of parameters, gradients and updates, as far as somebody inspected the network. */
  readonly norms = new NormHistory();

  /** Forgets what came after a step. */
  truncate(step: number): void {
    this.curves.truncate(step);
    this.norms.truncate(step);
  }
}
