import { messageOf } from "../../../crate/js/errors.js";
import { newId } from "../runs/new-id.js";
import type { RunHistory } from "../runs/run-history.js";
import type { AppState } from "../state/app-state.js";
import type { Curves } from "../state/curves.js";
import { translated } from "../words/translated.js";
import type { EngineWorkers } from "./engine-workers.js";

/** While it trains, the run is recorded this often at most, and takes no more than this share of the time. */
const INTERVAL_MS = 1_000;
const MAX_OVERHEAD = 0.05;

/** Puts the run at hand into the list of runs, each time with the steps that it has. */
export class RunRecorder {
  readonly #state: AppState;
  readonly #workers: EngineWorkers;
  readonly #curves: Curves;
  /** The list of runs; null where nothing is kept. */
  readonly #history: RunHistory | null;
  /** The run's id in the list. */
  #id = "";
  /** Whether the list is left as it is: none of the steps at hand was computed here. */
  #isShown = false;
  /** The step up to which it is there, the steps of its scores there, and that of its checkpoint there. */
  #recordedStep = 0;
  #recordedScores: ReadonlySet<number> = new Set();
  #keptStep = 0;
  /** The run being put into the list; null where it is there. */
  #adding: Promise<void> | null = null;
  #recordedAt = -Infinity;
  #tookMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(state: AppState, workers: EngineWorkers, curves: Curves, history: RunHistory | null) {
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

  /** The run at hand is that one of the list, from a step on, with the scores that it has now. */
  goOn(id: string, step: number): void {
    this.#isShown = false;
    this.#standAt(id, step);
    this.#recordedScores = this.#scoredSteps();
  }

  /** The run at hand is a file's that stands at its end: it is looked at and scored, and none of that goes into the list. */
  show(id: string, step: number): void {
    this.goOn(id, step);
    this.#isShown = true;
  }

  /** The run at hand goes on from a step that it has had. */
  goBack(step: number): void {
    this.#standAt(this.#id, Math.min(step, this.#recordedStep));
  }

  #standAt(id: string, step: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#id = id;
    this.#state.stores.runs.update({ atHand: id });
    this.#recordedStep = this.#keptStep = step;
  }

  /** Settles when the worker has answered what the list wants of the run; null where it is asked nothing. */
  get pending(): Promise<void> | null {
    return this.#adding;
  }

  /**
   * Puts the run into the list as it stands, unless it is there with these steps and scores, and with it its last checkpoint.
   * Nothing is to be had of a dead engine.
   */
  record(): void {
    if (this.#isShown) return;
    this.#recordSteps();
    const { checkpoint } = this.#state.stores.results.current;
    const history = this.#history;
    if (!history || !checkpoint || checkpoint.step <= this.#keptStep) return;
    this.#keptStep = checkpoint.step;
    const id = this.#id;
    void (this.#adding ?? Promise.resolve()).then(() => history.keepCheckpoint(id, checkpoint));
  }

  /** A checkpoint was taken: the list has what it does not hold, should the tab be closed. */
  checkpointTaken(): void {
    if (this.#isShown) return;
    const wait = Math.max(INTERVAL_MS, this.#tookMs / MAX_OVERHEAD) - (performance.now() - this.#recordedAt);
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#recordSteps();
      },
      Math.max(0, wait),
    );
  }

  #recordSteps(): void {
    const { run, progress } = this.#state.stores;
    const { step } = progress.current;
    // A score comes after its step, which may be there by then.
    const scores = this.#scoredSteps();
    const isThere = step <= this.#recordedStep && [...scores].every((scored) => this.#recordedScores.has(scored));
    if (!this.#history || run.current.phase === "dead" || step === 0 || isThere) return;
    const [id, before] = [this.#id, { step: this.#recordedStep, scores: this.#recordedScores }];
    this.#recordedStep = step;
    this.#recordedScores = scores;
    this.#recordedAt = performance.now();
    const adding = this.#add(id)
      .then((isAdded) => {
        if (isAdded || id !== this.#id) return;
        this.#recordedStep = Math.min(this.#recordedStep, before.step);
        this.#recordedScores = before.scores;
      })
      // The list is beside the run: what goes wrong there does not disturb it.
      .catch((thrown: unknown) => this.#state.stores.runs.update({ listNotice: translated(messageOf(thrown)) }))
      .finally(() => {
        if (this.#adding === adding) this.#adding = null;
      });
    this.#adding = adding;
  }

  #scoredSteps(): Set<number> {
    return new Set(this.#curves.scores.map(({ step }) => step));
  }

  /**
   * Another recipe may be chosen before the worker has answered: the run belongs into the list all the same. Whether it did
   * answer.
   */
  async #add(id: string): Promise<boolean> {
    let accuracy = this.#accuracy();
    const { results } = this.#state.stores;
    const autosave = results.current.checkpoint?.run ?? null;
    // What goes wrong in the worker, a `failed` event tells.
    const run = await this.#workers.request("runFile", { scores: this.#curves.scores }).catch(() => null);
    // The steps that were reported before the answer are in it.
    if (id === this.#id) accuracy = this.#accuracy();
    if (!run || run.step === 0) return false;
    const { text, values, stepsPerEpoch, milliseconds } = run;
    // Its turn among the steps, which may be long, is no work of its own.
    this.#tookMs = milliseconds;
    const isFromFile = false;
    await this.#history?.add({ id, name: "", text, values, stepsPerEpoch, accuracy, autosave, isFromFile });
    return true;
  }

  /** Null where nobody knows any: of a checkpoint that a person opened. */
  #accuracy(): Float32Array<ArrayBuffer> | null {
    const accuracy = Float32Array.from(this.#curves.accuracy.subarray(0, this.#curves.length));
    return accuracy.every(Number.isNaN) ? null : accuracy;
  }
}
