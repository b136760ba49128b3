import { css, html } from "lit";
import { customElement, property } from "lit/decorators.js";

import { percent, significantTo } from "../../format.js";
import { softmaxOf } from "../../stage/explain/rows.js";
import { shared } from "../../styles/shared.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg } from "../../words/msg.js";

const number = (value: number): string => significantTo(4, value).replace("-", "−");

/** How logits become probabilities: e to the power of each, as a share of their sum. */
@customElement("softmax-table")
export class SoftmaxTable extends SignalElement {
  static override styles = [
    shared,
    css`
      div {
        overflow-x: auto;
      }

      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.8125rem;
        font-variant-numeric: tabular-nums;
      }

      th,
      td {
        padding: 0.15rem 0.35rem;
        border-bottom: 1px solid var(--line);
        text-align: right;
        white-space: nowrap;
      }

      th {
        font-weight: 400;
      }

      thead th {
        color: var(--ink-soft);
      }

      th:first-child {
        max-width: 9rem;
        padding-left: 0;
        overflow: hidden;
        text-align: left;
        text-overflow: ellipsis;
      }

      .greatest {
        font-weight: 620;
      }

      p {
        margin-top: 0.35rem;
      }
    `,
  ];

  @property() label = "Softmax";
  @property({ attribute: false }) classes: readonly string[] = [];
  @property({ attribute: false }) logits = new Float32Array();

  override render() {
    const { rows, sum, shift } = softmaxOf(this.logits);
    const most = Math.max(...rows.map(({ share }) => share));
    const exponent = shift === 0 ? msg("logit") : `${msg("logit")} − ${number(shift)}`;
    return html`
      <h3>${msg("Softmax")}</h3>
      <div>
        <table aria-label=${this.label}>
          <thead>
            <tr>
              <th scope="col">${msg("Class")}</th>
              <th scope="col">${msg("Logit")}</th>
              <th scope="col">e<sup>${exponent}</sup></th>
              <th scope="col">${msg("part|Share")}</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ logit, power, share }, at) => html`
                <tr class=${share === most ? "greatest" : ""}>
                  <th scope="row">${this.classes[at] ?? at}</th>
                  <td>${number(logit)}</td>
                  <td>${number(power)}</td>
                  <td>${percent(share)}</td>
                </tr>
              `,
            )}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">${msg("Sum")}</th>
              <td></td>
              <td>${number(sum)}</td>
              <td>${percent(1)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      <p class="soft">${msg("A class’s probability is its power of e, as a share of the sum of all.")}</p>
    `;
  }
}
