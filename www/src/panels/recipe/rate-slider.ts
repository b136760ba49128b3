import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { fieldOf } from "../../fields.js";
import { plainNumber } from "../../format.js";
import { shownOf } from "../../state/recipe.js";
import { isLocked } from "../../state/run-state.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { valueOf } from "../../ui/select.js";
import { shownIn } from "./entered.js";
import { control, fieldStyles, settingOf } from "./field-control.js";
import { endsOf, placeOf, rateAt, sensibleRates, STEP, usualRate } from "./rate-scale.js";
import { msg } from "../../words/msg.js";

/** The learning rate: a logarithmic slider with the sensible rates marked, and its number beside it. */
@customElement("rate-slider")
export class RateSlider extends BenchElement {
  static override styles = [
    shared,
    labels,
    fieldStyles,
    css`
      .head {
        display: flex;
        gap: 0.75rem;
        align-items: center;
        justify-content: space-between;
      }

      .head label {
        margin: 0;
      }

      .head input {
        flex: 0 0 7.5rem;
        width: 7.5rem;
        text-align: end;
      }

      .slider {
        position: relative;
        margin-top: 0.35rem;
      }

      /* As far as the middle of the thumb goes. */
      .scale {
        position: absolute;
        inset: 0 0.65rem;
        pointer-events: none;
      }

      .scale i {
        position: absolute;
        top: 0.85rem;
        height: 0.6rem;
        border-inline: 2px solid var(--flame);
        background: var(--flame-faint);
      }

      input[type="range"] {
        position: relative;
        display: block;
        min-height: 2.3rem;
        margin: 0;
        padding: 0;
        border: 0;
        background: transparent;
        cursor: pointer;
      }

      input[type="range"]:disabled {
        background: transparent;
        cursor: default;
      }

      @media not (forced-colors: active) {
        input[type="range"] {
          appearance: none;
        }

        input[type="range"]::-webkit-slider-runnable-track {
          height: 0.3rem;
          border-radius: 1rem;
          background: color-mix(in srgb, var(--edge) 45%, transparent);
        }

        input[type="range"]::-moz-range-track {
          height: 0.3rem;
          border-radius: 1rem;
          background: color-mix(in srgb, var(--edge) 45%, transparent);
        }

        input[type="range"]::-webkit-slider-thumb {
          width: 1.3rem;
          height: 1.3rem;
          margin-top: -0.5rem;
          border: 2px solid var(--paper);
          border-radius: 50%;
          appearance: none;
          background: var(--flame);
          box-shadow: 0 0 0 1px var(--flame);
        }

        input[type="range"]::-moz-range-thumb {
          width: 1.05rem;
          height: 1.05rem;
          border: 2px solid var(--paper);
          border-radius: 50%;
          background: var(--flame);
          box-shadow: 0 0 0 1px var(--flame);
        }

        input[type="range"]:disabled::-webkit-slider-thumb {
          background: var(--edge);
          box-shadow: 0 0 0 1px var(--edge);
        }

        input[type="range"]:disabled::-moz-range-thumb {
          background: var(--edge);
          box-shadow: 0 0 0 1px var(--edge);
        }
      }
    `,
  ];

  /** The place of the thumb while it is moved; null where it stands. */
  @internal() private moved: number | null = null;

  override render() {
    const { recipe, run } = this.state;
    const field = fieldOf(recipe.fields, "lr");
    const parsed = shownOf(recipe);
    if (!parsed || field?.kind.type !== "number") return nothing;
    const { value, wrong } = settingOf(this.bench, field);
    const usual = usualRate(parsed);
    const [low, high] = sensibleRates(usual, field.kind);
    const rate = Number(value) > 0 ? Number(value) : usual;
    const [from, to] = endsOf(usual, field.kind, rate);
    const place = this.moved ?? Math.min(to, Math.max(from, placeOf(rate, usual)));
    const text = shownIn(field.kind, this.moved === null ? value : rateAt(this.moved, usual));
    const share = (of: number): number => (100 * (placeOf(of, usual) - from)) / (to - from);
    return html`
      <div class="head">
        <label for="lr">${field.label}</label>
        ${control(this.bench, field)}
      </div>
      <div class="slider">
        <div class="scale"><i ${inlineStyle(`left: ${share(low)}%; width: ${share(high) - share(low)}%`)}></i></div>
        <input
          type="range"
          aria-label=${field.label}
          aria-describedby="lr-help"
          aria-valuetext=${text}
          min=${from}
          max=${to}
          step=${STEP}
          ?disabled=${isLocked(run)}
          .value=${String(place)}
          @input=${(event: Event) => (this.moved = Number(valueOf(event)))}
          @change=${(event: Event) => this.#choose(rateAt(Number(valueOf(event)), usual))}
        />
      </div>
      <p class="soft help" id="lr-help">
        ${
          wrong
            ? html`<span class="wrong">${wrong}</span>`
            : html`${field.help}
              ${msg("Try {from} to {to}, the range that is marked.", { from: plainNumber(low), to: plainNumber(high) })}`
        }
      </p>
    `;
  }

  /** While the thumb is moved, its number is in the field, which the recipe has only once it is let go. */
  protected override updated(): void {
    const number = this.renderRoot.querySelector<HTMLInputElement>("#lr");
    if (this.moved === null || !number) return;
    const { recipe } = this.state;
    const parsed = shownOf(recipe);
    const field = fieldOf(recipe.fields, "lr");
    if (parsed && field) number.value = shownIn(field.kind, rateAt(this.moved, usualRate(parsed)));
  }

  #choose(rate: string): void {
    this.moved = null;
    this.bench.recipe.change("lr", rate);
  }
}
