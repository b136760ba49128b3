import { effect, untracked } from "@preact/signals-core";

import type { StoppedRun } from "../module.js";
import type { EngineChoice, WorkerEvent } from "../protocol.js";
import { RunHistory } from "../runs/run-history.js";
import { RunQueue } from "../runs/run-queue.js";
import { AppState } from "../state/app-state.js";
import { withPanel } from "../state/panels.js";
import { begun, wantedLink } from "../state/recipe.js";
import { isLocked, preparedOf, refusalOf, wantedGoal, type Goal } from "../state/run-state.js";
import { ComparedFiles } from "./compared-files.js";
import { Connection } from "./connection.js";
import { CustomImages } from "./custom-images.js";
import { startEngineWorker, type StartWorker } from "./engine-worker.js";
import { EngineWorkers } from "./engine-workers.js";
import { eventHandlers } from "./event-handlers.js";
import { PAGE_ADDRESS, type Address } from "./link.js";
import { RecipeEditor } from "./recipe-editor.js";
import { RunFiles } from "./run-files.js";
import { RunRecorder } from "./run-recorder.js";
import { RunSeries } from "./run-series.js";
import { Subscriptions } from "./subscriptions.js";
import { WeightsFiles } from "./weights-files.js";

/** After these events the worker has done what it was told: it stands, or has another recipe. */
const TAKES_EFFECT: ReadonlySet<WorkerEvent["type"]> = new Set([
  "chosen",
  "refused",
  "offered",
  "paused",
  "finished",
  "handedOver",
  "failed",
]);

/** The page's side of the bench: it has the state, and turns what a person does into messages to the worker. */
export class Bench {
  readonly state = new AppState();
  readonly series = new RunSeries();
  /** The runs that are kept to be compared, and the recipes that are to be trained in turn. */
  readonly runs = new RunHistory(this.state.stores.runs);
  readonly queue: RunQueue;
  readonly recipe: RecipeEditor;
  readonly files: RunFiles;
  readonly compared: ComparedFiles;
  readonly weights: WeightsFiles;
  readonly customImages: CustomImages;
  readonly subscriptions: Subscriptions;
  /** What the panels ask the worker for. */
  readonly connection: Connection;
  readonly #recorder: RunRecorder;
  readonly #handlers;
  readonly #unlisten: () => void;

  /**
   * @param options `keeps`: whether the browser's storage is to keep runs and data; `workers`: how many the CPU engine has, which is then the
   * one that is used
   */
  constructor(
    startWorker: StartWorker = startEngineWorker,
    {
      keeps = true,
      address = PAGE_ADDRESS,
      workers: count = null,
    }: { keeps?: boolean; address?: Address; workers?: number | null } = {},
  ) {
    const { state, series } = this;
    if (count !== null) state.stores.engine.update({ choice: "cpu", workers: count });
    const workers = new EngineWorkers(state, (event) => this.#handle(event), startWorker);
    const recorder = new RunRecorder(state, workers, series.curves, keeps ? this.runs : null);
    this.#recorder = recorder;
    const connection = new Connection(state, workers, series, recorder, { keeps, address });
    this.connection = connection;
    this.subscriptions = new Subscriptions(state, connection);
    this.recipe = new RecipeEditor(state, connection);
    this.customImages = new CustomImages(state, connection, this.recipe);
    this.files = new RunFiles(state, connection, this.runs, series, recorder);
    this.compared = new ComparedFiles(state, connection, this.runs, () => this.showPanel("compare-runs", true));
    this.weights = new WeightsFiles(state, connection, this.recipe, this.files, () => this.trainAgain());
    const { customImages, subscriptions } = this;
    const editor = this.recipe;
    const targets = { state, workers, connection, series, recorder, editor, customImages, subscriptions };
    this.#handlers = eventHandlers(targets);
    // What earlier visits left is read once the first view has what it needs, for the curve behind the new one, or somebody looks at the list.
    const loadRuns = effect(() => {
      const isWanted = state.panels.open.has("compare-runs") || (keeps && state.plan !== null);
      if (isWanted) untracked(() => void this.runs.load());
    });
    const addressChanged = (): void => this.recipe.addressChanged();
    if (address === PAGE_ADDRESS) addEventListener("hashchange", addressChanged);
    this.#unlisten = () => {
      loadRuns();
      removeEventListener("hashchange", addressChanged);
    };
    connection.open(address.read());
    this.queue = new RunQueue(state, {
      read: (link) => connection.read(link),
      openLink: (link) => this.recipe.openLink(link, { isEntry: false }),
      train: () => this.train("end", { anew: true }),
    });
  }

