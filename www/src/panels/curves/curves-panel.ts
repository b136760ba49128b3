import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { refusalOf } from "../../state/run-state.js";
import { shared } from "../../styles/shared.js";
import "../custom-images/give-images.js";
import { areMissing } from "../custom-images/missing.js";
import "./bench-readouts.js";
import "./bench-verification.js";
import "./curve-chart.js";
import { missingScoresText } from "./missing-scores.js";
import "./score-table.js";

/** The run's progress: its readouts, its verification, and its curves. */
@customElement("curves-panel")
export class CurvesPanel extends BenchElement {
  static override styles = [
    shared,
    css`
      .curves {
        display: grid;
        gap: 1.25rem;
        grid-template-columns: minmax(0, 1fr);
      }

      .missing,
      score-table {
        grid-column: 1 / -1;
      }

      @media (min-width: 46rem) {
        .curves {
          grid-template-columns: repeat(2, minmax(0, 1fr));
          grid-template-rows: minmax(0, 1fr) auto;
        }
      }
    `,
  ];

  override render() {
    const { bench, state } = this;
    const { curves } = bench.series;
    const { plan, progress, results } = state;
    const { curvesVersion: version } = progress;
    const missing = plan ? missingScoresText(plan, progress, curves.scores, results.computedFrom) : "";
    const hint = refusalOf(state.run) ? "Nothing can be trained yet: see above what is not allowed." : "";
    return html`
      <bench-readouts .bench=${bench}></bench-readouts>
      <bench-verification .bench=${bench}></bench-verification>
      ${areMissing(state) ? html`<give-images .bench=${bench}></give-images>` : nothing}
      <div class="curves" ?hidden=${areMissing(state)}>
        ${(["loss", "accuracy"] as const).map(
          (quantity) => html`
            <curve-chart
              quantity=${quantity}
              hint=${hint}
              .curves=${curves}
              .version=${version}
              .steps=${state.plan?.steps ?? 0}
              .beside=${state.files.opened?.curves ?? null}
            ></curve-chart>
          `,
        )}
        ${missing && html`<p class="soft missing" role="note" aria-label="Test points">${missing}</p>`}
        <score-table ?hidden=${curves.scores.length === 0} .scores=${curves.scores} .version=${version}></score-table>
      </div>
    `;
  }
}
