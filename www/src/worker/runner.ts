import type { Keeper, Lab, Language, LayerInfo, ParsedLink, Run, StoppedRun } from "../module.js";
import type { Checkpoint, Command, Failure, WorkerEvent } from "../protocol.js";
import { cardsOf, codeOf, stackOf } from "./described.js";
import { Estimate } from "./estimate.js";
import { describe } from "./failure.js";
import { measure } from "./measure.js";
import { OwnFiles } from "./own.js";
import { Pace } from "./pace.js";
import { isQuestion, Questions, type Subject } from "./questions.js";

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

/** One lab, the recipe that was chosen, and the run on it. */
export class Runner {
  readonly #post: (event: WorkerEvent) => void;
  #lab: Lab | undefined;
  #keeper: Keeper | undefined;
  #own: OwnFiles | undefined;
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
  #pace: Pace | undefined;
  /** Whether the test images are there, or cannot be had: a score then says why. */
  #whole = false;
  #step = 0;
  /** Where training stops; undefined while it does not go on. */
  #until: number | undefined;
  #finished = false;
  #settle = 0;
  readonly #questions: Questions;
  #layers: LayerInfo[] = [];
  #estimate: Estimate | undefined;
  /** Whether the speed of this recipe was measured, or cannot be. */
  #estimated = false;
  /** Set where getting ready failed, so that it is tried again only when asked. */
  #unready = false;

  constructor(post: (event: WorkerEvent) => void) {
    this.#post = post;
    this.#questions = new Questions(() => this.#subject(), post);
  }

  #subject(): Subject {
    return {
      id: this.#id,
      run: this.#run,
      step: this.#step,
      training: this.#until !== undefined,
      layers: this.#layers,
      values: this.#chosen?.values ?? {},
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
    if (isQuestion(command)) return this.#attempt("looking", () => this.#questions.answer(command));
    switch (command.type) {
      case "open":
        this.#id = command.id;
        await this.#open(command);
        return this.#choose(command);
      case "choose":
        this.#settle = SETTLE_MS;
        return this.#choose(command);
      case "train":
        return this.#train(command.steps, command.checkpoint);
      case "resume":
        return this.#resume(command.stopped);
      case "forget":
        return this.#forget(command.own);
      case "pause":
        return this.#attempt("training", () => this.#pause());
      case "yield":
        return this.#attempt("training", () => this.#yield());
      case "describeAll":
        return this.#attempt("looking", async () => this.#describeAll(command.data));
      case "code":
        return this.#attempt("looking", () => this.#code(command.language));
      case "measure":
        return this.#attempt("preparing", () => this.#measure());
      case "save":
        return this.#attempt("training", () => this.#save(command.what));
      case "take":
        return this.#attempt("looking", async () => this.#own?.take(this.#id, command));
      case "keepOwn":
        return this.#attempt("looking", async () => this.#own?.keep(command.keep));
      case "forgetOwn":
        return this.#attempt("looking", async () => this.#own?.forget());
      case "readCheckpoint":
        return this.#readCheckpoint(command.bytes);
      case "readRun":
        return this.#readRun(command.text);
    }
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
      if (describe(thrown, "preparing").kind === "crash") this.#fail(thrown, "preparing");
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
      this.#own = new OwnFiles(module, this.#lab, this.#post);
      if (command.own) await this.#own.hold(command.own);
      this.#keeper = new module.Keeper((notice) => this.#post({ type: "keeping", notice: notice ?? null }));
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
      if (values["data"] === "own") void this.#attempt("looking", async () => this.#own?.find(id, values["own"] ?? ""));
    } catch (thrown) {
      const { kind, message } = describe(thrown, "preparing");
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
    this.#post({ type: "training", id: this.#id });
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
    this.#post({ type: "stopped", id, stopped: stopped ?? null });
  }

  #forget(own: boolean): void {
    if (!this.#chosen) return;
    if (own) this.#letGo();
    void this.#keeper?.forget(this.#chosen.link);
  }

