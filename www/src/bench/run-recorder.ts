import { messageOf } from "../../../crate/js/errors.js";
import { newId } from "../runs/new-id.js";
import type { RunHistory } from "../runs/run-history.js";
import type { AppState } from "../state/app-state.js";
import type { Curves } from "../state/curves.js";
import type { EngineWorkers } from "./engine-workers.js";

/** While it trains, the run is recorded this often at most, and takes no more than this share of the time. */
const INTERVAL_MS = 1_000;
const MAX_OVERHEAD = 0.05;

/** Puts the run at hand into the list of runs, each time with the steps that it has. */
export class RunRecorder {
  readonly #state: AppState;
  readonly #workers: EngineWorkers;
  readonly #curves: Curves;
  readonly #history: RunHistory;
  /** The run's id in the list. */
  #id = "";
  /** The step up to which it is there, and that of its checkpoint there. */
  #recordedStep = 0;
  #keptStep = 0;
  /** The run being put into the list; null where it is there. */
  #adding: Promise<void> | null = null;
  #recordedAt = -Infinity;
  #tookMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(state: AppState, workers: EngineWorkers, curves: Curves, history: RunHistory) {
    this.#state = state;
    this.#workers = workers;
    this.#curves = curves;
    this.#history = history;
  }

  /** Nothing is put into the list later. */
  dispose(): void {
    clearTimeout(this.#timer);
  }

  /** Another run begins. */
  begin(): void {
    this.goOn(newId(), 0);
  }

  /** The run at hand is that one of the list, from a step on. */
  goOn(id: string, step: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#id = id;
    this.#state.stores.runs.update({ atHand: id });
    this.#recordedStep = this.#keptStep = step;
  }

  /** The run at hand goes on from a step that it has had. */
  goBack(step: number): void {
    this.goOn(this.#id, Math.min(step, this.#recordedStep));
  }

  /** Settles when the worker has answered what the list wants of the run; null where it is asked nothing. */
  get pending(): Promise<void> | null {
    return this.#adding;
  }

  /**
   * Puts the run into the list as it stands, unless it is there, and with it its last checkpoint. Nothing is to be had of a
   * dead engine.
   * @param options `again`: also where it is there with these steps, for it has another score
   */
  record({ again = false } = {}): void {
    this.#recordSteps(again);
    const { checkpoint } = this.#state.stores.results.current;
    if (!checkpoint || checkpoint.step <= this.#keptStep) return;
    this.#keptStep = checkpoint.step;
    const id = this.#id;
    void (this.#adding ?? Promise.resolve()).then(() => this.#history.keepCheckpoint(id, checkpoint));
  }

  /** A checkpoint was taken: the list has what it does not hold, should the tab be closed. */
  checkpointTaken(): void {
    const wait = Math.max(INTERVAL_MS, this.#tookMs / MAX_OVERHEAD) - (performance.now() - this.#recordedAt);
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#recordSteps(false);
      },
      Math.max(0, wait),
    );
  }

  #recordSteps(again: boolean): void {
    const { run, progress } = this.#state.stores;
    const { step } = progress.current;
    if (run.current.phase === "dead" || step === 0 || (step <= this.#recordedStep && !again)) return;
    this.#recordedStep = step;
    this.#recordedAt = performance.now();
    const adding = this.#add(this.#id)
      // The list is beside the run: what goes wrong there does not disturb it.
      .catch((thrown: unknown) => this.#state.stores.runs.update({ listNotice: messageOf(thrown) }))
      .finally(() => {
        if (this.#adding === adding) this.#adding = null;
      });
    this.#adding = adding;
  }

  /** Another recipe may be chosen before the worker has answered: the run belongs into the list all the same. */
  async #add(id: string): Promise<void> {
    let accuracy = this.#accuracy();
    const { recipe, results } = this.#state.stores;
    const autosave = results.current.checkpoint?.run ?? null;
    // What goes wrong in the worker, a `failed` event tells.
    const run = await this.#workers.request("runFile", { scores: this.#curves.scores }).catch(() => null);
    // The steps that were reported before the answer are in it.
    if (id === this.#id) accuracy = this.#accuracy();
    if (!run || run.step === 0) return;
    const { text, values, stepsPerEpoch, milliseconds } = run;
    // Its turn among the steps, which may be long, is no work of its own.
    this.#tookMs = milliseconds;
    const { fields } = recipe.current;
    const isFromFile = false;
    await this.#history.add({ id, name: "", text, values, stepsPerEpoch, accuracy, autosave, isFromFile }, fields);
  }

  /** Null where nobody knows any: of a checkpoint that a person opened. */
  #accuracy(): Float32Array<ArrayBuffer> | null {
    const accuracy = Float32Array.from(this.#curves.accuracy.subarray(0, this.#curves.length));
    return accuracy.every(Number.isNaN) ? null : accuracy;
  }
}
