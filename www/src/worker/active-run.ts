import type { Plan, Run } from "../module.js";
import type { ReadyRun, WorkerEvent } from "../protocol.js";
import type { Goal, Result } from "../state/run-state.js";
import type { RunAutosave } from "./run-autosave.js";
import { Scheduler } from "./scheduler.js";
import type { Subscriptions } from "./subscriptions.js";

const EXAMPLES = 12;
/** Of so many images the page shows what so many epochs make of them. */
const PREVIEWS = 4;
const EPOCHS = 4;

/** What a prepared run needs of its worker. */
export interface Host {
  engine: "cpu" | "gpu";
  post: (event: WorkerEvent, transfer?: Transferable[]) => void;
  autosave: RunAutosave;
  subscriptions: Subscriptions;
  /** Whether the run may go on: false once something else failed meanwhile. */
  isTraining: () => boolean;
}

/** A run that is prepared, and all that belongs to it alone. */
export class ActiveRun {
  readonly run: Run;
  /** Steps done. */
  step: number;
  readonly #id: number;
  readonly #host: Host;
  readonly #scheduler: Scheduler;
  /** Where training stops. */
  #until = 0;
  /** Whether the test images are there, or cannot be had: a score then says why. */
  #testReady = false;
  #dropped = false;
  #verdict = "";

  /** @param id the choice that it came from, which all its events carry */
  constructor(id: number, run: Run, host: Host) {
    this.#id = id;
    this.#host = host;
    this.run = run;
    this.step = run.plan.done;
    this.#scheduler = new Scheduler(run.plan, host.engine);
    void this.#awaitTestImages();
  }

  get plan(): Plan {
    return this.run.plan;
  }

  /** What the page is told of it once it can be trained. */
  describe(): ReadyRun {
    const { run } = this;
    return {
      plan: run.plan,
      data: run.data,
      notices: run.notices,
      examples: run.examples("train", 0, EXAMPLES),
      augmented: run.firstBatchAugmentations(PREVIEWS, EPOCHS),
      normalization: run.normalization() ?? null,
      losses: run.losses(),
    };
  }

  /** How far it is trained from now on. Whether there is anything left to do. */
  setGoal(goal: Goal): boolean {
    const { steps } = this.plan;
    this.#until = goal === "end" ? steps : Math.min(steps, this.step + goal);
    return this.step < this.#until;
  }

  /**
   * Trains a few steps, scores and stores a checkpoint where it is time, and says what follows. Nothing is told any more
   * where training was ended in the meantime.
   */
  async pull(): Promise<"continues" | "goal reached" | "finished"> {
    const { isTraining, subscriptions } = this.#host;
    const scheduler = this.#scheduler;
    const began = performance.now();
    const steps = scheduler.next(this.step, this.#until);
    subscriptions.beforeSteps(this.run, this.step + steps >= this.#until);
    const reports = await this.run.step(steps);
    scheduler.pulled(Math.max(1, reports.length), performance.now() - began);
    this.step += reports.length;
    if (!isTraining()) return "continues";
    if (reports.length > 0) this.#host.post({ type: "reports", id: this.#id, reports });
    this.postVerdict();
    await subscriptions.sendNorms(this.run, this.step);
    const finished = reports.length === 0 || this.step >= this.plan.steps;
    // The score of an epoch waits for the test images; those in between are done without.
    const due = this.#testReady ? scheduler.shouldScore(this.step) : scheduler.atEpochEnd(this.step);
    if (finished || due) await this.#score();
    if (isTraining() && scheduler.shouldCheckpoint(this.step)) await this.checkpoint({ always: false });
    // What stands at the end is what the network says then.
    if (finished || scheduler.shouldPredict()) await subscriptions.predict();
    if (finished || subscriptions.due) await subscriptions.inspect();
    if (finished) return "finished";
    return this.step >= this.#until ? "goal reached" : "continues";
  }

  async result(): Promise<Result> {
    return { check: await this.run.check(), checkedLink: (await this.run.checkedLink()) ?? null };
  }

  /** Takes a checkpoint: it goes to the page, and to the storage. */
  async checkpoint(options: { always: boolean }): Promise<void> {
    const { autosave, post } = this.#host;
    const began = performance.now();
    const bytes = await this.run.checkpoint();
    this.#scheduler.checkpointed(performance.now() - began);
    autosave.store(this.step, bytes, options);
    const checkpoint = { step: this.step, bytes, run: autosave.name, computedHere: true };
    post({ type: "checkpoint", id: this.#id, checkpoint }, [bytes.buffer as ArrayBuffer]);
  }

  /** How the run compares with what was promised of it, if that changed. */
  postVerdict(): void {
    const verdict = this.run.verdict();
    if (!verdict || verdict.text === this.#verdict) return;
    this.#verdict = verdict.text;
    this.#host.post({ type: "verdict", id: this.#id, verdict });
  }

  /** Gives its memory back. */
  drop(): void {
    this.#dropped = true;
    this.run.free();
  }

  async #score(): Promise<void> {
    const { post, isTraining, subscriptions } = this.#host;
    post({ type: "scoring", id: this.#id });
    const began = performance.now();
    const score = await this.run.evaluate();
    const validation = (await this.run.validate()) ?? null;
    this.#scheduler.scored(performance.now() - began);
    if (!isTraining()) return;
    post({ type: "score", id: this.#id, score, validation });
    subscriptions.sendPredictions();
  }

  /** Training does not wait for the test images, but the page is told when they are there. */
  async #awaitTestImages(): Promise<void> {
    // Whoever scores hears why they could not be had.
    await this.run.testReady().catch(() => {});
    if (this.#dropped) return;
    this.#testReady = true;
    this.#host.post({ type: "fetching", id: this.#id, progress: null });
    this.#host.post({ type: "notices", id: this.#id, notices: this.run.notices });
  }
}
