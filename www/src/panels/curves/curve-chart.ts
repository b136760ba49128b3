import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import type { Curves } from "../../state/curves.js";
import { ThrottleController } from "../../ui/controllers/throttle.js";
import { VisibilityController } from "../../ui/controllers/visibility.js";
import { coloursOf } from "../../ui/chart/colours.js";
import { optionsFor, type OtherCurve } from "../../ui/chart/curve-options.js";
import { PlotController } from "../../ui/chart/plot-controller.js";
import "../../ui/chart/step-cursor.js";
import { plotStyles } from "../../ui/chart/styles.js";
import { rangeOf, viewOf, type Quantity, type Range, type View } from "../../ui/chart/view.js";
import { shared } from "../../styles/shared.js";
import { titled } from "../../styles/titled.js";
import "../../ui/save-menu.js";
import type { FigureSource } from "../../ui/save-menu.js";
import { count } from "../../format.js";
import { scoreTitle } from "../../score-text.js";
import { curveText, quantityText } from "./curve-text.js";
import { readingAt, type Reading } from "./reading.js";
import { defineMessage, msg, rich } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { quantityName, quantityTitle } from "../../ui/chart/quantity.js";
import { SignalElement } from "../../ui/signal-element.js";

/** The text alternative changes this often at most. */
const TEXT_INTERVAL_MS = 400;

const CAPTIONS = {
  loss: defineMessage("How wrong it is: lower is better."),
  accuracy: defineMessage("The share of images it gets right."),
} as const;
const PLACEHOLDERS = {
  loss: defineMessage("The loss of every step is drawn here once it trains."),
  accuracy: defineMessage("The accuracy is drawn here as it grows."),
} as const;

/** One quantity against the step: the raw values faint, the smoothed ones clear, the test split as points. */
@customElement("curve-chart")
export class CurveChart extends SignalElement {
  static override styles = [
    plotStyles,
    shared,
    titled,
    css`
      figure {
        display: flex;
        flex-direction: column;
        gap: 0.35rem;
        height: 100%;
      }

      .frame {
        display: grid;
        flex: 1 0 auto;
        min-height: clamp(14rem, 34vh, 24rem);
      }

      .frame > * {
        grid-area: 1 / 1;
        min-width: 0;
        min-height: 0;
      }

      .u-cursor-x {
        border-color: var(--edge);
      }

      .empty {
        position: absolute;
        inset: 0;
        display: grid;
        place-items: center;
        border-bottom: 1px solid var(--line);
        border-left: 1px solid var(--line);
      }

      .empty p {
        position: relative;
        margin: 1rem;
        padding: 0.25rem 0.75rem;
        background: var(--paper);
        color: var(--ink-soft);
        font-size: 0.9rem;
        text-align: center;
      }

      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.1rem 1.1rem;
        align-content: start;
        /* Of two lines, as it is while the cursor reads the curve. */
        min-height: 2.7rem;
        margin: 0;
        padding: 0;
        list-style: none;
        font-size: 0.8125rem;
        color: var(--ink-soft);
      }

      li {
        display: flex;
        gap: 0.4rem;
        align-items: center;
      }

      strong {
        color: var(--ink);
        font-weight: 600;
      }

      i {
        width: 1.1rem;
        height: 0;
        border-top: 2.5px solid var(--flame);
      }

      i.raw {
        border-color: var(--flame-faint);
      }

      i.last {
        border-top: 2px solid var(--edge);
      }

      i.beside {
        border-top: 2px dashed var(--warm);
      }

      i.test {
        width: 0.6rem;
        height: 0.6rem;
        border: 2px solid var(--ink);
        border-radius: 50%;
      }

      figcaption {
        font-size: 0.8125rem;
      }

      /* The curve alone, as high as there is room. */
      :host([compact]) .frame {
        min-height: 0;
      }

      :host([compact]) :is(.titled, ul, figcaption) {
        display: none;
      }
    `,
  ];

