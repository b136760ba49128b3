import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { ClassScore } from "./analysis.js";
import { shared } from "../../styles/shared.js";
import { count, percent } from "../../words.js";

/** A cell: examples of one class that were taken for another, or for what they are. */
export interface Cell {
  truth: number;
  guess: number;
}

/** What was taken for what, and how much of each class is right. Sends `cell` with the one that was chosen. */
@customElement("confusion-matrix")
export class ConfusionMatrix extends LitElement {
  static override styles = [
    shared,
    css`
      .scroll {
        overflow-x: auto;
      }

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
  /** `confusion[truth][guess]` */
  @property({ attribute: false }) confusion: number[][] = [];
  @property({ attribute: false }) byClass: ClassScore[] = [];
  @property({ attribute: false }) chosen: Cell | null = null;

  override render() {
    const { classes, confusion, byClass } = this;
    const long = classes.some((name) => name.length > 2) ? "long" : "";
    // Shares of the worst confusion, that small ones are seen too.
    const most = Math.max(1, ...confusion.flatMap((row, truth) => row.filter((_, guess) => guess !== truth)));
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix, to be scrolled">
        <table class=${long}>
          <caption class="heard">
            Test images by class, in rows, and by what they were taken for, in columns
          </caption>
          <thead>
            <tr>
              <td></td>
              ${classes.map((name) => html`<th scope="col">${name}</th>`)}
              <th scope="col">right</th>
            </tr>
          </thead>
          <tbody>
            ${confusion.map(
              (row, truth) => html`
                <tr>
                  <th scope="row">${classes[truth]}</th>
                  ${row.map((many, guess) => html`<td>${many > 0 ? this.#cell(truth, guess, many, most) : html`<span class="none">0</span>`}</td>`)}
                  <td class="share">${this.#share(byClass[truth])}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  #share(score: ClassScore | undefined) {
    return score && score.count > 0 ? percent(score.right / score.count) : nothing;
  }

  #cell(truth: number, guess: number, many: number, most: number) {
    const { classes, chosen, byClass } = this;
    const right = truth === guess;
    const share = right ? many / Math.max(1, byClass[truth]?.count ?? 1) : many / most;
    const label = right
      ? `${classes[truth]} taken for what it is: ${count(many)}`
      : `${classes[truth]} taken for ${classes[guess]}: ${count(many)}`;
    const pressed = chosen?.truth === truth && chosen.guess === guess;
    return html`
      <button
        type="button"
        class=${right ? "right" : "wrong"}
        style="--share: ${share.toFixed(3)}"
        aria-label=${label}
        aria-pressed=${pressed ? "true" : "false"}
        @click=${() => this.dispatchEvent(new CustomEvent<Cell | null>("cell", { detail: pressed ? null : { truth, guess } }))}
      >
        ${count(many)}
      </button>
    `;
  }
}
