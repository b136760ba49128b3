import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import { printable } from "../../../../crate/js/printable.js";
import { percent } from "../../format.js";
import type { ImageShape } from "../../pixels.js";
import { shared } from "../../styles/shared.js";
import { pixelImage } from "../../ui/pixel-image.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg } from "../../words/msg.js";
import { unsureText } from "./answers-store.js";
import type { AnsweredImage } from "./requests.js";

/** Images with what the network answers to them. */
@customElement("answers-table")
export class AnswersTable extends SignalElement {
  static override styles = [
    shared,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.875rem;
      }

      th,
      td {
        padding: 0.35rem 0.5rem 0.35rem 0;
        border-top: 1px solid var(--line);
        overflow-wrap: break-word;
        text-align: start;
        vertical-align: top;
      }

      thead th {
        border-top: 0;
        color: var(--ink-soft);
        font-weight: 550;
      }

      /* Long paths give way first: of the other columns no word is broken. */
      tbody th {
        min-width: 7rem;
        font-weight: inherit;
        overflow-wrap: anywhere;
      }

      .image {
        display: flex;
        gap: 0.6rem;
        align-items: start;
      }

      pixel-image {
        flex: none;
        width: 2.75rem;
      }

      .others,
      .unsure {
        color: var(--ink-soft);
        font-size: 0.8125rem;
      }

      .wrong {
        color: var(--warm);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) rows: readonly AnsweredImage[] = [];
  @property({ attribute: false }) shape: ImageShape = { channels: 1, height: 28, width: 28 };
  /** Whether folders tell classes. */
  @property({ type: Boolean }) labelled = false;

  override render() {
    return html`
      <table>
        <caption class="heard">
          ${msg("Answers, the most doubtful first")}
        </caption>
        <thead>
          <tr>
            <th scope="col">${msg("Image")}</th>
            <th scope="col">${msg("Answer")}</th>
            ${this.labelled ? html`<th scope="col">${msg("Folder")}</th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${this.rows.map((row) => this.#row(row))}
        </tbody>
      </table>
    `;
  }

  #row(row: AnsweredImage) {
    const { path, answer, probability, top, label, correct, pixels } = row;
    const others = top.slice(1).map(({ name, probability: share }) => `${printable(name)} ${percent(share)}`);
    const unsure = unsureText(row);
    return html`
      <tr>
        <th scope="row">
          <div class="image">${pixelImage(undefined, pixels, this.shape)}<bdi>${printable(path)}</bdi></div>
        </th>
        <td>
          <b>${printable(answer)}</b> ${percent(probability)}
          <div class="others">${others.join(", ")}</div>
          ${unsure ? html`<div class="unsure">${unsure}</div>` : nothing}
        </td>
        ${
          this.labelled
            ? html`<td class=${correct === false ? "wrong" : ""}>
                ${label === undefined ? nothing : correct ? msg("right: {class}", { class: printable(label) }) : msg("wrong: {class}", { class: printable(label) })}
              </td>`
            : nothing
        }
      </tr>
    `;
  }
}
