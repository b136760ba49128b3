import { css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";

import type { DataProgress, Description, Download, Plan } from "../../module.js";
import type { EngineState } from "../../state/engine.js";
import type { ProgressState } from "../../state/progress.js";
import type { ResultsState } from "../../state/results.js";
import { failureOf, isOpening, refusalOf, type RunState } from "../../state/run-state.js";
import { loadingOf, wholeDuration, type Estimate, type Speeds } from "../../state/timing.js";
import { count, durationRange, megabytes, speed } from "../../format.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { ThrottleController } from "../../ui/controllers/throttle.js";
import { areMissing } from "../../panels/custom-images/missing.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { BenchElement } from "../bench-element.js";

/** Numbers change this often at most: faster, nobody can read them. */
const READOUT_INTERVAL_MS = 400;

/** What the line shows. */
interface Shown {
  run: RunState<Plan>;
  plan: Plan | null;
  progress: ProgressState;
  results: ResultsState;
  engine: EngineState;
  description: Description | null;
  fetching: DataProgress | null;
  /** What Train has to fetch first. */
  download: Download | null;
  /** Whether the images are not here, and only a person can get them. */
  lacksImages: boolean;
}

/** The run in one line under the bar: where it stands, what is left, how fast it is, and what computes it. */
@customElement("run-line")
export class RunLine extends BenchElement {
  static override styles = [
    shared,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 0 1rem;
        margin: 0.35rem 0 0;
        color: var(--ink-soft);
        font-size: 0.8125rem;
        line-height: 1.5;
      }

      .place {
        color: var(--ink);
        font-weight: 600;
      }

      .engine {
        margin-left: auto;
      }

      progress {
        height: 0.25rem;
      }

      .failed {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        align-items: center;
        margin-top: 0.4rem;
      }
    `,
  ];

  /** What is shown: behind the state by no more than READOUT_INTERVAL_MS while a run goes on. */
  #shown: Shown | undefined;
  readonly #throttle = new ThrottleController(this, READOUT_INTERVAL_MS);

  override willUpdate(): void {
    const { run, plan, progress, results, engine, recipe, data } = this.state;
    const { description } = recipe;
    const { fetching, download } = data;
    const isSteady = this.#shown?.run.phase === "training" && run.phase === "training";
    if (this.#throttle.allows(!isSteady)) {
      const lacksImages = areMissing(this.state);
      this.#shown = { run, plan, progress, results, engine, description, fetching, download, lacksImages };
    }
  }

  override render() {
    if (!this.#shown) return nothing;
    const { plan, progress, engine } = this.#shown;
    const { step, imagesPerSecond } = progress;
    const done = plan && step > 0 ? step / plan.steps : 0;
    return html`
      <progress aria-label=${msg("Share of the run that is done")} max="1" .value=${done}></progress>
      <div class="line" translate="no">
        <span class="place" role="status" aria-live="off" aria-label=${msg("Progress")}
          >${progressOf(this.#shown)}</span
        >
        ${expected(this.#shown)} ${this.#left()}
        ${step > 0 && imagesPerSecond > 0 ? html`<span>${msg("{speed} images/s", { speed: speed(imagesPerSecond) })}</span>` : nothing}
        <span class="engine" role="status" aria-label=${msg("Engine")}>${engineOf(this.#shown)}</span>
      </div>
      ${
        engine.engine && engine.choice === "auto"
          ? html`
              <p class="heard" role="status" aria-live="off" aria-label=${msg("Choice of engine")}>
                ${engine.reason ? translated(engine.reason) : msg("Chosen automatically: {why}.", { why: translated(engine.engine.why) })}
              </p>
            `
          : nothing
      }
      ${selfTestOf(this.#shown)} ${this.#scoreFailure()}
    `;
  }

  #left() {
    const left = leftOf(this.#shown!);
    return left ? html`<span>${left}</span>` : nothing;
  }

  #scoreFailure() {
    const { scoreFailure } = this.state.results;
    if (scoreFailure === null) return nothing;
    return html`
      <div class="failed">
        <p class="failure" role="alert">${msg("It could not be scored: {why}", { why: translated(scoreFailure) })}</p>
        ${button(msg("Score again"), { onPress: () => this.bench.scoreAgain() })}
      </div>
    `;
  }
}

/** On a GPU, how its self-test of this network ended. */
function selfTestOf({ engine }: Shown): TemplateResult | typeof nothing {
  const test = engine.engine?.selfTest;
  if (!test?.startsWith("passed")) return nothing;
  const text =
    test === "passed"
      ? msg("Self-test: passed.")
      : msg("Self-test: passed again, in a shorter form, for this network passed it here before.");
  return html`<p class="soft" role="status" aria-live="off" aria-label=${msg("Self-test")}>${text}</p>`;
}

/** While it is scored, how far that is; at its end nothing, for the button tells what is left. */
function leftOf({ progress, fetching }: Shown): string {
  const { scoring } = progress;
  return scoring !== null && !fetching
    ? msg("scoring, {done} of {images} images", { done: count(scoring.done), images: count(scoring.of) })
    : "";
}

/** Before training: the network's size, and how long training is expected to take on this machine. */
function expected(shown: Shown) {
  const { run, description, plan, progress, results } = shown;
  if (!description || progress.step > 0 || failureOf(run) || refusalOf(run)) return nothing;
  const { estimate } = results;
  return html`
    <span role="status" aria-live="off" aria-label=${msg("Before training")}
      >${msg("{count} parameters.", { count: count(description.parameters) })}
      ${plan && estimate && estimate !== "unknown" ? timeOf(plan, estimate, shown.fetching) : unknown(shown)}</span
    >
  `;
}

function unknown({ results: { estimate }, engine: { engine }, download, lacksImages }: Shown): string {
  const then = download
    ? ` ${msg("Train begins with the download of {size}.", { size: megabytes(download.bytes) })}`
    : "";
  if (lacksImages || (download && engine?.kind !== "gpu")) {
    return msg("How long it takes is known once the images are here.") + then;
  }
  if (estimate === "unknown" || engine?.kind === "gpu") return msg("How long it takes is known once it trains.");
  return msg("How long it takes here is being measured.");
}

function timeOf(plan: Plan, { quickest, median }: Estimate, fetching: DataProgress | null): string {
  const loading = loadingOf(fetching);
  const whole = (speeds: Speeds): number => wholeDuration(plan, speeds, loading);
  const duration = durationRange(whole(quickest), whole(median));
  if (loading.bytes > 0) {
    const size = megabytes(loading.bytes);
    return msg("On this computer: {duration}, scoring included, and the download of {size}.", { duration, size });
  }
  if (fetching?.total === 0) {
    return msg("On this computer: {duration}, scoring included, and the download of the test images.", { duration });
  }
  return loading.seconds > 0
    ? msg("On this computer: {duration}, scoring and loading included.", { duration })
    : msg("On this computer: {duration}, scoring included.", { duration });
}

function progressOf({ run, plan, progress, fetching }: Shown): string {
  if (plan && progress.step > 0) return placeOf(plan, progress.step);
  if (isOpening(run)) return msg("opening the bench");
  if (run.phase === "preparing" && fetching) return msg("fetching the data");
  if (run.phase === "preparing" || run.phase === "training")
    return run.prepared ? msg("first step") : msg("getting ready");
  return msg("not started");
}

/** "epoch 1 of 3, step 120 of 938": steps are counted within their epoch. */
function placeOf(plan: Plan, step: number): string {
  const epoch = Math.floor((step - 1) / plan.stepsPerEpoch);
  const before = epoch * plan.stepsPerEpoch;
  const steps = Math.min(plan.stepsPerEpoch, plan.steps - before);
  const epochs = Math.max(plan.epochs, epoch + 1);
  return msg("epoch {epoch} of {epochs}, step {step} of {steps}", {
    epoch: count(epoch + 1),
    epochs: count(epochs),
    step: count(step - before),
    steps: count(steps),
  });
}

function engineOf({ engine, run }: Shown): string {
  if (engine.engine) return translated(engine.engine.label);
  return failureOf(run) ? msg("none") : msg("opening…");
}
