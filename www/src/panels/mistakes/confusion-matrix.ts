import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import { SignalElement } from "../../ui/signal-element.js";
import { inlineStyle } from "../../ui/inline-style.js";
import type { ClassScore } from "./analysis.js";
import { shared } from "../../styles/shared.js";
import { scrolled } from "../../styles/tables.js";
import { count, percent } from "../../format.js";
import { msg } from "../../words/msg.js";

/** A cell: the examples of one class that were classified as one class. */
export interface Cell {
  label: number;
  predicted: number;
}

/**
 * The confusion matrix, and how much of each class is correct. Fires `cell` with the cell that was chosen, or with null
 * where the chosen one was pressed again.
 */
@customElement("confusion-matrix")
export class ConfusionMatrix extends SignalElement {
  static override styles = [
    shared,
    scrolled,
    css`
      table {
        border-collapse: separate;
        border-spacing: 2px;
        font-size: 0.8125rem;
      }

      th {
        padding: 0 0.25rem;
        color: var(--ink-soft);
        font-weight: 550;
        white-space: nowrap;
      }

      th[scope="row"] {
        text-align: right;
      }

      td {
        padding: 0;
        text-align: right;
      }

      .long thead th[scope="col"] {
        height: 6.5rem;
        vertical-align: bottom;
        writing-mode: vertical-rl;
        transform: rotate(180deg);
        text-align: left;
      }

      button {
        width: 100%;
        min-width: 2.25rem;
        min-height: 1.75rem;
        padding: 0 0.3rem;
        border: 1px solid transparent;
        border-radius: 4px;
        background: color-mix(in srgb, var(--warm) calc(var(--share) * var(--strongest)), var(--sunk));
        font-size: inherit;
        text-align: right;
        /* All of them would fade at every scoring. */
        transition: none;
      }

      /* As strong as the number on it stays readable. */
      :host {
        --strongest: 70%;
      }

      @media (prefers-color-scheme: dark) {
        :host {
          --strongest: 42%;
        }
      }

      button.right {
        background: color-mix(in srgb, var(--flame) calc(var(--share) * 30%), var(--sunk));
      }

      button:hover {
        border-color: var(--edge);
      }

      button[aria-pressed="true"] {
        border-color: var(--ink);
        outline: 1px solid var(--ink);
      }

      .none {
        display: block;
        min-width: 2.25rem;
        padding: 0 0.3rem;
        color: var(--ink-soft);
      }

      @media (max-width: 30rem) {
        th,
        button,
        .none {
          padding-inline: 0.1rem;
        }

        button,
        .none {
          min-width: 1.55rem;
        }

        button {
          font-size: 0.75rem;
        }
      }

      .share {
        padding-left: 0.5rem;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) classes: readonly string[] = [];
  /** `confusion[label][predicted]` */
  @property({ attribute: false }) confusion: number[][] = [];
  @property({ attribute: false }) byClass: ClassScore[] = [];
  @property({ attribute: false }) chosen: Cell | null = null;

  override render() {
    const { classes, confusion, byClass } = this;
    const long = classes.some((name) => name.length > 2) ? "long" : "";
    // Shares of the worst confusion, so that small ones are seen too.
    const most = Math.max(1, ...confusion.flatMap((row, label) => row.filter((_, predicted) => predicted !== label)));
    const cell = (label: number, predicted: number, number: number) =>
      number > 0 ? this.#cell({ label, predicted }, number, most) : html`<span class="none">0</span>`;
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label=${msg("Confusion matrix, to be scrolled")}>
        <table class=${long}>
          <caption class="heard">
            ${msg("Test images by class, in rows, and by what they were taken for, in columns")}
          </caption>
          <thead>
            <tr>
              <td></td>
              ${classes.map((name) => html`<th scope="col">${name}</th>`)}
              <th scope="col">${msg("share|right")}</th>
            </tr>
          </thead>
          <tbody>
            ${confusion.map(
              (row, label) => html`
                <tr>
                  <th scope="row">${classes[label]}</th>
                  ${row.map((number, predicted) => html`<td>${cell(label, predicted, number)}</td>`)}
                  <td class="share">${shareOf(byClass[label])}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  #cell(cell: Cell, number: number, most: number) {
    const { classes, chosen, byClass } = this;
    const { label, predicted } = cell;
    const isCorrect = label === predicted;
    const nameOf = (index: number): string => classes[index] ?? String(index);
    const share = isCorrect ? number / Math.max(1, byClass[label]?.count ?? 1) : number / most;
    const name = isCorrect
      ? msg("{class} taken for what it is: {number}", { class: nameOf(label), number: count(number) })
      : msg("{class} taken for {answer}: {number}", {
          class: nameOf(label),
          answer: nameOf(predicted),
          number: count(number),
        });
    const isPressed = chosen?.label === label && chosen.predicted === predicted;
    const choose = (): void => {
      this.dispatchEvent(new CustomEvent<Cell | null>("cell", { detail: isPressed ? null : cell }));
    };
    return html`
      <button
        type="button"
        class=${isCorrect ? "right" : "wrong"}
        ${inlineStyle(`--share: ${share.toFixed(3)}`)}
        aria-label=${name}
        aria-pressed=${isPressed ? "true" : "false"}
        @click=${choose}
      >
        ${count(number)}
      </button>
    `;
  }
}

function shareOf(score: ClassScore | undefined) {
  return score && score.count > 0 ? percent(score.correct / score.count) : nothing;
}
