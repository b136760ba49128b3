import type { Run } from "../module.js";
import type { InspectionRequest } from "../panels/inside/inspection.js";
import type { Command, WorkerEvent } from "../protocol.js";
import { Inspector } from "../panels/inside/worker/inspector.js";
import { NormRecorder } from "../panels/inside/worker/norm-recorder.js";
import { StageWatcher, type Watched } from "../stage/worker/stage-watcher.js";
import { messageOf } from "../../../crate/js/errors.js";
import { asSentence } from "./failure.js";
import { Pace } from "./pace.js";
import type { RequestContextSource } from "./request-context.js";

/** Predictions are at least this far apart while it trains, and take no more than this share of the time. */
const PREDICTION_INTERVAL_MS = 250;
const MAX_SHARE = 0.02;

type PredictCommand = Omit<Extract<Command, { type: "predict" }>, "type">;
type Subscription = Extract<WorkerEvent, { type: "subscriptionFailed" }>["what"];

/**
 * What the page wants to be told again and again, as often as it may have changed. Nothing of it changes the run: where it
 * cannot be had, the page is told so in its place.
 */
export class Subscriptions {
  readonly #context: RequestContextSource;
  readonly #post: (event: WorkerEvent) => void;
  readonly #isFatal: (thrown: unknown) => boolean;
  readonly #inspector = new Inspector();
  #norms = new NormRecorder();
  readonly #stage = new StageWatcher();
  readonly #pace = new Pace(PREDICTION_INTERVAL_MS, MAX_SHARE);
  #watched: Watched | null = null;
  #predictionsWanted = false;

  /** @param isFatal whether the engine came to its end with that: then it is thrown on */
  constructor(
    context: RequestContextSource,
    post: (event: WorkerEvent) => void,
    isFatal: (thrown: unknown) => boolean,
  ) {
    this.#context = context;
    this.#post = post;
    this.#isFatal = isFatal;
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
    await this.#attempt("inspection", async () => {
      const statistics = await this.#norms.after(run);
      if (statistics.length > 0) this.#post({ type: "norms", id: this.#context().id, step, statistics });
    });
  }

  /** Another image is put through the network, or other layers of it are in view. */
  async watch({ image, pixels, layers }: PredictCommand, training: boolean): Promise<void> {
    this.#watched = pixels && { image, pixels, layers };
    await this.predict(training);
  }

  async setInspection(request: InspectionRequest | null, training: boolean): Promise<void> {
    await this.#attempt("inspection", async () => {
      this.#inspector.setRequest(request);
      if (!training || request?.visible) await this.#inspect();
    });
  }

  async setPredictionsWanted(wanted: boolean): Promise<void> {
    this.#predictionsWanted = wanted;
    await this.sendPredictions();
  }

  /** Whether it is time to inspect again. */
  get due(): boolean {
    return this.#inspector.due;
  }

  /** Whether it is time to predict again. */
  get predictionDue(): boolean {
    return this.#watched !== null && this.#pace.isDue;
  }

  /** What the network makes of the image that is put through it. @param training whether it goes on at once */
  predict(training = false): Promise<void> {
    return this.#attempt("prediction", () => this.#pace.keep(() => this.#predict(training)));
  }

  inspect(): Promise<void> {
    return this.#attempt("inspection", () => this.#inspect());
  }

  sendPredictions(): Promise<void> {
    return this.#attempt("predictions", async () => {
      const { run, id } = this.#context();
      const predictions = this.#predictionsWanted ? run?.predictions() : undefined;
      if (predictions) this.#post({ type: "predictions", id, predictions });
    });
  }

  async #predict(training: boolean): Promise<void> {
    const { run: trained, alone, id, step, layers } = this.#context();
    const run = trained ?? alone;
    if (!run || !this.#watched) return;
    // An image may be older than the data.
    const { channels, height, width } = run.data;
    if (this.#watched.pixels.length !== channels * height * width) return;
    const { image } = this.#watched;
    const seen = await this.#stage.watch(run, this.#watched, layers, training);
    this.#post({ type: "prediction", id, step, image, ...seen });
  }

  async #inspect(): Promise<void> {
    const { run: trained, alone, id, step, layers } = this.#context();
    const run = trained ?? alone;
    const inspection = run && (await this.#inspector.inspect(run, layers, step));
    if (inspection) this.#post({ type: "inspection", id, inspection });
  }

  async #attempt(what: Subscription, work: () => Promise<void>): Promise<void> {
    const { id } = this.#context();
    try {
      await work();
    } catch (thrown) {
      if (this.#isFatal(thrown)) throw thrown;
      this.#post({ type: "subscriptionFailed", id, what, message: asSentence(messageOf(thrown)) });
    }
  }
}
