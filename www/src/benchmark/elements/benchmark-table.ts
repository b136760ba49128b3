import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Row, Table } from "../tables.js";
import { shared } from "../../styles/shared.js";
import { tables } from "../../styles/tables.js";

/** One table of the results, with what its figures mean. */
@customElement("benchmark-table")
export class BenchmarkTable extends LitElement {
  static override styles = [
    shared,
    tables,
    css`
      :host {
        container-type: inline-size;
      }

      h3 {
        margin-bottom: 0.4rem;
      }

      /* On a narrow screen the names stay where they are, and the figures pass under them. */
      th:first-child {
        position: sticky;
        left: 0;
        z-index: 1;
        min-width: 7rem;
        background: var(--paper);
        white-space: normal;
      }

      tbody th {
        color: var(--ink);
      }

      tbody th small {
        display: block;
        color: var(--ink-soft);
        font-size: 0.8125rem;
        font-weight: 400;
      }

      .failed {
        color: var(--bad);
        white-space: normal;
        overflow-wrap: anywhere;
      }

      .failed span {
        position: sticky;
        left: 10rem;
        display: inline-block;
        max-width: max(8rem, 100cqi - 11rem);
      }

      .notes {
        display: grid;
        gap: 0.35rem;
        max-width: 62rem;
        margin-top: 0.6rem;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) table!: Table;
  @property({ attribute: false }) running = false;

  override render() {
    const { caption, head, rows, notes } = this.table;
    return html`
      <h3>${caption}</h3>
      <div class="scroll" tabindex="0" role="region" aria-label=${caption}>
        <table aria-busy=${this.running ? "true" : "false"}>
          <caption class="heard">
            ${caption}
          </caption>
          <thead>
            <tr>
              ${head.map((title, index) => html`<th scope="col" class=${index > 0 ? "number" : ""}>${title}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => this.#row(row))}
          </tbody>
        </table>
      </div>
      <div class="notes">${notes.map((note) => html`<p class="soft">${note}</p>`)}</div>
    `;
  }

  #row({ name, detail, cells, failed }: Row) {
    return html`
      <tr>
        <th scope="row">${name} ${detail ? html`<small>${detail}</small>` : nothing}</th>
        ${
          failed === null
            ? cells.map((cell) => html`<td class="number">${cell}</td>`)
            : html`<td class="failed" colspan=${cells.length}><span>${failed}</span></td>`
        }
      </tr>
    `;
  }
}
