import { messageOf } from "../../../crate/js/errors.js";
import type { Checkpoint, Command, Requests, WorkerEvent } from "../protocol.js";
import type { ReadRecipe } from "../panels/runs/requests.js";
import { roundedBits } from "../rounded-weights.js";
import { siteFiles } from "../site-files.js";
import type { AppState } from "../state/app-state.js";
import { initialData } from "../state/data.js";
import { withoutFiles } from "../state/custom-dataset.js";
import { withoutAnswers } from "../state/inspection.js";
import { initialProgress } from "../state/progress.js";
import { requested, wantedLink } from "../state/recipe.js";
import { asked, failedRequest, initialRequests } from "../state/requests.js";
import { withoutRun } from "../state/results.js";
import { isLocked, isOpening, type Goal } from "../state/run-state.js";
import type { EngineWorkers } from "./engine-workers.js";
import type { Opening } from "./engine-probe.js";
import type { Address } from "./link.js";
import { ResponseWatch } from "./response-watch.js";
import type { RunSeries } from "./run-series.js";
import type { RunRecorder } from "./run-recorder.js";

/** Which run the worker is at, and what is sent to it and asked of it about that run. */
export class Connection {
  readonly #state: AppState;
  readonly #workers: EngineWorkers;
  readonly #series: RunSeries;
  readonly #recorder: RunRecorder;
  readonly #watch: ResponseWatch;

  readonly #keeps: boolean;
  readonly address: Address;

  /** @param options `keeps`: whether the browser's storage is to keep the run and the data */
  constructor(
    state: AppState,
    workers: EngineWorkers,
    series: RunSeries,
    recorder: RunRecorder,
    { keeps, address }: { keeps: boolean; address: Address },
  ) {
    this.#state = state;
    this.#keeps = keeps;
    this.address = address;
    this.#watch = new ResponseWatch(state);
    this.#workers = workers;
    this.#series = series;
    this.#recorder = recorder;
  }

  /** Ends the workers, and waits for nothing any more. */
  dispose(): void {
    this.#watch.end();
    this.#workers.dispose();
    this.#recorder.dispose();
  }

