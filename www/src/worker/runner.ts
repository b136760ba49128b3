import type { Lab, LayerInfo, ParsedLink, Run, StoppedRun } from "../module.js";
import type { Checkpoint, Command, Failure, Requests, WorkerEvent } from "../protocol.js";
import type { RequestMessage, ResponseMessage } from "../rpc/protocol.js";
import { answerRequest } from "../rpc/server.js";
import { CustomDatasets } from "./custom-datasets.js";
import { stackOf } from "./descriptions.js";
import { Estimate } from "./estimate.js";
import { failureOf } from "./failure.js";
import { DURING, READS_A_FILE, WAITS_FOR_DATA, requestHandlers, type Subject } from "./requests.js";
import { Scheduler } from "./scheduler.js";
import { Subscriptions } from "./subscriptions.js";

type Module = typeof import("../../../crate/js/index.js");

/** Once choices come no faster than this, the run they mean is made ready. */
const SETTLE_MS = 250;
/** Once nothing was asked for so long, the speed is measured: whoever trains at once need not wait. */
const ESTIMATE_MS = 300;
/** A second run of a larger network might not find room beside the first. */
const MOST_ESTIMATED = 16e6;
const EXAMPLES = 12;
/** Of so many the page shows what so many epochs make of them. */
const PREVIEWS = 4;
const EPOCHS = 4;
/** Checkpoints go to the storage no more often than this, however short an epoch is. */
const STORE_MS = 2_000;

/** A function for each command. The compiler asks for all of them, and for no other. */
type CommandHandlers = { [T in Command["type"]]: (command: Extract<Command, { type: T }>) => unknown };

export type Post = (message: WorkerEvent | ResponseMessage, transfer?: Transferable[]) => void;

/** One lab, the recipe that was chosen, and the run on it. */
export class Runner {
  readonly #post: Post;
  #lab: Lab | undefined;
  #keeper: InstanceType<Module["Autosave"]> | undefined;
  #customDatasets: CustomDatasets | undefined;
  /** The run's name in the storage, from when it trains: others go on under it. */
  #name: string | undefined;
  /** Whether the storage keeps this run now. */
  #keeping = false;
  #storedAt = -Infinity;
  #id = 0;
  #chosen: ParsedLink | undefined;
  /** The link as it was given, with its check; and the run file that belongs to it. */
  #asked: { link: string; runFile: string | undefined } = { link: "", runFile: undefined };
  #said = "";
  #run: Run | undefined;
  #scheduler: Scheduler | undefined;
  /** Whether the test images are there, or cannot be had: a score then says why. */
  #whole = false;
  #step = 0;
  /** Where training stops; undefined while it does not go on. */
  #until: number | undefined;
  #finished = false;
  #settle = 0;
  readonly #subscriptions: Subscriptions;
  readonly #requests = requestHandlers(() => this.#subject());
  #layers: LayerInfo[] = [];
  #estimate: Estimate | undefined;
  /** Whether the speed of this recipe was measured, or cannot be. */
  #estimated = false;
  /** Set where getting ready failed, so that it is tried again only when asked. */
  #unready = false;

