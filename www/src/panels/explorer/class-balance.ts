import { css, html } from "lit";
import { customElement, property } from "lit/decorators.js";

import { bars } from "../../styles/bars.js";
import { shared } from "../../styles/shared.js";
import { count, percent } from "../../format.js";
import { SignalElement } from "../../ui/signal-element.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { msg } from "../../words/msg.js";

/** How many images there are of each class, as bars with their numbers. */
@customElement("class-balance")
export class ClassBalance extends SignalElement {
  static override styles = [
    shared,
    bars,
    css`
      /* Somebody's own classes may be 256. */
      .scroll {
        max-height: 20rem;
        overflow-y: auto;
      }

      th {
        max-width: 8rem;
        overflow-wrap: anywhere;
      }

      .share {
        width: 60%;
      }
    `,
  ];

  @property({ attribute: false }) classes: readonly string[] = [];
  @property({ attribute: false }) counts: readonly number[] = [];
  /** The class that stands out; null for none. */
  @property({ attribute: false }) chosen: number | null = null;

  override render() {
    const { classes, counts, chosen } = this;
    const most = Math.max(1, ...counts);
    const all = counts.reduce((sum, number) => sum + number, 0);
    return html`
      <div class="scroll" tabindex="0" role="group" aria-label=${msg("Class balance")}>
        <table>
          <caption class="heard">
            ${msg("Images of each class")}
          </caption>
          <tbody>
            ${classes.map((name, label) => {
              const number = counts[label] ?? 0;
              return html`
                <tr class=${label === chosen ? "lit" : ""}>
                  <th scope="row">${name}</th>
                  <td class="share"><div class="bar" ${inlineStyle(`width: ${(100 * number) / most}%`)}></div></td>
                  <td class="number">${count(number)}</td>
                  <td class="number soft">${percent(number / Math.max(1, all))}</td>
                </tr>
              `;
            })}
          </tbody>
        </table>
      </div>
    `;
  }
}
