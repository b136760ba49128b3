import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { loadPart } from "../../ui/load-part.js";
import type { Figure } from "../../figure/figure.js";
import type {} from "../../outcome/copy-sentence.js";
import type {} from "../../outcome/run-outcome.js";
import type {} from "../runs/compare-runs.js";
import { refusalOf } from "../../state/run-state.js";
import { shared } from "../../styles/shared.js";
import { failureNote } from "../../ui/failure-note.js";
import "./bench-verification.js";
import "./curve-chart.js";
import { missingScoresText } from "./missing-scores.js";
import "./score-table.js";
import { segmented, segmentedStyles } from "../../ui/segmented.js";
import type { Quantity } from "../../ui/chart/view.js";
import { defineMessage, msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** By this tag the state knows whether runs are compared. */
const COMPARISON = "compare-runs";

/** The first step after which something may be told of a run that goes on. */
const OUTCOME_FROM = 50;

const QUANTITIES = [
  { value: "accuracy", label: defineMessage("Accuracy") },
  { value: "loss", label: defineMessage("Loss") },
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

      .head button {
        min-height: 0;
        padding: 0.2rem 0.7rem;
        font-size: 0.875rem;
        line-height: 1.35;
      }

      .head button[aria-pressed="true"] {
        background: var(--flame-wash);
        box-shadow: inset 0 -2px var(--flame);
      }
    `,
  ];

  /** What says what happened is loaded once a run has come this far, or has ended. */
  #isOutcomeWanted = false;
  #isToggled = false;
  #comparison: "loading" | "loaded" | undefined;
  /** Why runs cannot be compared. */
  @internal() private comparisonFailure: string | undefined;
  @internal() private quantity: Quantity = "accuracy";
  @internal() private outcomeFailure: string | undefined;

  protected override willUpdate(): void {
    if (this.#compares && this.#comparison === undefined) void this.#loadComparison();
    const { run, progress } = this.state;
    const isOver = run.phase === "finished" || run.phase === "suspended";
    if (this.#isOutcomeWanted || !(isOver || progress.step >= OUTCOME_FROM)) return;
    this.#isOutcomeWanted = true;
    void this.#loadOutcome();
  }

  async #loadOutcome(): Promise<void> {
    this.outcomeFailure = await loadPart(() =>
      Promise.all([import("../../outcome/run-outcome.js"), import("../../outcome/copy-sentence.js")]),
    );
  }

  /** The curve with others beside it: what compares them is loaded when it is first asked for. */
  async #loadComparison(): Promise<void> {
    this.#comparison = "loading";
    this.comparisonFailure = await loadPart(() => import("../runs/compare-runs.js"));
    this.#comparison = this.comparisonFailure === undefined ? "loaded" : undefined;
    if (this.comparisonFailure !== undefined) this.bench.showPanel(COMPARISON, false);
    this.requestUpdate();
  }

  get #compares(): boolean {
    return this.state.panels.open.has(COMPARISON);
  }

  readonly #figure = async (): Promise<Figure> => {
    const { curveFigure } = await import("./curves-figure.js");
    return curveFigure(this.bench, this.quantity);
  };

  readonly #showCurve = ({ detail }: CustomEvent<Quantity>): void => {
    this.quantity = detail;
    this.renderRoot.querySelector("curve-chart, compare-runs")?.scrollIntoView({ block: "center" });
  };

  readonly #toggle = (): void => {
    this.#isToggled = true;
    this.bench.showPanel(COMPARISON, !this.#compares);
  };

  /** The button is another one in the other mode: whoever pressed it by keyboard keeps the focus. */
  protected override updated(): void {
    if (!this.#isToggled || (this.#compares && this.#comparison !== "loaded")) return;
    this.#isToggled = false;
    // Once the other chart has its slot.
    requestAnimationFrame(() =>
      this.renderRoot.querySelector<HTMLElement>(".head button")?.focus({ preventScroll: true }),
    );
  }

  /** What is shown, above it in either mode. */
  #head() {
    const compares = this.#compares;
    return html`
      <div slot="head" class="head">
        ${segmented({
          label: msg("What the curve shows"),
          options: QUANTITIES.map(({ value, label }) => ({ value, label: translated(label) })),
          value: this.quantity,
          onChange: (value) => (this.quantity = value),
        })}
        <button
          type="button"
          aria-pressed=${compares ? "true" : "false"}
          title=${msg("Compare runs: those that were trained before, and the one that trains")}
          @click=${this.#toggle}
        >
          ${msg("Compare")}
        </button>
      </div>
    `;
  }

  #curve() {
    const { bench, state } = this;
    const { curves } = bench.series;
    const { plan, progress, results } = state;
    const { curvesVersion: version } = progress;
    const missing = plan ? missingScoresText(plan, progress, curves.scores, results.computedFrom) : "";
    const hint = refusalOf(state.run) ? msg("Nothing can be trained yet: see above what is not allowed.") : "";
    return html`
      <curve-chart
        quantity=${this.quantity}
        hint=${hint}
        .curves=${curves}
        .version=${version}
        .steps=${plan?.steps ?? 0}
        .beside=${state.files.opened?.curves ?? null}
        .last=${bench.series.lastOn(state.recipe.parsed?.values, state.runs)}
        .figure=${this.#figure}
        >${this.#head()}</curve-chart
      >
      ${missing && html`<p class="soft missing" role="note" aria-label=${msg("Test points")}>${missing}</p>`}
      <score-table ?hidden=${curves.scores.length === 0} .scores=${curves.scores} .version=${version}></score-table>
    `;
  }

  override render() {
    const { bench } = this;
    const compares = this.#compares && this.#comparison === "loaded";
    return html`
      <bench-verification .bench=${bench}></bench-verification>
      ${failureNote(this.outcomeFailure)}
      ${this.#isOutcomeWanted ? html`<run-outcome .bench=${bench} @show-curve=${this.#showCurve}></run-outcome>` : nothing}
      ${failureNote(this.comparisonFailure)}
      <div class="curves">
        ${compares ? html`<compare-runs .bench=${bench} quantity=${this.quantity}>${this.#head()}</compare-runs>` : this.#curve()}
      </div>
      ${this.#isOutcomeWanted ? html`<copy-sentence .bench=${bench}></copy-sentence>` : nothing}
    `;
  }
}
