import { css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";

import type { DataInfo, DataProgress, Description, Download, Plan, Score } from "../../module.js";
import type { EngineState } from "../../state/engine.js";
import type { ProgressState } from "../../state/progress.js";
import type { ResultsState } from "../../state/results.js";
import { failureOf, isOpening, refusalOf, type RunState } from "../../state/run-state.js";
import {
  durationLeft,
  epochDuration,
  loadingOf,
  wholeDuration,
  type Estimate,
  type Speeds,
} from "../../state/timing.js";
import { withMirrors } from "../../score-text.js";
import { aboutDuration, count, durationRange, megabytes, milliseconds, percent, speed } from "../../format.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { ThrottleController } from "../../ui/controllers/throttle.js";
import { BenchElement } from "../../app/bench-element.js";
import { areMissing } from "../custom-images/missing.js";

/** Numbers change this often at most: faster, nobody can read them. */
const READOUT_INTERVAL_MS = 400;

/** What the readouts show. */
interface Shown {
  run: RunState<Plan>;
  plan: Plan | null;
  progress: ProgressState;
  results: ResultsState;
  engine: EngineState;
  description: Description | null;
  data: DataInfo | null;
  fetching: DataProgress | null;
  /** What Train has to fetch first. */
  download: Download | null;
  /** Whether the images are not here, and only a person can get them. */
  lacksImages: boolean;
}

/** The run in numbers: progress, accuracy, speed, time left and engine. */
@customElement("bench-readouts")
export class BenchReadouts extends BenchElement {
  static override styles = [
    shared,
    css`
      :host {
        container-type: inline-size;
      }

      dl {
        display: grid;
        gap: 0.6rem 1rem;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        margin: 0 0 0.9rem;
      }

      .progress {
        grid-column: span 2;
      }

      @container (min-width: 36rem) {
        dl {
          grid-template-columns: repeat(4, minmax(0, 1fr));
        }

        .engine {
          grid-column: span 2;
        }
      }

      @container (min-width: 54rem) {
        dl {
          grid-template-columns: 2.25fr 1fr 1.05fr 0.92fr 1.62fr;
        }

        .progress,
        .engine {
          grid-column: auto;
        }
      }

      dt {
        color: var(--ink-soft);
        font-size: 0.8125rem;
      }

      dd {
        margin: 0;
        font-size: 0.9375rem;
        font-weight: 600;
        line-height: 1.35;
      }

      .failure,
      .part {
        font-size: 0.8125rem;
        font-weight: 400;
      }

      progress {
        margin-bottom: 1.1rem;
      }

      .before,
      progress + .soft {
        margin: 0 0 0.6rem;
      }
    `,
  ];

  /** What is shown: behind the state by no more than READOUT_INTERVAL_MS while a run goes on. */
  #shown: Shown | undefined;
  readonly #throttle = new ThrottleController(this, READOUT_INTERVAL_MS);

  override willUpdate(): void {
    const { run, plan, progress, results, engine, recipe, data } = this.state;
    const { description } = recipe;
    const { fetching, download, info } = data;
    const isSteady = this.#shown?.run.phase === "training" && run.phase === "training";
    const { score, scoreFailure } = this.#shown?.results ?? {};
    const isSameScore = score === results.score && scoreFailure === results.scoreFailure;
    if (this.#throttle.allows(!isSteady || !isSameScore)) {
      const lacksImages = areMissing(this.state);
      this.#shown = { run, plan, progress, results, engine, description, data: info, fetching, download, lacksImages };
    }
  }

  override render() {
    if (!this.#shown) return nothing;
    const { plan, data, progress, results, engine } = this.#shown;
    const { step, imagesPerSecond } = progress;
    const { score, scoreFailure, validation } = results;
    const done = plan && step > 0 ? step / plan.steps : 0;
    const known = score && score.step <= step ? score : null;
    const isFew = plan !== null && data !== null && plan.test < data.test;
    const images = isFew ? `of the first ${count(plan.test)} test images` : "of the test images";
    return html`
      <dl>
        <div class="progress">
          <dt>Progress</dt>
          <dd><span role="status" aria-live="off" aria-label="Progress">${progressOf(this.#shown)}</span></dd>
        </div>
        <div>
          <dt>Test accuracy</dt>
          <dd>
            <span role="status" aria-label="Test accuracy"
              >${known ? accuracy(known, images) : unscored(this.#shown)}</span
            >
          </dd>
          ${isFew && !known?.tta ? html`<dd class="part">${images}</dd>` : nothing}
          ${
            scoreFailure === null
              ? nothing
              : html`
                  <dd class="failure" role="alert">It could not be scored: ${scoreFailure}</dd>
                  <dd>${button("Score again", { onPress: () => this.bench.scoreAgain() })}</dd>
                `
          }
        </div>
        ${
          plan && plan.validation > 0
            ? html`
                <div>
                  <dt>Validation accuracy</dt>
                  <dd>
                    <span role="status" aria-label="Validation accuracy"
                      >${validation ? accuracy(validation, "of the validation images") : "not scored yet"}</span
                    >
                  </dd>
                </div>
              `
            : nothing
        }
        <div>
          <dt>Images per second</dt>
          <dd>${step > 0 && imagesPerSecond > 0 ? speed(imagesPerSecond) : "–"}</dd>
        </div>
        <div>
          <dt>Time left</dt>
          <dd>${leftOf(this.#shown)}</dd>
        </div>
        <div class="engine">
          <dt>Engine</dt>
          <dd><span role="status" aria-label="Engine">${engineOf(this.#shown)}</span></dd>
        </div>
      </dl>
      ${expected(this.#shown)}
      <progress aria-label="Share of the run that is done" max="1" .value=${done}></progress>
      ${
        engine.engine && engine.choice === "auto"
          ? html`
              <p class=${engine.reason ? "soft" : "heard"} role="status" aria-live="off" aria-label="Choice of engine">
                ${engine.reason ?? `Chosen automatically: ${engine.engine.why}.`}
              </p>
            `
          : nothing
      }
      ${selfTestOf(this.#shown)}
    `;
  }
}

/** What was scored otherwise than image by image says so with its number, for those who hear it too. */
function accuracy(score: Score, images: string) {
  const words = withMirrors(score);
  return html`${percent(score.accuracy)}${words && html` <span class="part">${images}${words}</span>`}`;
}

/** On a GPU, how its self-test of this network ended. */
function selfTestOf({ engine }: Shown): TemplateResult | typeof nothing {
  const test = engine.engine?.selfTest;
  if (test !== "passed" && test !== "passed again") return nothing;
  const text = test === "passed" ? test : "passed again, in a shorter form, for this network passed it here before";
  return html`<p class="soft" role="status" aria-live="off" aria-label="Self-test">Self-test: ${text}.</p>`;
}

/** Training may begin before the test images are fetched; the score then waits for them. */
function unscored({ progress, fetching }: Shown): string {
  return progress.scoring && fetching ? "waiting for the test images" : "not scored yet";
}

/** What is left of the run, scoring included; while it is scored, how far that is. */
function leftOf({ run, plan, progress, results, fetching }: Shown): string {
  const { scoring, imagesPerSecond, scoredPerSecond } = progress;
  const isScored = scoring !== null && !fetching;
  const going = run.phase === "training" && plan && imagesPerSecond > 0;
  if (!going && !isScored) return run.phase === "finished" ? "none" : "–";
  const estimated = typeof results.estimate === "object" ? (results.estimate?.quickest.scoring ?? 0) : 0;
  const speeds: Speeds = { training: imagesPerSecond, scoring: scoredPerSecond || estimated };
  const left = going ? aboutDuration(durationLeft(plan, progress, speeds, loadingOf(fetching))) : "";
  const scored = isScored ? `scoring, ${count(scoring.done)} of ${count(scoring.of)} images` : "";
  return [left, scored].filter(Boolean).join("; ");
}

/** Before training: the network's size, and how long training is expected to take on this machine. */
function expected(shown: Shown) {
  const { run, description, plan, progress, results } = shown;
  if (!description || progress.step > 0 || failureOf(run) || refusalOf(run)) return nothing;
  const { estimate } = results;
  const { parameters, multiplyAdds } = description;
  const size = `${count(parameters)} parameters, ${count(multiplyAdds)} multiply-adds an image`;
  return html`
    <p class="soft before" role="status" aria-live="off" aria-label="Before training">
      ${size}. ${plan && estimate && estimate !== "unknown" ? timeOf(plan, estimate, shown.fetching) : unknown(shown)}
    </p>
  `;
}

function unknown({ results: { estimate }, engine: { engine }, download, lacksImages }: Shown): string {
  const then = download ? ` Train begins with the download of ${megabytes(download.bytes)}.` : "";
  if (lacksImages || (download && engine?.kind !== "gpu")) {
    return `How long an epoch takes is known once the images are here.${then}`;
  }
  if (estimate === "unknown" || engine?.kind === "gpu") return "How long an epoch takes is known once it trains.";
  return "How long an epoch takes here is being measured.";
}

function timeOf(plan: Plan, { quickest, median }: Estimate, fetching: DataProgress | null): string {
  const loading = loadingOf(fetching);
  const range = (duration: (speeds: Speeds) => number): string => durationRange(duration(quickest), duration(median));
  const whole = range((speeds) => wholeDuration(plan, speeds, loading));
  const all = plan.steps > plan.stepsPerEpoch || loading.seconds > 0 ? `, ${whole} in all` : "";
  const included = loading.seconds > 0 ? "scoring and loading included" : "scoring included";
  const unmeasured = loading.bytes > 0 ? megabytes(loading.bytes) : "the test images";
  const more = loading.bytes > 0 || fetching?.total === 0 ? `, and the download of ${unmeasured}` : "";
  const step = milliseconds(plan.batch / quickest.training);
  return (
    `Estimated here: ${range((speeds) => epochDuration(plan, speeds))} an epoch${all}, ${included}${more} ` +
    `(a step of ${count(plan.batch)} images took at least ${step}).`
  );
}

function progressOf({ run, plan, progress, fetching }: Shown): string {
  if (plan && progress.step > 0) return placeOf(plan, progress.step);
  if (isOpening(run)) return "opening the bench";
  if (run.phase === "preparing" && fetching) return "fetching the data";
  if (run.phase === "preparing" || run.phase === "training") return run.prepared ? "first step" : "getting ready";
  return "not started";
}

/** "epoch 1 of 3, step 120 of 938": steps are counted within their epoch. */
function placeOf(plan: Plan, step: number): string {
  const epoch = Math.floor((step - 1) / plan.stepsPerEpoch);
  const before = epoch * plan.stepsPerEpoch;
  const steps = Math.min(plan.stepsPerEpoch, plan.steps - before);
  const epochs = Math.max(plan.epochs, epoch + 1);
  return `epoch ${epoch + 1} of ${epochs}, step ${step - before} of ${steps}`;
}

function engineOf({ engine, run }: Shown): string {
  if (engine.engine) return engine.engine.label;
  return failureOf(run) ? "none" : "opening…";
}
