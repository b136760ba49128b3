import type { RunHistory } from "../runs/run-history.js";
import type { AppState } from "../state/app-state.js";
import type { Curves } from "../state/curves.js";
import type { EngineWorkers } from "./engine-workers.js";

/** Puts the run at hand into the list of runs, each time with the steps that it has. */
export class RunRecorder {
  readonly #state: AppState;
  readonly #workers: EngineWorkers;
  readonly #curves: Curves;
  readonly #history: RunHistory;
  /** The run's id in the list. */
  #id = "";
  /** The step up to which it is there. */
  #recordedStep = 0;

  constructor(state: AppState, workers: EngineWorkers, curves: Curves, history: RunHistory) {
    this.#state = state;
    this.#workers = workers;
    this.#curves = curves;
    this.#history = history;
  }

  /** Another run begins. */
  begin(): void {
    this.#id = crypto.randomUUID();
    this.#recordedStep = 0;
  }

  /** Puts the run into the list as it stands, unless it is there. Nothing is to be had of a dead engine. */
  record(): void {
    const { run, progress } = this.#state.stores;
    const { step } = progress.current;
    if (run.current.phase === "dead" || step <= this.#recordedStep) return;
    this.#recordedStep = step;
    void this.#add(this.#id);
  }

  /** Another recipe may be chosen before the worker has answered: the run belongs into the list all the same. */
  async #add(id: string): Promise<void> {
    const { length, scores } = this.#curves;
    const accuracy = Float32Array.from(this.#curves.accuracy.subarray(0, length));
    // What goes wrong in the worker, a `failed` event tells.
    const run = await this.#workers.request("runFile", { scores }).catch(() => null);
    if (!run || run.step === 0) return;
    const { text, values, stepsPerEpoch } = run;
    const { fields } = this.#state.stores.recipe.current;
    await this.#history.add({ id, name: "", text, values, stepsPerEpoch, accuracy }, fields);
  }
}
