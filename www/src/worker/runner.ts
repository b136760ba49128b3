import { DIGEST_KEY, isCustom } from "../../../crate/js/custom-dataset-keys.js";
import type { DataProgress, StoppedRun } from "../module.js";
import type { Checkpoint, Command, CommandHandlers, Failure, Requests, WorkerEvent } from "../protocol.js";
import type { RequestMessage, ResponseMessage } from "../rpc/protocol.js";
import { answerRequest } from "../rpc/server.js";
import { preparedOf, transition, type Goal, type RunEvent, type RunState } from "../state/run-state.js";
import { ActiveRun } from "./active-run.js";
import { stackOf } from "../panels/stack/read-stack.js";
import { asErrorValue, asFailure, isEngineDead } from "./failure.js";
import { WAITS_FOR_DATA, requestHandlers } from "./requests.js";
import type { RequestContext } from "./request-context.js";
import { refusedEvent } from "./rest-of-link.js";
import type { Scorer } from "./scorer.js";
import { openSession, readRecipe, type Recipe, type Session } from "./session.js";
import { SpeedEstimator } from "./speed-estimator.js";
import { StoppedRuns, storedCheckpoint } from "./stopped-runs.js";
import { Subscriptions } from "./subscriptions.js";

/** Once choices come no faster than this, the run they mean is prepared. */
const SETTLE_MS = 250;
/** Once nothing was asked for so long, the speed is measured: whoever trains at once need not wait. */
const ESTIMATE_MS = 300;

export type Post = (message: WorkerEvent | ResponseMessage, transfer?: Transferable[]) => void;

/** One lab, the recipe that was chosen, and the run of it, in the states that `run-state.ts` tells of. */
export class Runner {
  readonly #post: Post;
  readonly #wake: () => void;
  #state: RunState<ActiveRun> = { phase: "none", reason: "opening" };
  /** The choice at hand, which all events carry. */
  #id = 0;
  #session: Session | undefined;
  #recipe: Recipe | undefined;
  #settleMs = 0;
  /** The data sets that a person wants, whoever has to be asked for them. */
  readonly #wanted = new Set<string>();
  /** Whether the run is not prepared before it is asked for, as its data are not here. */
  #isWithheld = false;
  readonly #subscriptions: Subscriptions;
  readonly #stoppedRuns: StoppedRuns;
  readonly #estimator = new SpeedEstimator();
  readonly #requests = requestHandlers(() => this.#context());

