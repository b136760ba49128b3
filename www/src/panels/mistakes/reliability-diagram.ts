import { css, html, nothing, svg } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Bin } from "./analysis.js";
import { shared } from "../../styles/shared.js";
import { SignalElement } from "../../ui/signal-element.js";
import { tables } from "../../styles/tables.js";
import { count, percent } from "../../format.js";
import { msg } from "../../words/msg.js";

const SIDE = 200;
/** Room for the numbers at the axes. */
const LEFT = 48;
const RIGHT = 18;
const BELOW = 38;
const ABOVE = 6;

/** Accuracy by confidence. A network whose bars are on the diagonal is calibrated: it is right as often as it is confident. */
@customElement("reliability-diagram")
export class ReliabilityDiagram extends SignalElement {
  static override styles = [
    shared,
    tables,
    css`
      svg {
        display: block;
        width: 100%;
        max-width: 21rem;
        height: auto;
      }

      text {
        fill: var(--ink-soft);
        font-size: 10px;
      }

      .frame {
        fill: none;
        stroke: var(--line);
      }

      .bar {
        fill: var(--flame-faint);
        stroke: var(--flame);
      }

      .ideal {
        stroke: var(--edge);
        stroke-dasharray: 4 3;
      }
    `,
  ];

  @property({ attribute: false }) bins: Bin[] = [];
  @property({ type: Number }) error = 0;

  override render() {
    const { bins, error } = this;
    const filled = bins.filter((bin) => bin.count > 0);
    if (filled.length === 0) return nothing;
    const label = msg("Reliability diagram: of the most confident tenth that there is, {share} are right", {
      share: percent(filled.at(-1)?.accuracy ?? 0),
    });
    return html`
      <svg viewBox="0 0 ${LEFT + SIDE + RIGHT} ${ABOVE + SIDE + BELOW}" role="img" aria-label=${label}>
        <g transform="translate(${LEFT} ${ABOVE})">
          <rect class="frame" width=${SIDE} height=${SIDE}></rect>
          ${filled.map(
            (bin) => svg`
            <rect class="bar" x=${bin.from * SIDE + 1} y=${(1 - bin.accuracy) * SIDE} width=${(bin.to - bin.from) * SIDE - 2} height=${bin.accuracy * SIDE}></rect>
          `,
          )}
          <line class="ideal" x1="0" y1=${SIDE} x2=${SIDE} y2="0"></line>
          ${[0, 0.5, 1].map(
            (at) => svg`
            <text x="-5" y=${(1 - at) * SIDE + 3.5} text-anchor="end">${100 * at} %</text>
            <text x=${at * SIDE} y=${SIDE + 17} text-anchor="middle">${100 * at} %</text>
          `,
          )}
          <text x=${SIDE / 2} y=${SIDE + 31} text-anchor="middle">${msg("axis|confidence")}</text>
          <text transform="translate(-38 ${SIDE / 2}) rotate(-90)" text-anchor="middle">${msg("share|right")}</text>
        </g>
      </svg>
      <p class="soft">
        ${msg(
          "Bars on the dashed line would be right as often as they are confident. On average they are {share} apart (expected calibration error).",
          { share: percent(error) },
        )}
      </p>
      <details>
        <summary>${msg("The bars as numbers")}</summary>
        <table>
          <caption class="heard">
            ${msg("How often the network is right, by confidence")}
          </caption>
          <thead>
            <tr>
              <th scope="col">${msg("Confidence")}</th>
              <th scope="col" class="number">${msg("Images")}</th>
              <th scope="col" class="number">${msg("share|Right")}</th>
            </tr>
          </thead>
          <tbody>
            ${filled.map(
              (bin) => html`
                <tr>
                  <td>${msg("{from} to {to} %", { from: count(100 * bin.from), to: count(100 * bin.to) })}</td>
                  <td class="number">${count(bin.count)}</td>
                  <td class="number">${percent(bin.accuracy)}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </details>
    `;
  }
}
