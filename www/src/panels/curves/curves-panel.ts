import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { whyNotLoaded } from "../../new-version.js";
import type { Figure } from "../../figure/figure.js";
import type {} from "../../outcome/copy-sentence.js";
import type {} from "../../outcome/run-outcome.js";
import { refusalOf } from "../../state/run-state.js";
import { shared } from "../../styles/shared.js";
import { failureNote } from "../../ui/failure-note.js";
import "../custom-images/give-images.js";
import { areMissing } from "../custom-images/missing.js";
import "./bench-verification.js";
import "./curve-chart.js";
import { missingScoresText } from "./missing-scores.js";
import "./score-table.js";
import { segmented, segmentedStyles } from "../../ui/segmented.js";
import type { Quantity } from "../../ui/chart/view.js";

/** The first step after which something may be told of a run that goes on. */
const OUTCOME_FROM = 50;

const QUANTITIES = [
  { value: "accuracy", label: "Accuracy" },
  { value: "loss", label: "Loss" },
] as const;

/** The run's progress: its readouts, its verification, what happened, and its curve. */
@customElement("curves-panel")
export class CurvesPanel extends BenchElement {
  static override styles = [
    shared,
    segmentedStyles,
    css`
      .curves {
        display: grid;
        gap: 0.75rem;
        grid-template-columns: minmax(0, 1fr);
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        align-items: center;
      }
    `,
  ];

  /** What says what happened is loaded once a run has come this far, or has ended. */
  #isOutcomeWanted = false;
  @internal() private quantity: Quantity = "accuracy";
  @internal() private outcomeFailure: string | undefined;

  protected override willUpdate(): void {
    const { run, progress } = this.state;
    const isOver = run.phase === "finished" || run.phase === "suspended";
    if (this.#isOutcomeWanted || !(isOver || progress.step >= OUTCOME_FROM)) return;
    this.#isOutcomeWanted = true;
    void this.#loadOutcome();
  }

  async #loadOutcome(): Promise<void> {
    try {
      await Promise.all([import("../../outcome/run-outcome.js"), import("../../outcome/copy-sentence.js")]);
    } catch (thrown) {
      const why = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
      this.outcomeFailure = await whyNotLoaded(
        `This part of the page could not be loaded (${why}). Look at the connection.`,
      );
    }
  }

  readonly #figure = async (): Promise<Figure> => {
    const { curveFigure } = await import("./curves-figure.js");
    return curveFigure(this.bench, this.quantity);
  };

  readonly #showCurve = ({ detail }: CustomEvent<Quantity>): void => {
    this.quantity = detail;
    this.renderRoot.querySelector("curve-chart")?.scrollIntoView({ block: "center" });
  };

  #switch() {
    return segmented({
      label: "What the curve shows",
      options: QUANTITIES,
      value: this.quantity,
      onChange: (value) => (this.quantity = value),
    });
  }

  override render() {
    const { bench, state } = this;
    const { curves } = bench.series;
    const { plan, progress, results } = state;
    const { curvesVersion: version } = progress;
    const missing = plan ? missingScoresText(plan, progress, curves.scores, results.computedFrom) : "";
    const hint = refusalOf(state.run) ? "Nothing can be trained yet: see above what is not allowed." : "";
    return html`
      <bench-verification .bench=${bench}></bench-verification>
      ${failureNote(this.outcomeFailure)}
      ${this.#isOutcomeWanted ? html`<run-outcome .bench=${bench} @show-curve=${this.#showCurve}></run-outcome><copy-sentence .bench=${bench}></copy-sentence>` : nothing}
      ${areMissing(state) ? html`<give-images .bench=${bench}></give-images>` : nothing}
      <div class="curves" ?hidden=${areMissing(state)}>
        <curve-chart
          quantity=${this.quantity}
          hint=${hint}
          .curves=${curves}
          .version=${version}
          .steps=${state.plan?.steps ?? 0}
          .beside=${state.files.opened?.curves ?? null}
          .last=${bench.series.lastOn(state.recipe.parsed?.values)}
          .figure=${this.#figure}
        >
          <div slot="head" class="head">${this.#switch()}</div>
        </curve-chart>
        ${missing && html`<p class="soft missing" role="note" aria-label="Test points">${missing}</p>`}
        <score-table ?hidden=${curves.scores.length === 0} .scores=${curves.scores} .version=${version}></score-table>
      </div>
    `;
  }
}
