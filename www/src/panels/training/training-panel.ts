import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { isLocked } from "../../bench/state.js";
import { shared } from "../../styles/shared.js";
import { count, milliseconds, significant, speed } from "../../format.js";
import { PanelElement } from "../panel-element.js";
import "../../ui/pixel-image.js";
import "../../ui/chart/step-chart.js";

/** As many as are looked at with pleasure. */
const SHOWN = 96;

/** How the training goes: learning rate, gradient and speed over the steps, and the batch as the network got it. */
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

  @internal() private batchOpen = false;
  /** Which batch was asked for, of which plan: a new run has a new one. */
  #asked: { plan: unknown; step: number } = { plan: null, step: 0 };

  override willUpdate(): void {
    const { plan, step } = this.state;
    // While it trains, the next batch is there before this one is seen.
    if (!this.open || !this.batchOpen || !plan || isLocked(this.state)) return;
    const wanted = Math.max(1, step);
    if (this.#asked.plan === plan && this.#asked.step === wanted) return;
    this.#asked = { plan, step: wanted };
    void this.bench.looking.wantBatch(wanted);
  }

  override render() {
    const { plan } = this.state;
    const { curves } = this.bench;
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
                      The gradient's norm is not measured on the GPU engine: reading it would cost operations that
                      training does not need.
                    </p>`
                  : nothing
              }
            `
      }
      <p class="soft" role="status" aria-live="off" aria-label="What limits it">${this.#limits()}</p>
      <details @toggle=${this.#batchToggled}>
        <summary>See the batch</summary>
        ${this.batchOpen ? this.#batch() : nothing}
      </details>
    `;
  }

  /** What is known of it, and no more. */
  #limits(): string {
    const { engine, plan, imagesPerSecond } = this.state;
    if (!engine || !plan) return "";
    const each =
      imagesPerSecond > 0
        ? ` A step of ${count(plan.batch)} images takes ${milliseconds(plan.batch / imagesPerSecond)}.`
        : "";
    if (engine.kind === "gpu") return `Computed by ${engine.label}, the whole batch at once.${each}`;
    const { threads } = engine;
    const share = `${count(threads)} of them ${threads === 1 ? "is" : "are"} at work`;
    return `Computed by ${engine.label}. A batch is cut into ${count(plan.shards)} parts, so that up to ${count(plan.shards)} threads can share it; ${share}.${each}`;
  }

  #batchToggled(event: Event): void {
    this.batchOpen = (event.target as HTMLDetailsElement).open;
    this.#asked = { plan: null, step: 0 };
  }

  #batch() {
    const { batch, data, step, plan } = this.state;
    if (isLocked(this.state))
      return html`<p class="soft">Pause to see the batch of the last step. Step trains one batch and shows it.</p>`;
    if (!batch || !data || !plan) return html`<p class="soft">The batch is shown once the run is ready.</p>`;
    const shown = batch.examples.slice(0, SHOWN);
    const part =
      shown.length < batch.examples.length
        ? `${count(shown.length)} of its ${count(batch.examples.length)} images`
        : `its ${count(shown.length)} images`;
    const when = step === 0 ? "which is trained first" : "which was trained last";
    const said = `The batch of step ${count(batch.step)}, ${when}: ${part}, with their classes, as the network gets them${this.#augmented()}. Step trains one more.`;
    const name = (label: number): string => data.classes[label] ?? String(label);
    return html`
      <p class="soft" role="status" aria-label="Batch">${said}</p>
      <ul class="batch" aria-label="Images of the batch">
        ${shown.map(
          ({ pixels, label }, at) => html`
            <li title=${name(label)}>
              <pixel-image
                label="Image ${count(at + 1)} of the batch, of ${name(label)}"
                .pixels=${pixels}
                .channels=${data.channels}
                .columns=${data.width}
                .rows=${data.height}
              ></pixel-image>
              ${name(label)}
            </li>
          `,
        )}
      </ul>
    `;
  }

  #augmented(): string {
    return this.state.parsed?.values["aug"] ? ", augmented" : "";
  }
}
