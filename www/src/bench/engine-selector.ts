import { messageOf } from "../../../crate/js/errors.js";
import { requestAdapter } from "../../../crate/js/graphics-adapter.js";
import type { Plan, Report } from "../module.js";
import type { Engine } from "../protocol.js";
import { speed } from "../format.js";
import { EngineProbe, ProbeError, type Opening } from "./engine-probe.js";
import type { StartWorker } from "./engine-worker.js";
import { msg } from "../words/msg.js";
import { translated } from "../words/translated.js";

/**
 * The speed of the CPU engine is known after this many seconds of training. The first second is left out, because
 * workers of the pool may still be joining.
 */
const TIMED_SECONDS = 3;
const FIRST_SECONDS = 1;

/** A run that the CPU engine does in less is not worth fetching another engine for. */
const SHORT_SECONDS = 10;

/** A GPU has to be so many times as fast to take a run over. */
const MIN_SPEEDUP = 1.3;

/** A run on the CPU engine that another engine might do faster. */
export interface Candidate {
  /** What is found out is remembered for this network. */
  network: string;
  plan: Plan;
  opening: Opening;
}

export interface Callbacks {
  startWorker: StartWorker;
  /** There is another reason for the choice now. */
  onReason(reason: string): void;
  /** The run is to go on with that engine. */
  onFaster(probe: EngineProbe): void;
}

/** What was measured of a network. */
interface Finding {
  engine: "cpu" | "gpu";
  /** What the GPU did, in words. */
  gpu: string;
  reason: string;
}

/**
 * "Automatic": a run begins on the CPU engine, which is there at once. If it is long enough to be worth it, the GPU
 * engine is opened beside it and measured on the same recipe, and takes the run over where it is clearly faster.
 */
export class EngineSelector {
  readonly #callbacks: Callbacks;
  /** By network, for as long as the page is open. */
  readonly #findings = new Map<string, Finding>();
  #candidate: Candidate | undefined;
  #probe: EngineProbe | undefined;
  /** How long the candidate was trained, and of that what counts. */
  #seconds = 0;
  #countedImages = 0;
  #countedSeconds = 0;
  #decided = false;
  #over = false;

  constructor(callbacks: Callbacks) {
    this.#callbacks = callbacks;
  }

  /** Whether the GPU engine has won for this network. */
  prefersGpu(network: string): boolean {
    return this.#findings.get(network)?.engine === "gpu";
  }

  /** Why an engine was chosen for this network, if that was found out. */
  reason(network: string): string | null {
    return this.#findings.get(network)?.reason ?? null;
  }

  /** From now on this run is trained. */
  watch(candidate: Candidate): void {
    this.stop();
    this.#candidate = candidate;
    this.#seconds = this.#countedImages = this.#countedSeconds = 0;
    this.#decided = this.#over = false;
  }

  add(reports: readonly Report[]): void {
    if (!this.#candidate) return;
    const { batch } = this.#candidate.plan;
    for (const { imagesPerSecond } of reports) {
      const seconds = batch / imagesPerSecond;
      this.#seconds += seconds;
      // Only the last step of the first second is counted, so that a shorter run has a speed, too.
      if (this.#seconds < FIRST_SECONDS) this.#countedImages = this.#countedSeconds = 0;
      this.#countedSeconds += seconds;
      this.#countedImages += batch;
    }
    if (this.#seconds >= TIMED_SECONDS) this.#decide();
  }

  /** The run has come to its end. */
  finish(): void {
    this.#over = true;
    this.#decide();
    if (this.#probe) this.#setReason(msg("the run was over before WebGPU was measured"));
    this.#endProbe();
  }

  /** Nothing is trained any more, or by another engine: no worker stays. */
  stop(): void {
    if (this.#probe) this.#setReason(msg("measuring WebGPU was broken off"));
    this.#candidate = undefined;
    this.#endProbe();
  }

  /** The GPU engine did not do what it should, so the run stays with the CPU engine. */
  failed(network: string, thrown: unknown): void {
    this.#endProbe();
    const what = firstSentence(messageOf(thrown));
    const gpu = msg("WebGPU could not be used ({why})", { why: translated(what) });
    const reason = this.#setReason(gpu);
    // A build that is not there yet may be there next time.
    const passing = thrown instanceof ProbeError && thrown.kind === "engine";
    if (passing) this.#findings.delete(network);
    else this.#findings.set(network, { engine: "cpu", gpu, reason });
  }

  #endProbe(): void {
    this.#probe?.end();
    this.#probe = undefined;
  }

  #decide(): void {
    const candidate = this.#candidate;
    if (!candidate || this.#decided || this.#countedSeconds === 0) return;
    this.#decided = true;
    void this.#choose(candidate);
  }

  async #choose(candidate: Candidate): Promise<void> {
    const { steps, batch } = candidate.plan;
    const short = (steps * batch) / this.#rate < SHORT_SECONDS;
    const missing = await missingGpu();
    if (candidate !== this.#candidate) return;
    const known = this.#findings.get(candidate.network);
    let verdict = missing;
    if (known?.engine === "cpu") verdict ??= known.gpu;
    if (short || this.#over) verdict ??= msg("a GPU was not tried for so short a run");
    if (verdict) this.#setReason(verdict);
    else await this.#try(candidate, known?.gpu);
  }

  /** @param known what was measured before, if it was */
  async #try(candidate: Candidate, known: string | undefined): Promise<void> {
    let probe: EngineProbe | undefined;
    try {
      probe = new EngineProbe(candidate.opening, this.#callbacks.startWorker);
      this.#probe = probe;
      this.#setReason(known ?? msg("measuring WebGPU beside it"));
      await probe.ready;
      if (known === undefined) {
        const rate = await probe.measure();
        if (probe !== this.#probe) return;
        const gpu = `${nameOf(probe.engine)}: ${speed(rate)}`;
        const engine = rate >= MIN_SPEEDUP * this.#rate ? "gpu" : "cpu";
        this.#findings.set(candidate.network, { engine, gpu, reason: this.#setReason(gpu) });
        if (engine === "cpu") return this.#endProbe();
      }
      if (probe !== this.#probe) return;
      // From here on the worker is not ours, nor is the run.
      this.#probe = undefined;
      this.#candidate = undefined;
      this.#callbacks.onFaster(probe);
    } catch (thrown) {
      if (probe === this.#probe) this.failed(candidate.network, thrown);
    }
  }

  /** Images a second of the CPU engine. */
  get #rate(): number {
    return this.#countedImages / this.#countedSeconds;
  }

  /** Gives the reason, which says what there is to know of the GPU. */
  #setReason(gpu: string): string {
    const reason = msg("CPU: {speed} images/s at the start; {gpu}", { speed: speed(this.#rate), gpu });
    this.#callbacks.onReason(reason);
    return reason;
  }
}

/** Why there is no GPU to be tried; undefined where there may be one. */
async function missingGpu(): Promise<string | undefined> {
  if (!navigator.gpu) return msg("there is no WebGPU here");
  const adapter = await requestAdapter(navigator.gpu);
  return adapter ? undefined : msg("WebGPU finds no graphics adapter here");
}

/** What computes in software is not called a GPU. */
function nameOf(engine: Engine | undefined): string {
  return engine?.software ? msg("WebGPU (software adapter)") : `GPU (${engine?.adapter || msg("adapter not named")})`;
}

function firstSentence(message: string): string {
  return message.replace(/\.(\s.*)?$/s, "");
}
