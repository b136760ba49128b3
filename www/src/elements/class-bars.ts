import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";

import { shared } from "../styles/shared.js";
import { percent } from "../words.js";

/** How probable the network holds each class to be. */
@customElement("class-bars")
export class ClassBars extends LitElement {
  static override styles = [
    shared,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.875rem;
        line-height: 1.3;
      }

      th,
      td {
        padding: 0.09rem 0;
      }

      /* Somebody's own classes have names of any length. */
      th {
        width: 1.4rem;
        max-width: 9rem;
        overflow: hidden;
        text-overflow: ellipsis;
        padding-right: 0.5rem;
        font-weight: 600;
        text-align: left;
        white-space: nowrap;
      }

      td:last-child {
        width: 4.5rem;
        text-align: right;
        white-space: nowrap;
      }

      .track {
        height: 0.75rem;
        border-radius: 3px;
        background: var(--sunk);
        overflow: hidden;
      }

      .bar {
        height: 100%;
        border-radius: 3px;
        background: var(--edge);
        transform-origin: left;
        transition: transform 0.12s;
      }

      .most .bar {
        background: var(--flame);
      }

      .most td {
        font-weight: 620;
      }
    `,
  ];

  @property({ attribute: false }) classes: readonly string[] = [];
  @property({ attribute: false }) probabilities: Float32Array | null = null;

  override render() {
    const { classes, probabilities } = this;
    const most = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    return html`
      <table>
        <caption class="heard">Probability of each class</caption>
        <tbody>
          ${classes.map((name, at) => {
            const share = probabilities?.[at] ?? 0;
            return html`
              <tr class=${at === most ? "most" : ""}>
                <th scope="row">${name}</th>
                <td><div class="track"><div class="bar" style="transform: scaleX(${share})"></div></div></td>
                <td>${probabilities ? percent(share) : "–"}</td>
              </tr>
            `;
          })}
        </tbody>
      </table>
    `;
  }
}
