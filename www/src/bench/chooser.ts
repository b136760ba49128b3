import type { Plan, Report } from "../module.js";
import type { Engine } from "../protocol.js";
import { speed } from "../format.js";
import { Trial, TrialError, type Opening } from "./trial.js";

/** Training this long tells how fast the CPU engine is; of the beginning, when helpers are yet to join, little counts. */
const TIMED_SECONDS = 3;
const FIRST_SECONDS = 1;

/** A run that the CPU engine does in less is not worth fetching another engine for. */
const SHORT_SECONDS = 10;

/** A GPU has to be so many times as fast to take a run over. */
const CLEARLY = 1.3;

/** A run on the CPU engine that another engine might do faster. */
export interface Watched {
  /** What is remembered is remembered for this network. */
  network: string;
  plan: Plan;
  opening: Opening;
}

/** What the choice leads to. */
export interface Chooses {
  /** The reason is another one now. */
  said(why: string): void;
  /** The run is to go on there. */
  handOver(to: Trial): void;
}

/**
 * "Automatic": a run begins on the CPU engine, which is there at once. If it is long enough to be worth it, the GPU
 * engine is opened beside it and measured on the same recipe, and takes the run over where it is clearly faster.
 */
export class Chooser {
  readonly #chooses: Chooses;
  /** What was found out, by network, for as long as the page is open. */
  readonly #known = new Map<string, { engine: "cpu" | "gpu"; gpu: string; why: string }>();
  #watched: Watched | undefined;
  #trial: Trial | undefined;
  #seconds = 0;
  #images = 0;
  #counted = 0;
  #decided = false;
  #over = false;

  constructor(chooses: Chooses) {
    this.#chooses = chooses;
  }

  /** Whether the GPU engine has won for this network. */
  prefersGpu(network: string): boolean {
    return this.#known.get(network)?.engine === "gpu";
  }

  /** Why an engine was chosen for this network, if that was found out. */
  reason(network: string): string | null {
    return this.#known.get(network)?.why ?? null;
  }

  /** From now on this run is trained. */
  watch(watched: Watched): void {
    this.stop();
    this.#watched = watched;
    this.#seconds = this.#images = this.#counted = 0;
    this.#decided = this.#over = false;
  }

  add(reports: Report[]): void {
    if (!this.#watched) return;
    const { batch } = this.#watched.plan;
    for (const { imagesPerSecond } of reports) {
      const seconds = batch / imagesPerSecond;
      this.#seconds += seconds;
      // Of a shorter run its last step has to do.
      if (this.#seconds < FIRST_SECONDS) this.#images = this.#counted = 0;
      this.#counted += seconds;
      this.#images += batch;
    }
    if (this.#seconds >= TIMED_SECONDS) this.#decide();
  }

  /** The run has come to its end. */
  finish(): void {
    this.#over = true;
    this.#decide();
    if (this.#trial) this.#say("the run was over before WebGPU was measured");
    this.#endTrial();
  }

  /** Nothing is trained any more, or by another engine: no worker stays. */
  stop(): void {
    if (this.#trial) this.#say("measuring WebGPU was broken off");
    this.#watched = undefined;
    this.#endTrial();
  }

  #endTrial(): void {
    this.#trial?.end();
    this.#trial = undefined;
  }

  #decide(): void {
    const watched = this.#watched;
    if (!watched || this.#decided || this.#counted === 0) return;
    this.#decided = true;
    void this.#choose(watched);
  }

  async #choose(watched: Watched): Promise<void> {
    const { steps, batch } = watched.plan;
    const short = (steps * batch) / this.#rate < SHORT_SECONDS;
    const missing = await missingGpu();
    if (watched !== this.#watched) return;
    const known = this.#known.get(watched.network);
    let verdict = missing;
    if (known?.engine === "cpu") verdict ??= known.gpu;
    if (short || this.#over) verdict ??= "a GPU was not tried for so short a run";
    if (verdict) this.#say(verdict);
    else await this.#try(watched, known?.gpu);
  }

  /** @param known what was measured before, if it was */
  async #try(watched: Watched, known: string | undefined): Promise<void> {
    const trial = new Trial(watched.opening);
    this.#trial = trial;
    this.#say(known ?? "measuring WebGPU beside it");
    try {
      await trial.ready;
      if (known === undefined) {
        const rate = await trial.measure();
        if (trial !== this.#trial) return;
        const gpu = `${nameOf(trial.engine)}: ${speed(rate)}`;
        const engine = rate >= CLEARLY * this.#rate ? "gpu" : "cpu";
        this.#known.set(watched.network, { engine, gpu, why: this.#say(gpu) });
        if (engine === "cpu") return this.#endTrial();
      }
      if (trial !== this.#trial) return;
      // From here on the worker is not ours, nor is the run.
      this.#trial = undefined;
      this.#watched = undefined;
      this.#chooses.handOver(trial);
    } catch (thrown) {
      if (trial === this.#trial) this.failed(watched.network, thrown);
    }
  }

  /** The GPU engine did not do what it should, so the run stays with the CPU engine. */
  failed(network: string, thrown: unknown): void {
    this.#endTrial();
    const what = firstSentence(thrown instanceof Error ? thrown.message : String(thrown));
    const gpu = `WebGPU could not be used (${what})`;
    // A build that is not there yet may be there next time.
    const passing = thrown instanceof TrialError && thrown.kind === "engine";
    const why = this.#say(gpu);
    if (passing) this.#known.delete(network);
    else this.#known.set(network, { engine: "cpu", gpu, why });
  }

  /** Images a second of the CPU engine. */
  get #rate(): number {
    return this.#images / this.#counted;
  }

  #say(gpu: string): string {
    const why = `CPU: ${speed(this.#rate)} images/s; ${gpu}`;
    this.#chooses.said(why);
    return why;
  }
}

/** Why there is no GPU to be tried; undefined where there may be one. */
async function missingGpu(): Promise<string | undefined> {
  if (!navigator.gpu) return "there is no WebGPU here";
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  return adapter ? undefined : "WebGPU finds no graphics adapter here";
}

/** What computes in software is not called a GPU. */
function nameOf(engine: Engine | undefined): string {
  return engine?.software ? "WebGPU (software adapter)" : `GPU (${engine?.adapter || "adapter not named"})`;
}

function firstSentence(message: string): string {
  return message.replace(/\.(\s.*)?$/s, "");
}