  /** Starts over with a recipe in a new worker, or goes on with the run that there is from a step that it has had. */
  open(link: string, keptStep = 0): void {
    const { engine } = this.#state.stores;
    this.#watch.end();
    this.#state.change(() => {
      // The worker that there is answers what the list of runs needs of its run before it ends.
      this.#recorder.record();
      this.#workers.start(this.#recorder.pending);
      this.#begin("open", link, keptStep);
      const { choice, workers } = engine.current;
      this.send({ type: "open", engine: choice, workers, ...this.opening });
      engine.update({ engine: null, worker: engine.current.worker + 1 });
    });
  }

  /** Starts over with a recipe: in the worker that is there where it can, in a new one where it is dead or busy. */
  restart(link: string): void {
    const { run, data, customDataset, runId } = this.#state.stores;
    const isBusy = isOpening(run.current) || data.current.fetching || customDataset.current.reading;
    if (isBusy || run.current.phase === "dead") return this.open(link);
    this.#watch.begin();
    this.#state.change(() => {
      this.#recorder.record();
      this.#begin("choose", link, 0);
      this.send({ type: "choose", id: runId.peek(), link, runFile: this.opening.runFile });
    });
  }

  /** Restarts where nothing more is to be had of the worker. */
  reopenIfDead(): void {
    const { run, recipe } = this.#state.stores;
    if (run.current.phase === "dead") this.open(wantedLink(recipe.current));
  }

  /**
   * Trains the recipe that was chosen last, from a checkpoint if there is one.
   * @param options `anew`: also where a run of it stopped that nobody has heard of yet
   */
  train(goal: Goal, checkpoint: Checkpoint | null = null, { anew = false } = {}): void {
    const { run, results, progress } = this.#state.stores;
    const unlessStopped =
      !anew && !checkpoint && results.current.stoppedRun === undefined && progress.current.step === 0;
    run.dispatch({ type: "train", goal });
    if (checkpoint) results.update({ checkpoint, rounded: roundedBits(checkpoint.bytes) });
    // Of a link that was refused it is said again why.
    if (run.current.phase === "preparing")
      this.send({ type: "train", goal, checkpoint, ...(unlessStopped && { unlessStopped }) });
  }

  /** Has training stop at the end of the step in progress. */
  pause(): void {
    const { run } = this.#state.stores;
    if (isLocked(run.current)) this.#watch.begin();
    run.dispatch({ type: "pause" });
    this.keepEngine();
    this.send({ type: "pause" });
  }

  /** What the worker was told has taken effect. */
  tookEffect(): void {
    this.#watch.end();
  }

  /** No other engine is tried or waited for any more. */
  keepEngine(): void {
    this.#workers.keepEngine();
  }

  send(command: Command): void {
    this.#workers.send(command);
  }

  /**
   * Asks the worker that has the run. Undefined where it could not answer, which the state then tells (`requests`), or
   * where another run has taken the place of this one.
   */
  async request<K extends keyof Requests>(
    method: K,
    params: Requests[K]["params"],
  ): Promise<Requests[K]["result"] | undefined> {
    const { requests, run } = this.#state.stores;
    requests.set(asked(requests.current, method));
    try {
      return await this.requestOrThrow(method, params);
    } catch (thrown) {
      // Of a dead engine a `failed` event tells.
      if (run.current.phase !== "dead") requests.set(failedRequest(requests.current, method, messageOf(thrown)));
      return undefined;
    }
  }

  /** The same, but what goes wrong in the worker is thrown, as a `RequestError`. */
  async requestOrThrow<K extends keyof Requests>(
    method: K,
    params: Requests[K]["params"],
  ): Promise<Requests[K]["result"] | undefined> {
    const { runId } = this.#state.stores;
    const id = runId.peek();
    const isCurrent = (): boolean => id === runId.peek();
    try {
      const result = await this.#workers.request(method, params);
      return isCurrent() ? result : undefined;
    } catch (thrown) {
      if (isCurrent()) throw thrown;
      return undefined;
    }
  }

  /** Whether a link is a recipe; null where the worker cannot say now. Another run may be chosen meanwhile. */
  read(link: string): Promise<ReadRecipe | null> {
    return this.#workers.request("readLink", { link }).catch(() => null);
  }

  /** What recipes are, by their links; null where the worker cannot say now. Another run may be chosen meanwhile. */
  describe(links: readonly string[]): Promise<Requests["describeRecipes"]["result"]> {
    return this.#workers.request("describeRecipes", { links }).catch(() => null);
  }

  /** Whether an event is of the run at hand: those of earlier ones are dropped. */
  isCurrent(event: WorkerEvent): boolean {
    return !("id" in event) || event.id === this.#state.stores.runId.peek();
  }

  /** How another worker is told of the run at hand. */
  get opening(): Opening {
    const { runId, recipe, files, customDataset } = this.#state.stores;
    return {
      id: runId.peek(),
      ...siteFiles(),
      link: recipe.current.link,
      runFile: files.current.opened?.text ?? null,
      customDataset: customDataset.current.dataset,
      weights: files.current.initial,
      keeps: this.#keeps,
    };
  }

  /** Another run takes the place of the one at hand. */
  #begin(type: "open" | "choose", link: string, keptStep: number): void {
    const { run, runId, recipe, engine, results, requests, data, customDataset, files, inspection, progress } =
      this.#state.stores;
    if (keptStep > 0) {
      this.#series.truncate(keptStep);
      this.#recorder.goBack(keptStep);
    } else {
      this.#series.begin(recipe.current.parsed?.values);
      this.#recorder.begin();
    }
    this.#workers.reset();
    runId.value = runId.peek() + 1;
    run.dispatch({ type });
    recipe.set(requested(recipe.current, link, keptStep > 0));
    // A question about another link, and a link that was refused, end with the run that they came before.
    const wanted = wantedLink(recipe.current);
    if (!recipe.current.addressFollows && this.address.read() !== wanted) this.address.write(wanted);
    engine.update({ reason: null });
    results.set(withoutRun(results.current));
    requests.set(initialRequests);
    data.set(data.current.isAbsent ? initialData : { ...data.current, fetching: null, download: null });
    customDataset.set(withoutFiles(customDataset.current));
    files.update({ unreadable: null, offered: null, missing: null });
    inspection.set(withoutAnswers(inspection.current));
    progress.set({ ...initialProgress, curvesVersion: progress.current.curvesVersion + 1 });
  }
}
