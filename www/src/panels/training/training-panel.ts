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
import { msg, plural } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

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
          ? html`<p class="soft">${msg("Learning rate, gradient and speed are drawn here once it trains.")}</p>`
          : html`
              <div class="charts">
                ${chart("learningRate", msg("Learning rate"), msg("The size of each step, as the schedule sets it."), significant)}
                ${chart("gradientNorm", msg("Gradient norm"), msg("The length of the batch's gradient, before it is clipped."), significant)}
                ${chart("imagesPerSecond", msg("Images per second"), msg("Measured while it trains, scoring left out."), speed)}
              </div>
              ${
                noNorm
                  ? html`<p class="soft">
                      ${
                        this.state.engine.engine?.kind === "gpu"
                          ? msg(
                              "The gradient's norm is not measured on the GPU engine: reading it would cost operations that training does not need.",
                            )
                          : msg("The gradient's norm of the last step is not known: a file holds none.")
                      }
                    </p>`
                  : nothing
              }
            `
      }
      <p class="soft" role="status" aria-live="off" aria-label=${msg("What limits it")}>${this.#limits()}</p>
      <details @toggle=${this.#batchToggled}>
        <summary>${msg("See the batch")}</summary>
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
    const sentences =
      engine.kind === "gpu"
        ? [msg("Computed by {engine}, the whole batch at once.", { engine: translated(engine.label) })]
        : [
            msg("Computed by {engine}.", { engine: translated(engine.label) }),
            plural(
              engine.threads,
              "A batch is cut into {parts} parts, so that up to {parts} threads can share it; {count} of them is at work.",
              "A batch is cut into {parts} parts, so that up to {parts} threads can share it; {count} of them are at work.",
              { parts: count(plan.shards) },
            ),
          ];
    if (imagesPerSecond > 0)
      sentences.push(
        plural(plan.batch, "A step of {count} image takes {duration}.", "A step of {count} images takes {duration}.", {
          duration: milliseconds(plan.batch / imagesPerSecond),
        }),
      );
    return sentences.join(" ");
  }

  #batchToggled(event: Event): void {
    this.#controller.store.openBatch((event.target as HTMLDetailsElement).open);
  }

  #batch() {
    const { run, plan } = this.state;
    const { batch } = this.#controller.store;
    const { info: data } = this.state.data;
    if (isLocked(run))
      return html`<p class="soft">
        ${msg("Pause to see the batch of the last step. Step trains one batch and shows it.")}
      </p>`;
    const { batch: failure } = this.state.requests.failed;
    if (failure !== undefined) return failureNote(failure);
    if (!batch || !data || !plan) return html`<p class="soft">${msg("The batch is shown once the run is ready.")}</p>`;
    const shown = batch.examples.slice(0, MAX_IMAGES);
    const images =
      shown.length < batch.examples.length
        ? msg("{shown} of its {all} images", { shown: count(shown.length), all: count(batch.examples.length) })
        : plural(shown.length, "its {count} image", "its {count} images");
    const values = { step: count(batch.step), images };
    return html`
      <p class="soft" role="status" aria-label=${msg("Batch")}>${this.#batchText(values)}</p>
      <ul class="batch" aria-label=${msg("Images of the batch")}>
        ${shown.map(({ pixels, label }, index) => {
          const name = className(data, label);
          return html`
            <li title=${name}>
              ${pixelImage(msg("Image {number} of the batch, of {class}", { number: count(index + 1), class: name }), pixels, data)}
              ${name}
            </li>
          `;
        })}
      </ul>
    `;
  }

  #batchText(values: { step: string; images: string }): string {
    const isAugmented = Boolean(this.state.recipe.parsed?.values["aug"]);
    if (this.state.hasTrained)
      return isAugmented
        ? msg(
            "The batch of step {step}, which was trained last: {images}, with their classes, as the network gets them, augmented. Step trains one more.",
            values,
          )
        : msg(
            "The batch of step {step}, which was trained last: {images}, with their classes, as the network gets them. Step trains one more.",
            values,
          );
    return isAugmented
      ? msg(
          "The batch of step {step}, which is trained first: {images}, with their classes, as the network gets them, augmented. Step trains one more.",
          values,
        )
      : msg(
          "The batch of step {step}, which is trained first: {images}, with their classes, as the network gets them. Step trains one more.",
          values,
        );
  }
}
