import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import { bars } from "../styles/bars.js";
import { shared } from "../styles/shared.js";
import { argmax } from "../math.js";
import { percent } from "../format.js";
import { inlineStyle } from "./inline-style.js";
import { msg } from "../words/msg.js";
import { SignalElement } from "./signal-element.js";

/** More than so many are scrolled: the keyboard has to come to them, too. */
const MOST_IN_VIEW = 12;

/** How probable the network holds each class to be. */
@customElement("class-bars")
export class ClassBars extends SignalElement {
  static override styles = [
    shared,
    bars,
    css`
      /* Somebody's own classes have names of any length. */
      th {
        width: 1.4rem;
        max-width: 9rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .number {
        width: 4.5rem;
      }

      @media (max-width: 30rem) {
        th {
          max-width: 4.3rem;
          padding-right: 0.25rem;
          font-size: 0.75rem;
        }

        .number {
          width: 3rem;
          padding-left: 0.25rem;
          font-size: 0.75rem;
        }
      }

      .track {
        border-radius: 3px;
        background: var(--sunk);
        overflow: hidden;
      }

      .bar {
        transform-origin: left;
      }

      .lit td {
        font-weight: 620;
      }
    `,
  ];

  /** By itself, that these are probabilities. */
  @property() label = "";
  @property({ attribute: false }) classes: readonly string[] = [];
  @property({ attribute: false }) probabilities: Float32Array | null = null;

  override render() {
    const { classes, probabilities } = this;
    const most = probabilities ? argmax(probabilities) : -1;
    return html`
      <table tabindex=${classes.length > MOST_IN_VIEW ? "0" : nothing}>
        <caption class="heard">
          ${this.label || msg("Probability of each class")}
        </caption>
        <tbody>
          ${classes.map((name, at) => {
            const share = probabilities?.[at] ?? NaN;
            return html`
              <tr class=${at === most ? "lit" : ""}>
                <th scope="row" title=${name}>${name}</th>
                <td>
                  <div class="track"><div class="bar" ${inlineStyle(`transform: scaleX(${share || 0})`)}></div></div>
                </td>
                <td class="number">${percent(share)}</td>
              </tr>
            `;
          })}
        </tbody>
      </table>
    `;
  }
}
