import { css, html, nothing, svg } from "lit";
import { customElement, property } from "lit/decorators.js";

import { count, loss, percent, significant } from "../../format.js";
import { cssColourOf } from "../../panels/runs/run-colours.js";
import { msg } from "../../words/msg.js";
import { shared } from "../../styles/shared.js";
import { quantityName } from "../../ui/chart/quantity.js";
import { SignalElement } from "../../ui/signal-element.js";
import { inlineStyle } from "../../ui/inline-style.js";
import "../../ui/save-menu.js";
import type { Figure } from "../../figure/figure.js";
import type { StoryRecipe } from "../story.js";
import { chartTitle } from "./chart-title.js";
import { plotOf, SIZE, type Quantity, type StoryPlot } from "./plot.js";
import type { StoryResult } from "./results.js";

/** A name that is longer would reach beyond the chart. */
const MOST_OF_NAME = 16;

/** The runs of a story in two small charts, a colour for each recipe, a line for each seed. */
@customElement("story-curves")
export class StoryCurves extends SignalElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 1rem 1.5rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
      }

      figure {
        max-width: 36rem;
      }

      figcaption {
        display: flex;
        align-items: center;
        margin-bottom: 0.25rem;
        font-size: 0.875rem;
        font-weight: 620;
      }

      svg {
        display: block;
        width: 100%;
        overflow: visible;
        font-size: 12px;
      }

      text {
        fill: var(--ink-soft);
      }

      .grid {
        stroke: var(--line);
      }

      polyline {
        fill: none;
        stroke: currentcolor;
        stroke-width: 1.75;
        stroke-linejoin: round;
        stroke-opacity: 0.85;
      }

      circle {
        fill: var(--paper);
        stroke: currentcolor;
        stroke-width: 1.75;
      }

      .name {
        fill: currentcolor;
        font-size: 11px;
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) recipes: readonly StoryRecipe[] = [];
  @property({ attribute: false }) results: readonly StoryResult[] = [];
  /** What is saved of a chart; null where none is. */
  @property({ attribute: false }) figure: ((quantity: Quantity) => Promise<Figure>) | null = null;

  override render() {
    return html`${this.#chart("loss")} ${this.#chart("accuracy")}`;
  }

  #chart(quantity: Quantity) {
    const plot = plotOf(
      quantity,
      this.recipes.map(({ id }) => id),
      this.results,
    );
    if (!plot) return nothing;
    return html`
      <figure>
        <figcaption>
          ${chartTitle(quantity)}
          ${this.figure ? html`<save-menu label=${this.#saved(quantity)} .figure=${() => this.figure!(quantity)}></save-menu>` : nothing}
        </figcaption>
        <svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label=${this.#inWords(quantity)}>
          ${axes(plot, quantity)}
          ${plot.lines.map(({ recipe, points, rings }) => {
            return svg`<g ${inlineStyle(`color: ${cssColourOf(recipe)}`)}>
              <polyline points=${points}></polyline>
              ${rings.map(({ x, y }) => svg`<circle cx=${x} cy=${y} r="2.75"></circle>`)}
            </g>`;
          })}
          ${plot.labels.map(
            ({ recipe, y }) =>
              svg`<text class="name" x=${plot.frame.right + 7} y=${y + 4} ${inlineStyle(`color: ${cssColourOf(recipe)}`)}>${shortened(this.recipes[recipe]?.name ?? "")}</text>`,
          )}
        </svg>
      </figure>
    `;
  }

  #saved(quantity: Quantity): string {
    return msg("{quantity} of the story", { quantity: quantityName(quantity) });
  }

  #inWords(quantity: Quantity): string {
    const lines = this.results.flatMap(({ result, curve }) => {
      const value = quantity === "loss" ? curve.losses.at(-1) : result.scores.at(-1)?.accuracy;
      const name = this.recipes.find(({ id }) => id === result.recipe)?.name;
      if (value === undefined || name === undefined) return [];
      const said = { name, seed: String(result.seed), step: count(result.done) };
      return [
        msg("{name}, seed {seed}: {value} at step {step}", {
          ...said,
          value: quantity === "loss" ? loss(value) : percent(value),
        }),
      ];
    });
    const title = chartTitle(quantity);
    return msg("{title} against the step. {lines}.", { title, lines: lines.join("; ") });
  }
}

function axes({ across, up, frame }: StoryPlot, quantity: Quantity) {
  const { left, right, bottom } = frame;
  return svg`
    ${up.map(
      ({ value, y }) => svg`
        <line class="grid" x1=${left} x2=${right} y1=${y} y2=${y}></line>
        <text x=${left - 6} y=${y + 4} text-anchor="end">${quantity === "loss" ? significant(value) : Math.round(100 * value)}</text>`,
    )}
    ${across.map(({ value, x }) => svg`<text x=${x} y=${bottom + 16} text-anchor="middle">${count(value)}</text>`)}
    <text x=${(left + right) / 2} y=${bottom + 31} text-anchor="middle">${quantity === "accuracy" ? msg("step; accuracy in %") : msg("step")}</text>
  `;
}

function shortened(name: string): string {
  const characters = Array.from(name);
  return characters.length > MOST_OF_NAME ? `${characters.slice(0, MOST_OF_NAME - 1).join("")}…` : name;
}

declare global {
  interface HTMLElementTagNameMap {
    "story-curves": StoryCurves;
  }
}