  readonly #commands: CommandHandlers = {
    open: (command) => this.#open(command),
    choose: (command) => {
      this.#settleMs = SETTLE_MS;
      this.#choose(command);
    },
    train: ({ goal, checkpoint, unlessStopped }) =>
      unlessStopped ? this.#trainUnlessStopped(goal) : this.#train(goal, async () => checkpoint),
    resume: ({ stopped }) => this.#resume(stopped),
    getData: () => this.#getData(),
    forgetStopped: ({ current }) => this.#forgetStopped(current),
    pause: () => this.#attempt("training", () => this.#pause()),
    score: () => this.#scorer?.request(),
    handOver: () => this.#attempt("training", () => this.#handOver()),
    predict: (command) => this.#attempt("inspecting", () => this.#subscriptions.watch(command, this.#isTraining())),
    inspect: ({ request }) =>
      this.#attempt("inspecting", () => this.#subscriptions.setInspection(request, this.#isTraining())),
    sendPredictions: ({ wanted }) =>
      this.#attempt("inspecting", () => this.#subscriptions.setPredictionsWanted(wanted)),
  };

  /** @param wake called when there is something to do that was waited for: `idle` says so then */
  constructor(post: Post, wake: () => void = () => {}) {
    this.#post = post;
    this.#wake = wake;
    this.#stoppedRuns = new StoppedRuns(post);
    this.#subscriptions = new Subscriptions(() => this.#context(), post, this.#isFatal);
  }

  /** Milliseconds until there is something to do without being told; 0 for now, undefined for never. */
  idle(): number | undefined {
    if (this.#isTraining() || this.#scorer?.isReady) return 0;
    if (this.#wantsRun()) return this.#settleMs;
    if (this.#wantsEstimate()) return this.#estimator.hasBegun ? 0 : ESTIMATE_MS;
    return undefined;
  }

  async obey(command: Command): Promise<void> {
    // The compiler cannot tell that the function fits the command of the same type.
    const obey: (command: never) => unknown = this.#commands[command.type];
    await obey(command as never);
  }

  /** Answers a request. One that fails is answered by that alone, unless the engine came to its end with it. */
  async answer(request: RequestMessage<Requests>): Promise<void> {
    const { method } = request;
    // It is measured because somebody trains.
    if (method === "measure") this.#getData();
    const answered = answerRequest(this.#requests, request, this.#post, (thrown) => {
      if (this.#isFatal(thrown)) this.#fail(asFailure(thrown, "inspecting"));
      return asErrorValue(thrown);
    });
    if (!WAITS_FOR_DATA.has(method)) await answered;
  }

  /** Does the next piece of what has to be done anyway. */
  async goOn(): Promise<void> {
    const [active, scorer] = [this.#active, this.#scorer];
    if (scorer?.isReady) await this.#attempt("training", () => scorer.next());
    else if (active && this.#isTraining()) await this.#attempt("training", () => this.#goOn(active));
    else if (this.#wantsRun()) await this.#attempt("preparing", () => this.#prepareUnasked());
    else if (this.#wantsEstimate()) await this.#attempt("preparing", () => this.#estimate());
  }

  // The state.

  #dispatch(event: RunEvent<ActiveRun>): void {
    this.#state = transition(this.#state, event);
  }

  get #active(): ActiveRun | null {
    return preparedOf(this.#state);
  }

  /** What scores the run, unless the engine is dead. */
  get #scorer(): Scorer | undefined {
    return this.#state.phase === "dead" ? undefined : this.#active?.scorer;
  }

  #isPaused(): boolean {
    return this.#state.phase === "paused";
  }

  #isTraining(): boolean {
    return this.#state.phase === "training";
  }

  #context(): RequestContext {
    return {
      id: this.#id,
      lab: this.#session?.lab,
      customDatasets: this.#session?.customDatasets,
      weights: this.#session?.weights,
      autosave: this.#session?.autosave,
      recipe: this.#recipe && { ...this.#recipe.parsed, given: this.#recipe.link },
      run: this.#active?.run,
      alone: this.#session?.weights.alone,
      step: this.#active?.step ?? 0,
      layers: this.#recipe?.layers ?? [],
    };
  }

  /** Whether the run is to be prepared before it is asked for. */
  #wantsRun(): boolean {
    if (this.#state.phase !== "ready" || this.#state.prepared || !this.#recipe || this.#isWithheld) return false;
    // On a GPU a start is dear (shaders are compiled, the self-test runs): only when it is asked for.
    if (this.#session?.lab.engine.kind !== "cpu") return false;
    // A person's own images, or a file of weights, which they have yet to give.
    const { values } = this.#recipe.parsed;
    return !(isCustom(values) && values[DIGEST_KEY] === "") && !this.#session.weights.lacks(values);
  }

  #wantsEstimate(): boolean {
    const atStart = this.#state.phase === "ready" && this.#state.prepared?.step === 0;
    return atStart && this.#estimator.isNeeded && this.#session?.lab.engine.kind === "cpu";
  }

  readonly #isFatal = (thrown: unknown): boolean => isEngineDead(this.#session?.lab, thrown);

  async #attempt(during: Failure["during"], work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#fail(asFailure(thrown, during));
    }
  }

  #fail(failure: Failure): void {
    this.#dispatch({ type: "failed", failure });
    this.#post({ type: "failed", id: this.#id, failure });
  }

  // The engine and the recipe.

  async #open(command: Extract<Command, { type: "open" }>): Promise<void> {
    this.#id = command.id;
    this.#dispatch({ type: "open" });
    await this.#attempt("opening", async () => {
      const options = {
        onWorkers: () => this.#workersChanged(),
        mirrors: (name: string) => this.#wanted.has(name),
        onProgress: (progress: DataProgress) => this.#post({ type: "fetching", id: this.#id, progress }),
      };
      this.#session = await openSession(command, options, this.#post);
      const { lab } = this.#session;
      this.#post({ type: "opened", engine: lab.engine, fields: lab.fields(), layerKinds: lab.layerKinds() });
      this.#choose(command);
    });
  }

  #workersChanged(): void {
    try {
      if (this.#session) this.#post({ type: "engine", engine: this.#session.lab.engine });
      if (this.#active) this.#post({ type: "notices", id: this.#id, notices: this.#active.run.notices });
    } catch {
      // The instance came to its end, which whoever waits for the run is told.
    }
  }

  #choose({ id, link, runFile }: { id: number; link: string; runFile: string | null }): void {
    this.#id = id;
    const session = this.#session;
    // Sent before the page heard that nothing leads on from here.
    if (this.#state.phase === "dead") return this.#fail(this.#state.why);
    this.#drop();
    this.#recipe = undefined;
    this.#isWithheld = false;
    if (!session) return;
    const { lab, autosave, customDatasets, weights } = session;
    try {
      const recipe = readRecipe(lab, link, runFile);
      const { parsed } = recipe;
      const [stack, description] = [stackOf(lab, link), lab.describe(link)];
      this.#recipe = { ...recipe, layers: description.layers };
      this.#dispatch({ type: "chosen" });
      this.#post({ type: "chosen", id, parsed, description, stack });
      // It is not prepared before it is asked for.
      if (lab.engine.kind === "gpu") this.#postDownload();
      void this.#stoppedRuns.find(id, parsed.link, autosave);
      const { values } = parsed;
      void weights.find(id, values).then(this.#wake);
      if (isCustom(values)) void this.#attempt("inspecting", () => customDatasets.find(id, values[DIGEST_KEY] ?? ""));
    } catch (thrown) {
      const failure = asFailure(thrown, "preparing");
      if (failure.kind !== "recipe") return this.#fail(failure);
      const refused = refusedEvent(lab, id, link, failure);
      this.#dispatch(refused);
      this.#post(refused);
    }
  }

  /** Gives up the run that there is. The recipe stays. */
  #drop(): void {
    this.#session?.autosave.drop();
    this.#session?.weights.dropAlone();
    this.#estimator.reset();
    this.#active?.drop();
    this.#dispatch({ type: "choose" });
  }

  #forgetStopped(current: boolean): void {
    if (!this.#session || !this.#recipe) return;
    if (current) this.#session.autosave.release();
    this.#session.autosave.forget(this.#recipe.parsed.link);
  }

  /** Trains, unless a person has yet to say whether a run that stopped goes on. */
  async #trainUnlessStopped(goal: Goal): Promise<void> {
    if (!(await this.#stoppedRuns.isFound)) return this.#train(goal, async () => null);
    if (!this.#takesNoTraining()) this.#post({ type: "offered", id: this.#id });
  }

  /** Goes on with a run that stopped. Where that fails, it is on offer again, if it is there. */
  async #resume(stopped: StoppedRun): Promise<void> {
    await this.#train("end", () => storedCheckpoint(stopped, this.#session?.autosave));
    if (this.#state.phase !== "suspended" || !this.#session || !this.#recipe) return;
    await this.#stoppedRuns.find(this.#id, this.#recipe.parsed.link, this.#session.autosave);
  }

  // The run.

  /** From now on a run's data are fetched, whoever has them. */
  #getData(): void {
    const { data } = this.#recipe?.parsed.values ?? {};
    if (data !== undefined) this.#wanted.add(data);
    this.#isWithheld = false;
    this.#scorer?.retry();
  }

  /** Gets the run ready before anybody asked for it: no other server is asked for its data then. */
  async #prepareUnasked(): Promise<void> {
    try {
      await this.#prepare(null);
    } catch (thrown) {
      const { code } = thrown as { code?: unknown };
      const answers = await this.#session?.weights.answerAlone(this.#id, this.#recipe?.parsed, code);
      if (code !== "mirrors-not-asked" && !answers) throw thrown;
      this.#isWithheld = true;
      this.#postDownload();
      if (answers) await this.#subscriptions.predict();
    }
  }

  #postDownload(): void {
    if (!this.#session || !this.#recipe) return;
    const download = this.#session.lab.download(this.#recipe.parsed.link);
    if (download && !this.#wanted.has(download.name)) this.#post({ type: "download", id: this.#id, download });
  }

  async #prepare(checkpoint: Checkpoint | null): Promise<ActiveRun> {
    if (!this.#session || !this.#recipe) throw new Error("There is no recipe to get ready for.");
    const { lab, autosave, weights } = this.#session;
    const { link, runFile } = this.#recipe;
    await weights.found;
    const { bytes, computedHere } = checkpoint ?? {};
    const run = await lab.start(link, { checkpoint: bytes, computedHere, runFile });
    this.#subscriptions.attach();
    const host = {
      engine: lab.engine.kind,
      autosave,
      post: this.#post,
      subscriptions: this.#subscriptions,
      isTraining: () => this.#isTraining(),
      isFatal: this.#isFatal,
      threads: () => lab.engine.threads,
      wake: this.#wake,
    };
    const active = new ActiveRun(this.#id, run, host, checkpoint);
    this.#dispatch({ type: "prepared", prepared: active });
    // The engine may say more of itself now: on a GPU, that its self-test was passed.
    this.#post({ type: "engine", engine: lab.engine });
    this.#post({ type: "prepared", id: this.#id, run: active.describe() });
    active.postVerdict();
    if (lab.engine.kind === "cpu") {
      await this.#subscriptions.predict();
      await this.#subscriptions.inspect();
    }
    return active;
  }

  /** @param load the checkpoint to go on from; without one, the run at hand goes on, or a new one begins */
  async #train(goal: Goal, load: () => Promise<Checkpoint | null>): Promise<void> {
    if (this.#takesNoTraining()) return;
    await this.#attempt("preparing", async () => {
      const checkpoint = await load();
      if (checkpoint) this.#drop();
      this.#estimator.stop();
      this.#getData();
      this.#dispatch({ type: "train", goal });
      const active = this.#active ?? (await this.#prepare(checkpoint));
      const someLeft = active.setGoal(goal);
      this.#session?.autosave.begin(active.plan.link, checkpoint?.run);
      this.#dispatch({ type: "started" });
      this.#post({ type: "started", id: this.#id });
      // A run that stands at its end is finished, whoever trained it.
      if (!someLeft && !active.isOver) await this.#pause();
    });
  }

  /** The page was told why nothing can be trained, or that the run is over, after it had sent that. */
  #takesNoTraining(): boolean {
    const { phase } = this.#state;
    return phase === "none" || phase === "finished" || phase === "dead";
  }

  async #goOn(active: ActiveRun): Promise<void> {
    if (active.isOver) return this.#finish(active);
    await active.pull();
    // Its last score comes first, if that can be computed now.
    if (this.#isTraining() && active.isAtGoal && !active.isOver) await this.#pause();
  }

  /** All steps are done: the run is finished, whatever becomes of its last score. */
  async #finish(active: ActiveRun): Promise<void> {
    const result = await active.result();
    if (!this.#isTraining()) return; // Something else failed meanwhile.
    this.#session?.autosave.finish();
    this.#dispatch({ type: "finished", result });
    this.#post({ type: "finished", id: this.#id, result });
  }

  async #pause(): Promise<void> {
    const active = this.#active;
    if (!active || !this.#isTraining()) return;
    if (active.isOver) return this.#finish(active);
    this.#dispatch({ type: "paused" });
    // Nothing is lost should the tab be closed now.
    if (active.step > 0) await active.checkpoint({ always: true });
    await this.#subscriptions.predict();
    // Something else may have failed meanwhile, which the page was told.
    if (!this.#isPaused()) return;
    this.#post({ type: "paused", id: this.#id });
    await this.#subscriptions.inspect();
  }

  /** Stops, and hands the run out for another worker to go on with. */
  async #handOver(): Promise<void> {
    const active = this.#active;
    // A run that has just come to its end, or was paused, has nobody to go on for.
    if (!active || !this.#isTraining()) return;
    this.#dispatch({ type: "paused" });
    const bytes = await active.run.checkpoint();
    if (!this.#isPaused()) return;
    const [run, scored] = [this.#session?.autosave.release(), !active.scorer.isDue];
    const checkpoint = { step: active.step, bytes, run, computedHere: true, scored };
    this.#post({ type: "handedOver", id: this.#id, checkpoint }, [bytes.buffer as ArrayBuffer]);
  }

  /** Measures for a moment how fast the recipe is trained. */
  async #estimate(): Promise<void> {
    if (!this.#session || !this.#recipe || !this.#active) return;
    const [{ parsed }, { plan }] = [this.#recipe, this.#active];
    const estimate = await this.#estimator.step(this.#session.lab, parsed.link, plan.parameters, this.#isFatal);
    if (estimate !== undefined) this.#post({ type: "estimate", id: this.#id, estimate });
  }
}
