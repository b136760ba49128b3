import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";

import { bars } from "../styles/bars.js";
import { shared } from "../styles/shared.js";
import { argmax } from "../math.js";
import { percent } from "../format.js";
import { inlineStyle } from "./inline-style.js";

/** How probable the network holds each class to be. */
@customElement("class-bars")
export class ClassBars extends LitElement {
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
        .number {
          width: 3.6rem;
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

  @property() label = "Probability of each class";
  @property({ attribute: false }) classes: readonly string[] = [];
  @property({ attribute: false }) probabilities: Float32Array | null = null;

  override render() {
    const { classes, probabilities } = this;
    const most = probabilities ? argmax(probabilities) : -1;
    return html`
      <table>
        <caption class="heard">
          ${this.label}
        </caption>
        <tbody>
          ${classes.map((name, at) => {
            const share = probabilities?.[at] ?? NaN;
            return html`
              <tr class=${at === most ? "lit" : ""}>
                <th scope="row">${name}</th>
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
