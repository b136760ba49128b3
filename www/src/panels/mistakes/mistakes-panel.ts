import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import type { Analysis, ClassifiedExample } from "./analysis.js";
import type { DataInfo } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { titled } from "../../styles/titled.js";
import { failureNote } from "../../ui/failure-note.js";
import { className, count, percent } from "../../format.js";
import { withMirrors } from "../../score-text.js";
import { PanelElement } from "../panel-element.js";
import { StoreController } from "../panel-store.js";
import "./confusion-matrix.js";
import type { Cell } from "./confusion-matrix.js";
import { MistakesStore } from "./mistakes-store.js";
import { pixelImage } from "../../ui/pixel-image.js";
import "../../ui/save-menu.js";
import { confusionFigure, reliabilityFigure } from "./mistakes-figures.js";
import "./reliability-diagram.js";
import { msg, rich } from "../../words/msg.js";

/** What the network gets wrong on the test images, as of its last score. The worker sends nothing for it while it is closed. */
@customElement("mistakes-panel")
export class MistakesPanel extends PanelElement {
  static override styles = [
    shared,
    titled,
    css`
      .parts {
        display: flex;
        flex-wrap: wrap;
        gap: 1.25rem 3rem;
        margin-top: 0.75rem;
      }

      .sure {
        flex: 0 1 21rem;
        min-width: 0;
      }

      .all {
        flex: 1 0 100%;
        min-width: 0;
      }

      .figure {
        white-space: nowrap;
      }

      h3 {
        margin-bottom: 0.4rem;
      }

      figure {
        min-width: 0;
      }

      .gallery {
        display: grid;
        gap: 0.6rem;
        grid-template-columns: repeat(auto-fill, minmax(min(5.75rem, 30%), 1fr));
        margin: 0.5rem 0 0;
        padding: 0;
        list-style: none;
        font-size: 0.8125rem;
        line-height: 1.3;
      }

      .gallery pixel-image {
        margin-bottom: 0.25rem;
        padding: 0.2rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        justify-content: space-between;
      }
    `,
  ];

  readonly #controller = new StoreController(this, () => new MistakesStore(this.bench));

  get #store(): MistakesStore {
    return this.#controller.store;
  }

  override render() {
    const { info: data } = this.state.data;
    const { analysis } = this.#store;
    const { failed } = this.state.inspection;
    if (!analysis || !data) {
      return html`${failureNote(failed.predictions)}
        <p class="soft">
          ${msg("Shown once the network has been scored on the test images: at the end of an epoch, or when the run ends.")}
        </p>`;
    }
    const { step, wrong, bins, calibrationError } = analysis;
    return html`
      <p class="soft" role="status" aria-label=${msg("Mistakes")}>
        ${msg("After step {step}: {wrong} of {images} test images wrong{mirrors}.", {
          step: count(step),
          wrong: count(wrong.length),
          images: count(analysis.count),
          mirrors: withMirrors(this.state.plan ?? {}),
        })}
      </p>
      ${failureNote(failed.predictions)} ${failureNote(this.state.requests.failed.testExamples)}
      <div class="parts">
        ${this.#matrix(analysis, data)}
        <section class="sure" aria-label=${msg("Calibration")}>
          <div class="titled">
            <h3>${msg("How confident, and how often right")}</h3>
            <save-menu
              label=${msg("saved|calibration")}
              .figure=${() => reliabilityFigure(this.bench, analysis)}
            ></save-menu>
          </div>
          <reliability-diagram .bins=${bins} .error=${calibrationError}></reliability-diagram>
        </section>
        ${this.#pictures(analysis, data)}
      </div>
    `;
  }

  #matrix(analysis: Analysis, { classes }: DataInfo) {
    const { confusion, byClass } = analysis;
    const choose = (event: CustomEvent<Cell | null>): void => this.#store.choose(event.detail);
    return html`
      <figure>
        <div class="titled">
          <h3 id="matrix">${msg("Confusion matrix")}</h3>
          <save-menu
            label=${msg("saved|confusion matrix")}
            .figure=${() => confusionFigure(this.bench, analysis, classes)}
          ></save-menu>
        </div>
        <confusion-matrix
          .classes=${classes}
          .confusion=${confusion}
          .byClass=${byClass}
          .chosen=${this.#store.cell}
          @cell=${choose}
        ></confusion-matrix>
        <figcaption class="soft">
          ${msg("Rows: what the images are. Columns: what they were taken for. Choose a number to see its images.")}
        </figcaption>
      </figure>
    `;
  }

  #pictures(analysis: Analysis, data: DataInfo) {
    const { cell, gallery } = this.#store;
    const all = cell ? (analysis.confusion[cell.label]?.[cell.predicted] ?? 0) : analysis.wrong.length;
    const title = cell
      ? msg("{class} taken for {answer}", {
          class: className(data, cell.label),
          answer: className(data, cell.predicted),
        })
      : msg("The worst mistakes");
    const showWorst = (): void => this.#store.choose(null);
    return html`
      <section class="all" aria-label=${msg("Mistakes in pictures")}>
        <div class="head">
          <h3>
            ${title}:
            ${gallery.length < all ? msg("{number} of {all}", { number: count(gallery.length), all: count(all) }) : count(all)}
          </h3>
          ${cell ? html`<button type="button" @click=${showWorst}>${msg("Show the worst mistakes")}</button>` : nothing}
        </div>
        ${gallery.length === 0 ? html`<p class="soft">${msg("There are none.")}</p>` : nothing}
        <ul class="gallery" aria-label=${title}>
          ${gallery.map((example) => this.#picture(example, data))}
        </ul>
      </section>
    `;
  }

  #picture({ index, label, predicted, confidence, labelProbability }: ClassifiedExample, data: DataInfo) {
    const pixels = this.#store.image(index)?.pixels ?? [];
    const name = className(data, label);
    return html`
      <li>
        ${pixelImage(msg("Test image {number}: {class}", { number: count(index + 1), class: name }), pixels, data)}
        ${rich("says {class} {share}", {
          class: html`<b>${className(data, predicted)}</b>`,
          share: html`<span class="figure">(${percent(confidence)})</span>`,
        })}
        ${
          predicted === label
            ? nothing
            : html`<br /><span class="soft"
                  >${rich("is {class} {share}", {
                    class: name,
                    share: html`<span class="figure">(${percent(labelProbability)})</span>`,
                  })}</span
                >`
        }
      </li>
    `;
  }
}
