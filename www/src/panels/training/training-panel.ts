import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import { isLocked } from "../../state/run-state.js";
import { shared } from "../../styles/shared.js";
import { failureNote } from "../../ui/failure-note.js";
import { className, count, milliseconds, significant, speed } from "../../format.js";
import { PanelElement } from "../panel-element.js";
import { StoreController } from "../panel-store.js";
import { TrainingStore } from "./training-store.js";
import { pixelImage } from "../../ui/pixel-image.js";
import "../../ui/chart/step-chart.js";

/** Images of the batch that are shown at most. */
const MAX_IMAGES = 96;

/** Learning rate, gradient norm and speed over the steps, and the batch as the network gets it. */
@customElement("training-panel")
export class TrainingPanel extends PanelElement {
  static override styles = [
    shared,
    css`
      .charts {
        display: grid;
        gap: 1.25rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr));
        margin: 0.75rem 0;
      }

      .batch {
        display: grid;
        gap: 0.5rem;
        grid-template-columns: repeat(auto-fill, minmax(3.25rem, 1fr));
        margin: 0.5rem 0 0;
        padding: 0;
        list-style: none;
        font-size: 0.8125rem;
        text-align: center;
      }

      .batch li {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  readonly #controller = new StoreController(this, () => new TrainingStore(this.bench));

  override render() {
    const { plan } = this.state;
    const { curves } = this.bench.series;
    const chart = (
      quantity: "learningRate" | "gradientNorm" | "imagesPerSecond",
      title: string,
      caption: string,
      format: (value: number) => string,
    ) => html`
      <step-chart
        heading=${title}
        caption=${caption}
        .format=${format}
        .series=${{ length: curves.length, step: curves.step, values: curves[quantity] }}
        .steps=${plan?.steps ?? 0}
      ></step-chart>
    `;
    const noNorm = curves.length > 0 && Number.isNaN(curves.gradientNorm[curves.length - 1]);
    return html`
      ${
        curves.length === 0
          ? html`<p class="soft">Learning rate, gradient and speed are drawn here once it trains.</p>`
          : html`
              <div class="charts">
                ${chart("learningRate", "Learning rate", "How far a step goes, as the schedule has it.", significant)}
                ${chart("gradientNorm", "Gradient norm", "The length of the batch's gradient, before it is clipped.", significant)}
                ${chart("imagesPerSecond", "Images per second", "Measured while it trains, scoring left out.", speed)}
              </div>
              ${
                noNorm
                  ? html`<p class="soft">
                      ${
                        this.state.engine.engine?.kind === "gpu"
                          ? "The gradient's norm is not measured on the GPU engine: reading it would cost operations that training does not need."
                          : "The gradient's norm of the last step is not known: a file holds none."
                      }
                    </p>`
                  : nothing
              }
            `
      }
      <p class="soft" role="status" aria-live="off" aria-label="What limits it">${this.#limits()}</p>
      <details @toggle=${this.#batchToggled}>
        <summary>See the batch</summary>
        ${this.#controller.store.isBatchOpen ? this.#batch() : nothing}
      </details>
    `;
  }

  /** What limits the speed, as far as it is known. */
  #limits(): string {
    const { plan, progress } = this.state;
    const { engine } = this.state.engine;
    const { imagesPerSecond } = progress;
    if (!engine || !plan) return "";
    const stepTime =
      imagesPerSecond > 0
        ? ` A step of ${count(plan.batch)} images takes ${milliseconds(plan.batch / imagesPerSecond)}.`
        : "";
    if (engine.kind === "gpu") return `Computed by ${engine.label}, the whole batch at once.${stepTime}`;
    const { threads } = engine;
    const share = `${count(threads)} of them ${threads === 1 ? "is" : "are"} at work`;
    return `Computed by ${engine.label}. A batch is cut into ${count(plan.shards)} parts, so that up to ${count(plan.shards)} threads can share it; ${share}.${stepTime}`;
  }

  #batchToggled(event: Event): void {
    this.#controller.store.openBatch((event.target as HTMLDetailsElement).open);
  }

  #batch() {
    const { run, plan, hasTrained } = this.state;
    const { batch } = this.#controller.store;
    const { info: data } = this.state.data;
    if (isLocked(run))
      return html`<p class="soft">Pause to see the batch of the last step. Step trains one batch and shows it.</p>`;
    const { batch: failure } = this.state.requests.failed;
    if (failure !== undefined) return failureNote(failure);
    if (!batch || !data || !plan) return html`<p class="soft">The batch is shown once the run is ready.</p>`;
    const shown = batch.examples.slice(0, MAX_IMAGES);
    const images =
      shown.length < batch.examples.length
        ? `${count(shown.length)} of its ${count(batch.examples.length)} images`
        : `its ${count(shown.length)} images`;
    const when = hasTrained ? "which was trained last" : "which is trained first";
    const text = `The batch of step ${count(batch.step)}, ${when}: ${images}, with their classes, as the network gets them${this.#augmented()}. Step trains one more.`;
    return html`
      <p class="soft" role="status" aria-label="Batch">${text}</p>
      <ul class="batch" aria-label="Images of the batch">
        ${shown.map(({ pixels, label }, index) => {
          const name = className(data, label);
          return html`
            <li title=${name}>
              ${pixelImage(`Image ${count(index + 1)} of the batch, of ${name}`, pixels, data)} ${name}
            </li>
          `;
        })}
      </ul>
    `;
  }

  #augmented(): string {
    return this.state.recipe.parsed?.values["aug"] ? ", augmented" : "";
  }
}