  @property() quantity: Quantity = "loss";
  @property({ attribute: false }) curves!: Curves;
  @property({ attribute: false }) version = 0;
  /** The run's length. */
  @property({ attribute: false }) steps = 0;
  /** Another run, drawn beside it, and what it is called: by itself, the opened run. */
  @property({ attribute: false }) beside: Curves | null = null;
  @property({ attribute: "beside-name" }) besideName = "";
  /** The run before this one, grey behind it. */
  @property({ attribute: false }) last: Curves | null = null;
  /** Without its words, as high as there is room. */
  @property({ type: Boolean, reflect: true }) compact = false;
  /** What is to be done to see the curve; by default, Train. */
  @property() hint = "";
  /** What is saved of it; null where nothing can be. */
  @property({ attribute: false }) figure: FigureSource | null = null;
  @query(".plot") private container!: HTMLDivElement | null;
  /** The step under the pointer. */
  @state() private pointed: number | null = null;

  #beside: OtherCurve | null = null;
  #last: OtherCurve | null = null;
  #range: Range = { from: 0, to: 1 };
  #text = "";
  #scoresInText = 0;
  readonly #throttle = new ThrottleController(this, TEXT_INTERVAL_MS);
  readonly #plot = new PlotController(this, {
    container: () => this.container,
    data: () => this.#data(),
    options: ({ width, height }) => this.#options(width, height),
    onDestroy: () => {
      this.pointed = null;
    },
  });
  readonly #visibility = new VisibilityController(this, { draw: () => this.#plot.draw() });

  override updated(changed: PropertyValues): void {
    // Its options are another quantity's.
    if (changed.has("quantity") && this.#plot.exists) this.#plot.redraw();
    else if (["version", "steps", "curves", "beside", "last"].some((key) => changed.has(key))) {
      if (!this.#plot.exists || !this.#visibility.defers()) this.#plot.draw();
    }
  }

  override render() {
    const { quantity } = this;
    const empty = this.#isEmpty;
    return html`
      <figure>
        <div class="titled">
          <slot name="head"><h2>${quantityTitle(quantity)}</h2></slot>
          ${empty || !this.figure ? nothing : html`<save-menu label=${quantityName(quantity)} .figure=${this.figure}></save-menu>`}
        </div>
        <div class="frame">
          <div class="plot" role="img" aria-label=${this.#textAlternative()}>
            ${empty ? html`<div class="empty"><p>${this.hint || translated(PLACEHOLDERS[quantity])}</p></div>` : nothing}
          </div>
          ${empty || this.compact ? nothing : this.#cursor()}
        </div>
        ${empty ? nothing : this.#legend()}
        <figcaption class="soft">${translated(CAPTIONS[quantity])}</figcaption>
      </figure>
    `;
  }

  get #nameBeside(): string {
    return this.besideName || msg("opened run");
  }

  get #isEmpty(): boolean {
    return this.curves.length === 0 && !this.beside && !this.last;
  }

  /** The last step of any of the runs. */
  get #end(): number {
    return Math.max(this.curves.length, this.beside?.length ?? 0, this.last?.length ?? 0);
  }

  #cursor() {
    const place = (step: number | null): void => {
      this.pointed = step;
      this.#plot.point(step);
    };
    return html`
      <step-cursor
        label=${msg("Step at which the curve is read")}
        .last=${this.#end}
        .place=${this.pointed}
        reading=${this.#reading()}
        @point=${({ detail }: CustomEvent<number | null>) => place(detail)}
      ></step-cursor>
    `;
  }

  /** The values of one step in all curves: at the cursor, else of each its last ones. */
  get #readings() {
    const { curves, beside, last, quantity, pointed } = this;
    const step = pointed === null ? null : Math.min(pointed, this.#end);
    const of = (other: Curves | null): Reading | null => other && readingAt(other, quantity, step);
    const [reading, opened, before] = [of(curves), of(beside), of(last)];
    return { reading, opened, before, at: step ?? reading?.step ?? opened?.step ?? before?.step };
  }

  #legend() {
    const { curves, beside, last } = this;
    const { reading, opened, before, at } = this.#readings;
    const text = (value: number | null | undefined): string => this.#format(value ?? NaN);
    return html`
      <ul aria-hidden="true">
        ${
          curves.length === 0
            ? nothing
            : html`
                <li><i class="raw"></i>${msg("each step")} <strong>${text(reading?.raw)}</strong></li>
                <li><i></i>${msg("smoothed")} <strong>${text(reading?.smooth)}</strong></li>
              `
        }
        ${last ? html`<li><i class="last"></i>${msg("last run")} <strong>${text(before?.smooth)}</strong></li>` : nothing}
        ${beside ? html`<li><i class="beside"></i>${this.#nameBeside} ${opened ? html`<strong>${text(opened.smooth)}</strong>` : nothing}</li>` : nothing}
        ${at === undefined ? nothing : html`<li>${rich("at step {step}", { step: html`<strong>${count(at)}</strong>` })}</li>`}
        ${
          reading?.test
            ? html`<li>
                <i class="test"></i>${scoreTitle(msg("test"), curves.scores[0] ?? {})}
                <strong>${text(reading.test.value)}</strong>
                ${rich("at step {step}", { step: html`<strong>${count(reading.test.step)}</strong>` })}
              </li>`
            : nothing
        }
      </ul>
    `;
  }

  /** The same as a sentence, for who moves the cursor by keyboard. */
  #reading(): string {
    const { reading, opened, before, at } = this.#readings;
    const said = (name: string, value: number | null | undefined): string[] =>
      value === null || value === undefined ? [] : [`${name} ${this.#format(value)}`];
    const test = reading?.test;
    return [
      msg("step {step}", { step: count(at ?? 0) }),
      ...said(msg("{quantity}, smoothed,", { quantity: quantityName(this.quantity) }), reading?.smooth),
      ...said(msg("last run"), before?.smooth),
      ...said(this.#nameBeside, opened?.smooth),
      ...(test
        ? [msg("test {value} at step {step}", { value: this.#format(test.value), step: count(test.step) })]
        : []),
    ].join("; ");
  }

  /** What the chart shows, in words, for those who do not see it. */
  #textAlternative(): string {
    const { curves, quantity, beside, last } = this;
    const drawn = { curves, beside, last, nameBeside: this.#nameBeside, range: this.#range };
    if (curves.length === 0) {
      this.#text = "";
      return curveText(drawn, quantity);
    }
    const scored = curves.scores.length !== this.#scoresInText;
    this.#scoresInText = curves.scores.length;
    if (this.#throttle.allows(scored || this.#text === "")) this.#text = curveText(drawn, quantity);
    return this.#text;
  }

  #format(value: number): string {
    return quantityText(this.quantity, value);
  }

  /** What is drawn now. uPlot's options read the other runs and the axis' range from the fields that this sets. */
  #data(): View | null {
    const { curves, quantity } = this;
    if (!curves || this.#isEmpty) return null;
    const view = viewOf(curves, quantity);
    const other = (of: Curves | null): OtherCurve | null => of && { view: viewOf(of, quantity), scores: of.scores };
    this.#beside = other(this.beside);
    this.#last = other(this.last);
    const others = [this.#beside, this.#last].filter((one) => one !== null);
    const points = [curves.scores, ...others.map(({ scores }) => scores)].flat().map((score) => score[quantity]);
    this.#range = rangeOf(quantity, [view, ...others.map((one) => withoutSteps(one.view))], points);
    return view;
  }

  #options(width: number, height: number) {
    return optionsFor(
      {
        quantity: this.quantity,
        colours: coloursOf(this),
        scores: () => this.curves.scores,
        steps: () => this.steps,
        beside: () => this.#beside,
        last: () => this.#last,
        range: () => this.#range,
        onPoint: (step) => (this.pointed = step),
        compact: this.compact,
      },
      width,
      height,
    );
  }
}

/** Of another run no single steps are drawn. */
function withoutSteps([steps, , smooth]: View): View {
  return [steps, smooth, smooth];
}
