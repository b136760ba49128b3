import type { Run } from "../module.js";
import type { InspectionRequest } from "../panels/inside/inspection.js";
import type { WorkerEvent } from "../protocol.js";
import { Inspector } from "../panels/inside/worker/inspector.js";
import { NormRecorder } from "../panels/inside/worker/norm-recorder.js";
import type { RequestContextSource } from "./request-context.js";

/** What the page wants to be told again and again, as often as it may have changed. Nothing of it changes the run. */
export class Subscriptions {
  readonly #context: RequestContextSource;
  readonly #post: (event: WorkerEvent) => void;
  readonly #inspector = new Inspector();
  #norms = new NormRecorder();
  #picture: Float32Array | null = null;
  #predictionsWanted = false;

  constructor(context: RequestContextSource, post: (event: WorkerEvent) => void) {
    this.#context = context;
    this.#post = post;
  }

  /** A run was made ready. */
  attach(): void {
    this.#norms = new NormRecorder();
  }

  /** Steps of the run are about to be trained. @param isEnd whether it then stands for a while */
  beforeSteps(run: Run, isEnd: boolean): void {
    this.#norms.before(run, isEnd);
  }

  /** They were trained, up to that step. */
  async sendNorms(run: Run, step: number): Promise<void> {
    const statistics = await this.#norms.after(run);
    if (statistics.length > 0) this.#post({ type: "norms", id: this.#context().id, step, statistics });
  }

  async setPicture(pixels: Float32Array | null): Promise<void> {
    this.#picture = pixels;
    await this.predict();
  }

  async setInspection(request: InspectionRequest | null, training: boolean): Promise<void> {
    this.#inspector.setRequest(request);
    if (!training || request?.visible) await this.inspect();
  }

  setPredictionsWanted(wanted: boolean): void {
    this.#predictionsWanted = wanted;
    this.sendPredictions();
  }

  /** Whether it is time to inspect again. */
  get due(): boolean {
    return this.#inspector.due;
  }

  /** What the network makes of the picture that is tried. */
  async predict(): Promise<void> {
    const { run, id } = this.#context();
    if (!run || !this.#picture) return;
    // A picture may be older than the data.
    const { channels, height, width } = run.data;
    if (this.#picture.length !== channels * height * width) return;
    const probabilities = await run.predict(this.#picture);
    this.#post({ type: "prediction", id, probabilities });
  }

  async inspect(): Promise<void> {
    const { run, id, step, layers } = this.#context();
    const inspection = run && (await this.#inspector.inspect(run, layers, step));
    if (inspection) this.#post({ type: "inspection", id, inspection });
  }

  sendPredictions(): void {
    const { run, id } = this.#context();
    const predictions = this.#predictionsWanted ? run?.predictions() : undefined;
    if (predictions) this.#post({ type: "predictions", id, predictions });
  }
}