  /** Ends the workers, and listens to nothing any more; what the state has can still be read. */
  dispose(): void {
    this.#unlisten();
    this.queue.dispose();
    this.subscriptions.dispose();
    this.runs.dispose();
    this.connection.dispose();
    // What was held back is not told later.
    this.state.change(() => {});
  }

  /**
   * Trains to the end, or some steps further. May be called before the worker has opened: it is then done in turn. Where it is
   * not known yet whether a run of the recipe stopped, that is found out first, and such a run is offered instead.
   * @param options `anew`: whatever stopped
   */
  train(goal: Goal = "end", { anew = false } = {}): void {
    const { run, recipe } = this.state.stores;
    if (isLocked(run.current)) return;
    const { next, nextRefusal, isReading } = recipe.current;
    // What settings show is trained, and nothing else.
    if (next || nextRefusal || isReading) return this.trainAgain(goal);
    if (run.current.phase !== "finished") this.#train(goal, anew);
  }

  #train(goal: Goal, anew = false): void {
    const { run, files, results } = this.state.stores;
    const { phase } = run.current;
    files.update({ unreadable: null });
    if (phase === "dead") return this.#goOn(goal);
    // Where it failed before it stood anywhere, it starts from the checkpoint that it was to start from.
    const { checkpoint } = results.current;
    this.connection.train(goal, phase === "suspended" && !preparedOf(run.current) ? checkpoint : null, { anew });
  }

  /**
   * Trains a new network: what settings were changed to, or the same recipe once more. The one at hand, which is kept in the list of
   * runs, goes only now. Nothing is trained where a changed setting is refused.
   */
  trainAgain(goal: Goal = "end"): void {
    const { run, recipe } = this.state.stores;
    if (isLocked(run.current)) return;
    if (recipe.current.isReading) return void this.recipe.isRead.then(() => this.trainAgain(goal));
    if (recipe.current.nextRefusal) return;
    this.state.change(() => {
      const link = wantedLink(recipe.current);
      recipe.set(begun(recipe.current));
      this.connection.restart(link);
      this.#train(goal);
    });
  }

  /** Tries again what failed: the run goes on, or is only prepared where nobody trained it. */
  tryAgain(): void {
    const { run, results, recipe, progress } = this.state.stores;
    const goal = wantedGoal(run.current);
    // What an earlier visit left was to go on.
    if (results.current.stoppedRun && progress.current.step === 0) this.resume();
    else if (goal === null && !results.current.checkpoint) this.connection.restart(recipe.current.link);
    else this.#train(goal ?? 0);
  }

  /** Scores the run where it stands, once more. */
  scoreAgain(): void {
    this.connection.send({ type: "score" });
  }

  /** Gets the images of the recipe's data set, from other servers too. */
  getData(): void {
    this.state.stores.data.update({ download: null });
    this.connection.send({ type: "getData" });
  }

  pause(): void {
    this.connection.pause();
  }

  /**
   * Ends the worker in the midst of what it does. A run stands then where its last checkpoint was taken; a recipe that was
   * chosen meanwhile is opened in another worker.
   */
  stopWorker(): void {
    this.#goOn(this.state.stores.results.current.checkpoint && 0);
  }

  /** Starts over, and gives up what there was: it stays in the list of runs. */
  reset(): void {
    const { run, runId, results } = this.state.stores;
    const { stoppedRun, checkpoint } = results.current;
    // Where the run at hand went on from it, it is this run.
    const isOther = stoppedRun && stoppedRun.run !== checkpoint?.run;
    if (!isOther || run.current.phase === "dead") return this.#startOver(true);
    const id = runId.peek();
    void this.#moveIntoList(stoppedRun).then((moved) => {
      if (id === runId.peek()) this.#startOver(moved);
    });
  }

  /** @param forgets whether what the storage has of stopped runs goes */
  #startOver(forgets: boolean): void {
    const { run, recipe } = this.state.stores;
    const isRefused = refusalOf(run.current) !== null;
    const wanted = wantedLink(recipe.current);
    recipe.update({ draft: {} });
    if (forgets && run.current.phase !== "dead") this.connection.send({ type: "forgetStopped", current: true });
    const { parsed } = recipe.current;
    this.connection.restart(isRefused ? (parsed?.link ?? "") : wanted);
  }

  /** Goes on with the run that an earlier visit left. */
  resume(): void {
    const { run, results } = this.state.stores;
    const { stoppedRun } = results.current;
    if (!stoppedRun || isLocked(run.current)) return;
    run.dispatch({ type: "train", goal: "end" });
    results.update({ stoppedRun: null });
    this.connection.send({ type: "resume", stopped: stoppedRun });
    void this.#restoreCurves(stoppedRun);
  }

  /** Trains from the first step, and puts that run into the list of runs. */
  startAnew(): void {
    const { run, runId, results } = this.state.stores;
    const { stoppedRun } = results.current;
    if (isLocked(run.current)) return;
    results.update({ stoppedRun: null });
    const id = runId.peek();
    const forget = (moved: boolean): void => {
      if (moved && id === runId.peek()) this.connection.send({ type: "forgetStopped", current: false });
    };
    if (stoppedRun) void this.#moveIntoList(stoppedRun).then(forget);
    this.train("end", { anew: true });
  }

  /** Removes all runs that the browser keeps, those too that stopped. The run at hand goes on, and is kept again as it does. */
  async removeRuns(): Promise<void> {
    await this.runs.removeAll();
    this.state.stores.results.update({ stoppedRun: null });
  }

  changeEngine(choice: EngineChoice): void {
    const { run, engine, recipe } = this.state.stores;
    if (isLocked(run.current) || choice === engine.current.choice) return;
    engine.update({ choice });
    this.connection.open(wantedLink(recipe.current));
  }

  /** Goes on from the last checkpoint, on the engine that works everywhere. */
  goOnWithCpu(): void {
    const { run, engine, results } = this.state.stores;
    const { checkpoint } = results.current;
    const wanted = wantedGoal(run.current) !== null;
    const changes = checkpoint !== null && engine.current.engine?.kind !== "cpu";
    engine.update({ choice: "cpu" });
    const goal = wanted ? "end" : checkpoint && 0;
    this.#goOn(goal, changes ? checkpoint.step : undefined);
  }

  /** Starts over with the CPU engine and so many workers, which change how long a run takes and nothing else. */
  changeWorkers(workers: number): void {
    const { engine, recipe } = this.state.stores;
    if (workers === engine.current.workers) return;
    this.state.change(() => {
      engine.update({ choice: "cpu", workers });
      this.connection.open(wantedLink(recipe.current));
    });
  }

  /**
   * Goes on from the last checkpoint in a new worker, or from the first step where there is none.
   * @param goal null to train nothing
   * @param handedOver where another engine takes it over
   */
  #goOn(goal: Goal | null, handedOver?: number): void {
    const { recipe, results, progress } = this.state.stores;
    const { checkpoint, handedOver: before } = results.current;
    this.state.change(() => {
      // Where nothing is left of the network, what settings show takes its place.
      this.connection.open(checkpoint ? recipe.current.link : wantedLink(recipe.current), checkpoint?.step);
      if (goal === null) return;
      results.update({
        score: this.series.curves.scores.at(-1) ?? null,
        handedOver: handedOver ?? (checkpoint && before),
      });
      progress.update({ step: checkpoint?.step ?? 0 });
      this.connection.train(goal, checkpoint);
    });
  }

  /** The list of runs has what no checkpoint holds: the accuracy of each batch, and the scores. */
  async #restoreCurves({ run: autosave, step, sealed }: StoppedRun): Promise<void> {
    // A network that nobody computed here is no part of the run: another run goes on from it.
    if (!sealed) return;
    const { runId, progress, results } = this.state.stores;
    const id = runId.peek();
    const record = await this.runs.findAutosaved(autosave);
    if (!record || id !== runId.peek()) return;
    this.series.restore(record, step);
    this.#recorder.goOn(record.id, step);
    const { score } = results.current;
    results.update({ score: score ?? this.series.curves.scores.at(-1) ?? null });
    progress.update({ curvesVersion: progress.current.curvesVersion + 1 });
  }

  /** The list has its curves already, and its checkpoint is put there, too. Whether that is stored: else it may not be forgotten. */
  async #moveIntoList(stopped: StoppedRun): Promise<boolean> {
    const [record, kept] = await Promise.all([
      this.runs.findAutosaved(stopped.run),
      this.connection.request("stoppedCheckpoint", { stopped }),
    ]);
    if (!record || !kept) return false;
    const { step } = stopped;
    const scored = kept.sealed && !record.isFromFile && record.scores.some((score) => score.step === step);
    return this.runs.keepCheckpoint(record.id, { step, bytes: kept.bytes, computedHere: kept.sealed, scored });
  }

  /** Opens or closes a panel, by its tag. */
  showPanel(tag: string, open: boolean): void {
    const { panels } = this.state.stores;
    panels.set(withPanel(panels.current, tag, open));
  }

  #handle(event: WorkerEvent): void {
    if (!this.connection.isCurrent(event)) return;
    // The compiler cannot tell that the function fits the event of the same type.
    const handle: (event: never) => void = this.#handlers[event.type];
    if (TAKES_EFFECT.has(event.type)) this.connection.tookEffect();
    if (event.type === "reports" || event.type === "inspection") handle(event as never);
    else this.state.change(() => handle(event as never));
  }
}
