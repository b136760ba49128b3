import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { analyse, type Analysis, type ClassifiedExample } from "./analysis.js";
import type { DataInfo, Predictions } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { className, count, percent } from "../../format.js";
import { ThrottleController } from "../../ui/controllers/throttle.js";
import { PanelElement } from "../panel-element.js";
import "./confusion-matrix.js";
import type { Cell } from "./confusion-matrix.js";
import { pixelImage } from "../../ui/pixel-image.js";
import "./reliability-diagram.js";

/** Images in the gallery at most. */
const GALLERY_SIZE = 24;

/** While it trains, another score is analysed no sooner: faster, nobody can read it, and drawing it would slow the run. */
const HOLD_MS = 2_000;

/** What the network gets wrong on the test images, as of its last score. The worker sends nothing for it while it is closed. */
@customElement("mistakes-panel")
export class MistakesPanel extends PanelElement {
  static override styles = [
    shared,
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
        margin: 0;
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

  protected override readonly followsSteps = false;
  /** The cell of the confusion matrix whose images are shown; null for the worst mistakes. */
  @internal() private cell: Cell | null = null;
  #analysed: Predictions | null = null;
  #analysis: Analysis | null = null;
  readonly #throttle = new ThrottleController(this, HOLD_MS);

  override willUpdate(): void {
    const { answers, data, wantsAnswers } = this.state;
    if (!answers || !data) {
      this.#analysed = this.#analysis = null;
      this.cell = null;
      return;
    }
    if (answers !== this.#analysed && this.#throttle.allows(this.state.phase !== "training" || !this.#analysed)) {
      this.#analysed = answers;
      this.#analysis = analyse(answers, data.classes.length);
    }
    if (wantsAnswers && this.#analysis) {
      void this.bench.looking.wantTestExamples(this.#gallery(this.#analysis).map(({ index }) => index));
    }
  }

  override render() {
    const { wantsAnswers, data } = this.state;
    const analysis = this.#analysis;
    if (!wantsAnswers) return nothing;
    if (!analysis || !data) {
      return html`<p class="soft">
        Shown once the network has been scored on the test images: at the end of an epoch, or when the run ends.
      </p>`;
    }
    const { step, wrong, bins, calibrationError } = analysis;
    return html`
      <p class="soft" role="status" aria-label="Mistakes">
        After step ${count(step)}: ${count(wrong.length)} of ${count(analysis.count)} test images wrong.
      </p>
      <div class="parts">
        ${this.#matrix(analysis, data)}
        <section class="sure" aria-label="Calibration">
          <h3>How sure, and how often right</h3>
          <reliability-diagram .bins=${bins} .error=${calibrationError}></reliability-diagram>
        </section>
        ${this.#pictures(analysis, data)}
      </div>
    `;
  }

  #matrix({ confusion, byClass }: Analysis, { classes }: DataInfo) {
    const choose = (event: CustomEvent<Cell | null>): void => {
      this.cell = event.detail;
    };
    return html`
      <figure>
        <h3 id="matrix">Confusion matrix</h3>
        <confusion-matrix
          .classes=${classes}
          .confusion=${confusion}
          .byClass=${byClass}
          .chosen=${this.cell}
          @cell=${choose}
        ></confusion-matrix>
        <figcaption class="soft">
          Rows: what the images are. Columns: what they were taken for. Choose a number to see its images.
        </figcaption>
      </figure>
    `;
  }

  #pictures(analysis: Analysis, data: DataInfo) {
    const { cell } = this;
    const gallery = this.#gallery(analysis);
    const all = cell ? (analysis.confusion[cell.label]?.[cell.predicted] ?? 0) : analysis.wrong.length;
    const title = cell
      ? `${className(data, cell.label)} taken for ${className(data, cell.predicted)}`
      : "The worst mistakes";
    const showWorst = (): void => {
      this.cell = null;
    };
    return html`
      <section class="all" aria-label="Mistakes in pictures">
        <div class="head">
          <h3>${title}: ${gallery.length < all ? `${count(gallery.length)} of ` : ""}${count(all)}</h3>
          ${cell ? html`<button type="button" @click=${showWorst}>Show the worst mistakes</button>` : nothing}
        </div>
        ${gallery.length === 0 ? html`<p class="soft">There are none.</p>` : nothing}
        <ul class="gallery" aria-label=${title}>
          ${gallery.map((example) => this.#picture(example, data))}
        </ul>
      </section>
    `;
  }

  #picture({ index, label, predicted, confidence, labelProbability }: ClassifiedExample, data: DataInfo) {
    const pixels = this.state.testExamples.get(index)?.pixels ?? [];
    const name = className(data, label);
    return html`
      <li>
        ${pixelImage(`Test image ${count(index)}, of ${name}`, pixels, data)}
        <b>${className(data, predicted)}</b> <span class="figure">${percent(confidence)}</span>
        ${
          predicted === label
            ? nothing
            : html`<br /><span class="soft">is ${name}, <span class="figure">${percent(labelProbability)}</span></span>`
        }
      </li>
    `;
  }

  /** The worst mistakes, or the examples of the chosen cell. */
  #gallery({ wrong, correct }: Analysis): ClassifiedExample[] {
    const { cell } = this;
    if (!cell) return wrong.slice(0, GALLERY_SIZE);
    const examples = cell.label === cell.predicted ? correct : wrong;
    return examples
      .filter(({ label, predicted }) => label === cell.label && predicted === cell.predicted)
      .slice(0, GALLERY_SIZE);
  }
}
