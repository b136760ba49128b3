import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Score } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { tables } from "../../styles/tables.js";
import { count, finePercent, loss } from "../../format.js";
import { scoreTitle, withMirrors } from "../../score-text.js";
import { msg } from "../../words/msg.js";
import { SignalElement } from "../../ui/signal-element.js";

/** The test points of the curves, as numbers. */
@customElement("score-table")
export class ScoreTable extends SignalElement {
  static override styles = [
    shared,
    tables,
    css`
      .scroll {
        max-height: 16rem;
      }
    `,
  ];

  @property({ attribute: false }) scores: Score[] = [];
  /** Changes when `scores`, which is changed in place, has another one. */
  @property({ attribute: false }) version = 0;

  override render() {
    if (this.scores.length === 0) return nothing;
    const latestFirst = [...this.scores].reverse();
    const scored = latestFirst[0] ?? {};
    return html`
      <details>
        <summary>${msg("The test points as numbers")}</summary>
        <div class="scroll" tabindex="0" role="region" aria-label=${msg("Test points")}>
          <table>
            <caption class="heard">
              ${msg("Every score on the test images{mirrors}, the latest first", { mirrors: withMirrors(scored) })}
            </caption>
            <thead>
              <tr>
                <th scope="col" class="number">${msg("Step")}</th>
                <th scope="col" class="number">${msg("Test loss")}</th>
                <th scope="col" class="number">${scoreTitle(msg("Test accuracy"), scored)}</th>
                <th scope="col" class="number">${msg("Images")}</th>
              </tr>
            </thead>
            <tbody>
              ${latestFirst.map(
                (score) => html`
                  <tr>
                    <td class="number">${count(score.step)}</td>
                    <td class="number">${loss(score.loss)}</td>
                    <td class="number">${finePercent(score.accuracy)}</td>
                    <td class="number">${count(score.examples)}</td>
                  </tr>
                `,
              )}
            </tbody>
          </table>
        </div>
      </details>
    `;
  }
}
