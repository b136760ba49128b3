import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { analyse, type Analysis, type Answer } from "./analysis.js";
import type { DataInfo, Predictions } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { count, percent } from "../../words.js";
import { ThrottleController } from "../../ui/controllers/throttle.js";
import { PanelElement } from "../panel-element.js";
import "./confusion-matrix.js";
import type { Cell } from "./confusion-matrix.js";
import "../../ui/pixel-image.js";
import "./reliability-diagram.js";

/** As many as are looked at with pleasure. */
const SHOWN = 24;

/** While it trains, another scoring is shown no sooner: faster, nobody can read it, and drawing it would slow the run. */
const HOLD_MS = 2_000;

/** What the network gets wrong on the test images, as of the last scoring. Nothing is sent for it while it is closed. */
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
  @internal() private cell: Cell | null = null;
  #of: Predictions | null = null;
  #analysis: Analysis | null = null;
  readonly #throttle = new ThrottleController(this, HOLD_MS);

  override willUpdate(): void {
    const { answers, data, wantsAnswers } = this.state;
    if (!answers || !data) {
      this.#of = this.#analysis = null;
      this.cell = null;
      return;
    }
    if (answers !== this.#of && this.#throttle.allows(this.state.phase !== "training" || !this.#of)) {
      this.#of = answers;
      this.#analysis = analyse(answers, data.classes.length);
    }
    if (wantsAnswers && this.#analysis)
      this.bench.looking.wantTestExamples(this.#shown(this.#analysis).map(({ index }) => index));
  }

  override render() {
    const { wantsAnswers, data } = this.state;
    if (!wantsAnswers) return nothing;
    return this.#analysis && data ? this.#parts(this.#analysis, data) : this.#nothingYet();
  }

  #nothingYet() {
    return html`<p class="soft">
      Shown once the network has been scored on the test images: at the end of an epoch, or when the run ends.
    </p>`;
  }

  #parts(analysis: Analysis, data: DataInfo) {
    const { step, wrong, confusion, byClass, bins, calibrationError } = analysis;
    return html`
      <p class="soft" role="status" aria-label="Mistakes">
        After step ${count(step)}: ${count(wrong.length)} of ${count(analysis.count)} test images wrong.
      </p>
      <div class="parts">
        <figure>
          <h3 id="matrix">Confusion matrix</h3>
          <confusion-matrix
            .classes=${data.classes}
            .confusion=${confusion}
            .byClass=${byClass}
            .chosen=${this.cell}
            @cell=${(event: CustomEvent<Cell | null>) => {
              this.cell = event.detail;
            }}
          ></confusion-matrix>
          <figcaption class="soft">
            Rows: what the images are. Columns: what they were taken for. Choose a number to see its images.
          </figcaption>
        </figure>
        <section class="sure" aria-label="Calibration">
          <h3>How sure, and how often right</h3>
          <reliability-diagram .bins=${bins} .error=${calibrationError}></reliability-diagram>
        </section>
        ${this.#gallery(analysis, data)}
      </div>
    `;
  }

  #gallery(analysis: Analysis, data: DataInfo) {
    const { cell } = this;
    const shown = this.#shown(analysis);
    const name = (at: number) => data.classes[at] ?? String(at);
    const all = cell ? (analysis.confusion[cell.truth]?.[cell.guess] ?? 0) : analysis.wrong.length;
    const what = cell ? `${name(cell.truth)} taken for ${name(cell.guess)}` : "The worst mistakes";
    return html`
      <section class="all" aria-label="Mistakes in pictures">
        <div class="head">
          <h3>${what}: ${shown.length < all ? `${count(shown.length)} of ` : ""}${count(all)}</h3>
          ${
            cell
              ? html`<button
                  type="button"
                  @click=${() => {
                    this.cell = null;
                  }}
                >
                  Show the worst mistakes
                </button>`
              : nothing
          }
        </div>
        ${shown.length === 0 ? html`<p class="soft">There are none.</p>` : nothing}
        <ul class="gallery" aria-label=${what}>
          ${shown.map((answer) => this.#picture(answer, data, name))}
        </ul>
      </section>
    `;
  }

  #picture({ index, truth, guess, confidence, ofTruth }: Answer, data: DataInfo, name: (at: number) => string) {
    const example = this.state.testExamples.get(index);
    const label = `Test image ${count(index)}, of ${name(truth)}`;
    return html`
      <li>
        <pixel-image
          label=${label}
          .pixels=${example?.pixels ?? []}
          .channels=${data.channels}
          .columns=${data.width}
          .rows=${data.height}
        ></pixel-image>
        <b>${name(guess)}</b> <span class="figure">${percent(confidence)}</span>
        ${guess === truth ? nothing : html`<br /><span class="soft">is ${name(truth)}, <span class="figure">${percent(ofTruth)}</span></span>`}
      </li>
    `;
  }

  /** The worst mistakes, or the examples of the chosen cell. */
  #shown({ wrong, right }: Analysis): Answer[] {
    const { cell } = this;
    if (!cell) return wrong.slice(0, SHOWN);
    const from = cell.truth === cell.guess ? right : wrong;
    return from.filter(({ truth, guess }) => truth === cell.truth && guess === cell.guess).slice(0, SHOWN);
  }
}
