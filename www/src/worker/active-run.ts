import { INIT_KEY } from "../../../crate/js/init-key.js";
import type { Plan, Run } from "../module.js";
import type { Checkpoint, ReadyRun, WorkerEvent } from "../protocol.js";
import type { Goal, Result } from "../state/run-state.js";
import type { RunAutosave } from "./run-autosave.js";
import { Scheduler } from "./scheduler.js";
import { Scorer } from "./scorer.js";
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
  /** Whether the engine came to its end with that. */
  isFatal: (thrown: unknown) => boolean;
  /** How many threads compute. */
  threads: () => number;
  /** There is something to do now: a score can be computed that waited for the test images. */
  wake: () => void;
}

/** A run that is prepared, and all that belongs to it alone. */
export class ActiveRun {
  readonly run: Run;
  /** Steps done. */
  step: number;
  readonly scorer: Scorer;
  readonly #id: number;
  readonly #host: Host;
  readonly #scheduler: Scheduler;
  /** Where training stops. */
  #until = 0;
  #dropped = false;
  #verdict = "";

  /**
   * @param id the choice that it came from, which all its events carry
   * @param checkpoint where it goes on from
   */
  constructor(id: number, run: Run, host: Host, checkpoint: Checkpoint | null) {
    this.#id = id;
    this.#host = host;
    this.run = run;
    this.step = run.plan.done;
    this.#scheduler = new Scheduler(run.plan, host.engine);
    const { post, isFatal, threads, subscriptions } = host;
    this.scorer = new Scorer(id, run, {
      post,
      isFatal,
      threads,
      onScore: () => subscriptions.sendPredictions(),
      onTestImages: () => this.#testImagesAreHere(),
    });
    // What the weights of a file are worth is known before anything is trained.
    const isScored = this.#scheduler.isScored(this.step) || (this.step === 0 && startsFromFile(run.plan));
    if (isScored && !checkpoint?.scored) this.scorer.request();
    void this.scorer.awaitTestImages();
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

  /** Whether all steps are done. */
  get isOver(): boolean {
    return this.step >= this.plan.steps;
  }

  /** Whether it was trained as far as it was to be. */
  get isAtGoal(): boolean {
    return this.step >= this.#until;
  }

  /**
   * Trains a few steps, and takes a checkpoint where it is time. Nothing is told any more where training was ended in the
   * meantime.
   */
  async pull(): Promise<void> {
    const { isTraining, subscriptions } = this.#host;
    const scheduler = this.#scheduler;
    await this.scorer.defer(this.step);
    const began = performance.now();
    const steps = scheduler.next(this.step, this.#until);
    subscriptions.beforeSteps(this.run, this.step + steps >= this.#until);
    const reports = await this.run.step(steps);
    scheduler.pulled(reports.length, performance.now() - began);
    this.step += reports.length;
    if (reports.length === 0) throw new Error("the run trained no step");
    if (!isTraining()) return;
    this.#host.post({ type: "reports", id: this.#id, reports });
    this.postVerdict();
    await subscriptions.sendNorms(this.run, this.step);
    if (scheduler.isScored(this.step)) this.scorer.request();
    // Before it is scored, which may take longer than the steps did.
    if (scheduler.shouldCheckpoint(this.step)) await this.checkpoint({ always: false });
    // What stands at the end is what the network says then.
    if (this.isOver || subscriptions.predictionDue) await subscriptions.predict(!this.isOver);
    if (this.isOver || subscriptions.due) await subscriptions.inspect();
  }

  async result(): Promise<Result> {
    const check = await Promise.resolve(this.run.check());
    return { check, checkedLink: (await Promise.resolve(this.run.checkedLink())) ?? null };
  }

  /** Takes a checkpoint: it goes to the page, and to the storage. */
  async checkpoint(options: { always: boolean }): Promise<void> {
    const { autosave, post } = this.#host;
    const began = performance.now();
    const bytes = await this.run.checkpoint();
    this.#scheduler.checkpointed(performance.now() - began);
    autosave.store(this.step, bytes, options);
    const scored = !this.scorer.isDue;
    const checkpoint = { step: this.step, bytes, run: autosave.name, computedHere: true, scored };
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

  /** Training does not wait for the test images, but the page is told when they are there. */
  #testImagesAreHere(): void {
    if (this.#dropped) return;
    const { post, wake } = this.#host;
    post({ type: "fetching", id: this.#id, progress: null });
    post({ type: "notices", id: this.#id, notices: this.run.notices });
    wake();
  }
}

/** Whether a run of this plan starts from the weights of a file. */
function startsFromFile({ link }: Plan): boolean {
  return new URLSearchParams(link).has(INIT_KEY);
}