  readonly #commands: CommandHandlers = {
    open: async (command) => {
      this.#id = command.id;
      await this.#open(command);
      this.#choose(command);
    },
    choose: (command) => {
      this.#settle = SETTLE_MS;
      this.#choose(command);
    },
    train: ({ steps, checkpoint }) => this.#train(steps, checkpoint),
    resume: ({ stopped }) => this.#resume(stopped),
    forgetStopped: ({ current }) => this.#forgetStopped(current),
    pause: () => this.#attempt("training", () => this.#pause()),
    handOver: () => this.#attempt("training", () => this.#handOver()),
    predict: ({ pixels }) => this.#attempt("looking", () => this.#subscriptions.setPicture(pixels)),
    inspect: ({ request }) =>
      this.#attempt("looking", () => this.#subscriptions.setInspection(request, this.#until !== undefined)),
    sendPredictions: ({ wanted }) =>
      this.#attempt("looking", async () => this.#subscriptions.setPredictionsWanted(wanted)),
  };

  constructor(post: Post) {
    this.#post = post;
    this.#subscriptions = new Subscriptions(() => this.#subject(), post);
  }

  #subject(): Subject {
    return {
      id: this.#id,
      lab: this.#lab,
      customDatasets: this.#customDatasets,
      recipe: this.#chosen,
      run: this.#run,
      step: this.#step,
      layers: this.#layers,
    };
  }

  /** Milliseconds until there is something to do without being told; 0 for now, undefined for never. */
  idle(): number | undefined {
    if (this.#until !== undefined) return 0;
    if (this.#wantsRun()) return this.#settle;
    if (this.#wantsEstimate()) return this.#estimate ? 0 : ESTIMATE_MS;
    return undefined;
  }

  async obey(command: Command): Promise<void> {
    // The compiler cannot tell that the function fits the command of the same type.
    const obey: (command: never) => unknown = this.#commands[command.type];
    await obey(command as never);
  }

  /** Answers a request. As long as a failed request ends the run, the page is told so by an event, too. */
  async answer(request: RequestMessage<Requests>): Promise<void> {
    const { method } = request;
    const onError = (thrown: unknown): Failure => {
      const failure = failureOf(thrown, DURING[method] ?? "looking");
      if (!READS_A_FILE.has(method) || failure.kind === "crash") this.#fail(thrown, failure.during);
      return failure;
    };
    const answered = answerRequest(this.#requests, request, this.#post, onError);
    if (!WAITS_FOR_DATA.has(method)) await answered;
  }

  /** Does the next piece of what has to be done anyway. */
  async goOn(): Promise<void> {
    if (this.#until !== undefined) await this.#attempt("training", () => this.#pull());
    else if (this.#wantsRun()) await this.#attempt("preparing", () => this.#prepare(null));
    else if (this.#wantsEstimate()) await this.#goOnEstimating();
  }

  #wantsEstimate(): boolean {
    const atStart = this.#run !== undefined && this.#step === 0 && !this.#finished;
    return atStart && !this.#estimated && this.#lab?.engine.kind === "cpu";
  }

  /** A piece at a time: a command never waits for more than a step. */
  async #goOnEstimating(): Promise<void> {
    if (!this.#lab || !this.#chosen || !this.#run) return;
    let imagesPerSecond: number | undefined;
    try {
      if (this.#run.plan.parameters > MOST_ESTIMATED) return this.#cannotEstimate();
      this.#estimate ??= new Estimate(await this.#lab.start(this.#chosen.link));
      imagesPerSecond = await this.#estimate.piece();
    } catch (thrown) {
      // What goes wrong with the recipe will be told when it is trained; a module that came to its end is told now.
      if (failureOf(thrown, "preparing").kind === "crash") this.#fail(thrown, "preparing");
      return this.#cannotEstimate();
    }
    if (imagesPerSecond === undefined) return;
    this.#post({ type: "estimate", id: this.#id, imagesPerSecond });
    this.#endEstimate();
  }

  #cannotEstimate(): void {
    this.#post({ type: "estimate", id: this.#id, imagesPerSecond: "unknown" });
    this.#endEstimate();
  }

  #endEstimate(): void {
    this.#estimated = true;
    this.#estimate?.end();
    this.#estimate = undefined;
  }

  #wantsRun(): boolean {
    // On a GPU a start is dear (shaders are compiled, the self-test runs): only when it is asked for.
    const wanted = this.#chosen !== undefined && !this.#run && !this.#unready && this.#lab?.engine.kind === "cpu";
    // A person's own images, which they have yet to give.
    return wanted && !(this.#chosen?.values["data"] === "own" && this.#chosen.values["own"] === "");
  }

  #workersChanged(): void {
    try {
      if (this.#lab) this.#post({ type: "engine", engine: this.#lab.engine });
      if (this.#run) this.#post({ type: "notices", id: this.#id, notices: this.#run.notices });
    } catch {
      // The instance came to its end, which whoever waits for the run is told.
    }
  }

  async #open(command: Extract<Command, { type: "open" }>): Promise<void> {
    await this.#attempt("opening", async () => {
      const module = (await import(/* @vite-ignore */ command.module)) as Module;
      this.#lab = await module.openLab({
        engine: command.engine,
        onWorkers: () => this.#workersChanged(),
        data: {
          base: command.data,
          onProgress: (progress) => this.#post({ type: "fetching", id: this.#id, progress }),
        },
      });
      this.#customDatasets = new CustomDatasets(module, this.#lab, this.#post);
      if (command.customDataset) await this.#customDatasets.adopt(command.customDataset);
      this.#keeper = new module.Autosave((notice) => this.#post({ type: "autosave", notice: notice ?? null }));
      this.#post({
        type: "opened",
        engine: this.#lab.engine,
        fields: this.#lab.fields(),
        layerKinds: this.#lab.layerKinds(),
      });
    });
  }

  #choose({ id, link, runFile }: { id: number; link: string; runFile: string | null }): void {
    this.#drop();
    this.#id = id;
    this.#chosen = undefined;
    if (!this.#lab) return;
    try {
      const parsed = this.#lab.parse(link);
      const stack = stackOf(this.#lab, link);
      const description = this.#lab.describe(link);
      this.#layers = description.layers;
      this.#post({ type: "chosen", id, parsed, description, stack });
      this.#chosen = parsed;
      this.#asked = { link, runFile: this.#belongs(runFile, parsed.link) ? (runFile ?? undefined) : undefined };
      void this.#find(id, parsed.link);
      const { values } = parsed;
      if (values["data"] === "own")
        void this.#attempt("looking", async () => this.#customDatasets?.find(id, values["own"] ?? ""));
    } catch (thrown) {
      const { kind, message } = failureOf(thrown, "preparing");
      if (kind === "recipe") this.#post({ type: "refused", id, link, message, stack: stackOf(this.#lab, link) });
      else this.#fail(thrown, "preparing");
    }
  }

  /** Whether a run file is of that recipe: else there is nothing to compare. */
  #belongs(runFile: string | null, link: string): boolean {
    if (runFile === null || !this.#lab) return false;
    return this.#lab.parse(this.#lab.readRunFile(runFile).link).link === link;
  }

  async #train(steps: number | null, checkpoint: Checkpoint | null): Promise<void> {
    // A link that was refused trains nothing: the page has been told why.
    if (!this.#chosen || this.#finished) return;
    await this.#attempt("preparing", async () => {
      if (checkpoint) this.#drop();
      await this.#begin(steps, checkpoint);
    });
  }

  async #begin(steps: number | null, checkpoint: Checkpoint | null): Promise<void> {
    this.#endEstimate();
    const run = this.#run ?? (await this.#prepare(checkpoint));
    const { steps: all, link } = run.plan;
    this.#until = steps === null ? all : Math.min(all, this.#step + steps);
    if (!this.#keeping) this.#keeper?.begin(link, checkpoint?.run ?? this.#name);
    this.#keeping = true;
    this.#post({ type: "started", id: this.#id });
    if (this.#step >= this.#until) await this.#pause();
  }

  /** Goes on with what an earlier visit left in the storage. */
  async #resume(stopped: StoppedRun): Promise<void> {
    if (!this.#chosen) return;
    await this.#attempt("preparing", async () => {
      const bytes = await this.#keeper?.read(stopped);
      if (!bytes) return;
      this.#drop();
      await this.#begin(null, { step: stopped.step, bytes, run: stopped.run });
    });
  }

  async #find(id: number, link: string): Promise<void> {
    const stopped = await this.#keeper?.find(link);
    this.#post({ type: "stoppedRun", id, stopped: stopped ?? null });
  }

  #forgetStopped(current: boolean): void {
    if (!this.#chosen) return;
    if (current) this.#letGo();
    void this.#keeper?.discard(this.#chosen.link);
  }

  /** The storage keeps this run no longer, and another may go on with it. */
  #letGo(): void {
    this.#name = this.#keeper?.run ?? this.#name;
    this.#keeping = false;
    this.#keeper?.stop();
  }

  async #pause(): Promise<void> {
    if (this.#until === undefined) return;
    this.#until = undefined;
    // Nothing is lost should the tab be closed now.
    if (this.#run && this.#scheduler && this.#step > 0) await this.#keep(this.#run, this.#scheduler);
    await this.#subscriptions.predict();
    this.#post({ type: "paused", id: this.#id });
    await this.#subscriptions.inspect();
  }

  async #handOver(): Promise<void> {
    // A run that has just come to its end, or was paused, has nobody to go on for.
    if (!this.#run || this.#until === undefined) return;
    this.#until = undefined;
    const bytes = await this.#run.checkpoint();
    this.#letGo();
    const checkpoint = { step: this.#step, bytes, run: this.#name };
    this.#post({ type: "handedOver", id: this.#id, checkpoint }, [bytes.buffer as ArrayBuffer]);
  }

  async #prepare(checkpoint: Checkpoint | null): Promise<Run> {
    if (!this.#lab || !this.#chosen) throw new Error("There is no recipe to get ready for.");
    this.#unready = true;
    this.#post({ type: "preparing", id: this.#id });
    const { link, runFile } = this.#asked;
    const run = await this.#lab.start(link, { checkpoint: checkpoint?.bytes, runFile });
    this.#unready = false;
    this.#run = run;
    this.#subscriptions.attach(run);
    this.#step = run.plan.done;
    this.#scheduler = new Scheduler(run.plan, this.#lab.engine.kind);
    // The engine may say more of itself now: on a GPU, that its self-test was passed.
    this.#post({ type: "engine", engine: this.#lab.engine });
    const ready = {
      plan: run.plan,
      data: run.data,
      notices: run.notices,
      examples: run.examples("train", 0, EXAMPLES),
      previews: run.firstBatchAugmentations(PREVIEWS, EPOCHS),
      normalisation: run.normalization() ?? null,
      losses: run.losses(),
    };
    this.#post({ type: "prepared", id: this.#id, run: ready });
    this.#awaitTest(run);
    this.#compare(run);
    if (this.#lab.engine.kind === "cpu") {
      await this.#subscriptions.predict();
      await this.#subscriptions.inspect();
    }
    return run;
  }

  async #pull(): Promise<void> {
    const [run, scheduler, until] = [this.#run, this.#scheduler, this.#until];
    if (!run || !scheduler || until === undefined) return;
    const began = performance.now();
    const reports = await run.step(scheduler.next(this.#step, until));
    scheduler.pulled(Math.max(1, reports.length), performance.now() - began);
    if (reports.length > 0) {
      this.#step += reports.length;
      this.#post({ type: "reports", id: this.#id, reports });
    }
    this.#compare(run);
    const over = reports.length === 0 || this.#step >= run.plan.steps;
    // The score of an epoch waits for the test images; those in between are done without.
    const due = over || (this.#whole ? scheduler.shouldScore(this.#step) : scheduler.atEpochEnd(this.#step));
    if (due) await this.#score(run, scheduler);
    if (scheduler.shouldCheckpoint(this.#step)) await this.#keep(run, scheduler);
    // What stands at the end is what the network says then.
    if (over || scheduler.shouldPredict()) await this.#subscriptions.predict();
    if (over || this.#subscriptions.due) await this.#subscriptions.inspect();
    if (over) {
      this.#until = undefined;
      this.#finished = true;
      this.#keeping = false;
      void this.#keeper?.finish();
      this.#post({ type: "finished", id: this.#id, check: run.check(), checked: run.checkedLink() ?? null });
    } else if (this.#step >= until) {
      await this.#pause();
    }
  }

  /** Training does not wait for the test images, but the page is told when they are there. */
  #awaitTest(run: Run): void {
    const over = (): void => {
      if (this.#run !== run) return;
      this.#whole = true;
      this.#post({ type: "fetching", id: this.#id, progress: null });
      this.#post({ type: "notices", id: this.#id, notices: run.notices });
    };
    // Whoever scores hears why they could not be had.
    run.testReady().then(over, over);
  }

  #compare(run: Run): void {
    const verdict = run.verdict();
    if (!verdict || verdict.text === this.#said) return;
    this.#said = verdict.text;
    this.#post({ type: "verdict", id: this.#id, verdict });
  }

  async #score(run: Run, scheduler: Scheduler): Promise<void> {
    this.#post({ type: "scoring", id: this.#id });
    const began = performance.now();
    const score = await run.evaluate();
    const validation = (await run.validate()) ?? null;
    scheduler.scored(performance.now() - began);
    this.#post({ type: "score", id: this.#id, score, validation });
    this.#subscriptions.sendPredictions();
  }

  async #keep(run: Run, scheduler: Scheduler): Promise<void> {
    const began = performance.now();
    const bytes = await run.checkpoint();
    scheduler.checkpointed(performance.now() - began);
    const standing = this.#until === undefined;
    if (standing || began - this.#storedAt >= STORE_MS) {
      this.#storedAt = began;
      // Not waited for: training goes on, whatever becomes of it.
      void this.#keeper?.save(this.#step, bytes);
    }
    this.#post({ type: "checkpoint", id: this.#id, checkpoint: { step: this.#step, bytes, run: this.#keeper?.run } }, [
      bytes.buffer as ArrayBuffer,
    ]);
  }

  async #attempt(during: Failure["during"], work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#fail(thrown, during);
    }
  }

  #fail(thrown: unknown, during: Failure["during"]): void {
    this.#until = undefined;
    const failure = failureOf(thrown, during);
    // A loss that is no number would come again.
    if (failure.kind === "nan") void this.#keeper?.finish();
    this.#post({ type: "failed", id: this.#id, failure });
  }

  #drop(): void {
    if (this.#keeping) this.#letGo();
    this.#endEstimate();
    this.#estimated = false;
    this.#name = undefined;
    this.#run?.free();
    this.#run = undefined;
    this.#whole = false;
    this.#scheduler = undefined;
    this.#step = 0;
    this.#until = undefined;
    this.#finished = false;
    this.#unready = false;
    this.#said = "";
  }
}