  /** The storage keeps this run no longer, and another may go on with it. */
  #letGo(): void {
    this.#name = this.#keeper?.run ?? this.#name;
    this.#keeping = false;
    this.#keeper?.end();
  }

  async #pause(): Promise<void> {
    if (this.#until === undefined) return;
    this.#until = undefined;
    // Nothing is lost should the tab be closed now.
    if (this.#run && this.#pace && this.#step > 0) await this.#keep(this.#run, this.#pace);
    await this.#questions.look();
    this.#post({ type: "paused", id: this.#id });
    await this.#questions.lookInside();
  }

  async #yield(): Promise<void> {
    // A run that has just come to its end, or was paused, has nobody to go on for.
    if (!this.#run || this.#until === undefined) return;
    this.#until = undefined;
    const bytes = await this.#run.checkpoint();
    this.#letGo();
    const checkpoint = { step: this.#step, bytes, run: this.#name };
    this.#post({ type: "yielded", id: this.#id, checkpoint });
  }

  #describeAll(data: string): void {
    if (this.#lab) this.#post({ type: "cards", cards: cardsOf(this.#lab, data, this.#chosen?.values) });
  }

  async #code(language: Language): Promise<void> {
    if (!this.#lab || !this.#chosen) return;
    const id = this.#id;
    this.#post({ type: "code", id, code: await codeOf(this.#lab, this.#chosen.link, language) });
  }

  async #measure(): Promise<void> {
    // A link that was refused measures nothing: the page has been told why.
    if (!this.#lab || !this.#chosen) return;
    const run = await this.#lab.start(this.#chosen.link);
    try {
      const imagesPerSecond = await measure(run);
      this.#post({ type: "measured", id: this.#id, imagesPerSecond });
    } finally {
      run.free();
    }
  }

  async #prepare(checkpoint: Checkpoint | null): Promise<Run> {
    if (!this.#lab || !this.#chosen) throw new Error("There is no recipe to get ready for.");
    this.#unready = true;
    this.#post({ type: "preparing", id: this.#id });
    const { link, runFile } = this.#asked;
    const run = await this.#lab.start(link, { checkpoint: checkpoint?.bytes, runFile });
    this.#unready = false;
    this.#run = run;
    this.#questions.attend(run);
    this.#step = run.plan.done;
    this.#pace = new Pace(run.plan, this.#lab.engine.kind);
    // The engine may say more of itself now: on a GPU, that its self-test was passed.
    this.#post({ type: "engine", engine: this.#lab.engine });
    const ready = {
      plan: run.plan,
      data: run.data,
      notices: run.notices,
      examples: run.examples("train", 0, EXAMPLES),
      previews: run.preview(PREVIEWS, EPOCHS),
      normalisation: run.normalisation() ?? null,
      losses: run.losses(),
    };
    this.#post({ type: "ready", id: this.#id, run: ready });
    this.#awaitTest(run);
    this.#compare(run);
    if (this.#lab.engine.kind === "cpu") {
      await this.#questions.look();
      await this.#questions.lookInside();
    }
    return run;
  }

  async #pull(): Promise<void> {
    const [run, pace, until] = [this.#run, this.#pace, this.#until];
    if (!run || !pace || until === undefined) return;
    const began = performance.now();
    const reports = await run.step(pace.next(this.#step, until));
    pace.pulled(Math.max(1, reports.length), performance.now() - began);
    if (reports.length > 0) {
      this.#step += reports.length;
      this.#post({ type: "reports", id: this.#id, reports });
    }
    this.#compare(run);
    const over = reports.length === 0 || this.#step >= run.plan.steps;
    // The score of an epoch waits for the test images; those in between are done without.
    const due = over || (this.#whole ? pace.shouldScore(this.#step) : pace.atEpochEnd(this.#step));
    if (due) await this.#score(run, pace);
    if (pace.shouldKeep(this.#step)) await this.#keep(run, pace);
    // What stands at the end is what the network says then.
    if (over || pace.shouldLook()) await this.#questions.look();
    if (over || this.#questions.due) await this.#questions.lookInside();
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
    run.whole().then(over, over);
  }

  #compare(run: Run): void {
    const verdict = run.verdict();
    if (!verdict || verdict.text === this.#said) return;
    this.#said = verdict.text;
    this.#post({ type: "verdict", id: this.#id, verdict });
  }

  async #score(run: Run, pace: Pace): Promise<void> {
    this.#post({ type: "scoring", id: this.#id });
    const began = performance.now();
    const score = await run.evaluate();
    const validation = (await run.validate()) ?? null;
    pace.scored(performance.now() - began);
    this.#post({ type: "score", id: this.#id, score, validation });
    this.#questions.tellAnswers();
  }

  async #keep(run: Run, pace: Pace): Promise<void> {
    const began = performance.now();
    const bytes = await run.checkpoint();
    pace.kept(performance.now() - began);
    const standing = this.#until === undefined;
    if (standing || began - this.#storedAt >= STORE_MS) {
      this.#storedAt = began;
      // Not waited for: training goes on, whatever becomes of it.
      void this.#keeper?.keep(this.#step, bytes);
    }
    this.#post({ type: "kept", id: this.#id, checkpoint: { step: this.#step, bytes, run: this.#keeper?.run } });
  }

  async #save(what: "weights" | "checkpoint"): Promise<void> {
    if (!this.#run) return;
    const content = await (what === "weights" ? this.#run.weights() : this.#run.checkpoint());
    this.#post({ type: "saved", id: this.#id, what, step: this.#step, content });
  }

  #readCheckpoint(bytes: Uint8Array): void {
    this.#tryToRead((lab) => {
      const { link, step } = lab.readCheckpoint(bytes);
      this.#post({ type: "checkpointRead", id: this.#id, link, checkpoint: { step, bytes } });
    });
  }

  #readRun(text: string): void {
    this.#tryToRead((lab) => {
      const file = lab.readRunFile(text);
      this.#post({ type: "runRead", id: this.#id, file, text, values: lab.parse(file.link).values });
    });
  }

  #tryToRead(read: (lab: Lab) => void): void {
    if (!this.#lab) return;
    try {
      read(this.#lab);
    } catch (thrown) {
      const { kind, message } = describe(thrown, "looking");
      if (kind === "crash") this.#fail(thrown, "looking");
      else this.#post({ type: "unreadable", id: this.#id, message });
    }
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
    const failure = describe(thrown, during);
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
    this.#pace = undefined;
    this.#step = 0;
    this.#until = undefined;
    this.#finished = false;
    this.#unready = false;
    this.#said = "";
  }
}
