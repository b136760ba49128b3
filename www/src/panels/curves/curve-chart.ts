import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import type { Curves } from "../../state/curves.js";
import { ThrottleController } from "../../ui/controllers/throttle.js";
import { VisibilityController } from "../../ui/controllers/visibility.js";
import { coloursOf } from "../../ui/chart/colours.js";
import { optionsFor } from "../../ui/chart/curve-options.js";
import { PlotController } from "../../ui/chart/plot-controller.js";
import { plotStyles } from "../../ui/chart/styles.js";
import { lossShown, viewOf, type Quantity, type View } from "../../ui/chart/view.js";
import { shared } from "../../styles/shared.js";
import { titled } from "../../styles/titled.js";
import "../../ui/save-menu.js";
import type { FigureSource } from "../../ui/save-menu.js";
import { count, loss, percent } from "../../format.js";
import { scoreTitle, withMirrors } from "../../score-text.js";
import { readingAt } from "./reading.js";

/** The text alternative changes this often at most. */
const TEXT_INTERVAL_MS = 400;

const TITLES = { loss: "Loss", accuracy: "Accuracy" } as const;
const CAPTIONS = {
  loss: "How wrong it is: lower is better.",
  accuracy: "The share of images it gets right.",
} as const;

/** One quantity against the step: the raw values faint, the smoothed ones clear, the test split as points. */
@customElement("curve-chart")
export class CurveChart extends LitElement {
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

      .plot {
        flex: 1 0 auto;
        min-width: 0;
        min-height: clamp(14rem, 34vh, 24rem);
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

      .empty svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }

      .empty path {
        fill: none;
        stroke: var(--flame-faint);
        stroke-width: 2;
        stroke-dasharray: 2 7;
        stroke-linecap: round;
        vector-effect: non-scaling-stroke;
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
      :host([compact]) .plot {
        min-height: 0;
      }

      :host([compact]) :is(h2, ul, figcaption) {
        display: none;
      }
    `,
  ];

  @property() quantity: Quantity = "loss";
  @property({ attribute: false }) curves!: Curves;
  @property({ attribute: false }) version = 0;
  /** The run's length. */
  @property({ attribute: false }) steps = 0;
  /** Another run, drawn beside it, and what it is called. */
  @property({ attribute: false }) beside: Curves | null = null;
  @property({ attribute: "beside-name" }) besideName = "opened run";
  /** Without its words, as high as there is room. */
  @property({ type: Boolean, reflect: true }) compact = false;
  /** What is to be done to see the curve; by default, Train. */
  @property() hint = "";
  /** What is saved of it; null where nothing can be. */
  @property({ attribute: false }) figure: FigureSource | null = null;
  @query(".plot") private container!: HTMLDivElement | null;
  /** The step under the pointer. */
  @state() private pointed: number | null = null;

  #view: View = [new Float64Array(), new Float64Array(), new Float64Array()];
  #besideView: View | null = null;
  #top = 1;
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
    if (changed.has("version") || changed.has("steps") || changed.has("curves") || changed.has("beside")) {
      if (!this.#plot.exists || !this.#visibility.defers()) this.#plot.draw();
    }
  }

  override render() {
    const { quantity } = this;
    const empty = this.#isEmpty;
    return html`
      <figure>
        <div class="titled">
          <h2>${TITLES[quantity]}</h2>
          ${empty || !this.figure ? nothing : html`<save-menu label=${quantity} .figure=${this.figure}></save-menu>`}
        </div>
        <div class="plot" role="img" aria-label=${this.#textAlternative()}>
          ${empty ? placeholder(quantity, this.hint) : nothing}
        </div>
        ${empty ? nothing : this.#legend()}
        <figcaption class="soft">${CAPTIONS[quantity]}</figcaption>
      </figure>
    `;
  }

  get #isEmpty(): boolean {
    return this.curves.length === 0 && !this.beside;
  }

  /** Values with the steps that they are of: those at the pointer, else the last ones. */
  #legend() {
    const { curves, quantity, beside, pointed } = this;
    const last = Math.max(curves.length, beside?.length ?? 0);
    const step = pointed === null ? null : Math.min(pointed, last);
    const reading = readingAt(curves, quantity, step);
    const opened = beside && quantity === "loss" ? readingAt(beside, quantity, step) : null;
    const at = step ?? reading?.step ?? opened?.step;
    const text = (value: number | null | undefined): string => this.#format(value ?? NaN);
    return html`
      <ul aria-hidden="true">
        ${
          curves.length === 0
            ? nothing
            : html`
                <li><i class="raw"></i>each step <strong>${text(reading?.raw)}</strong></li>
                <li><i></i>smoothed <strong>${text(reading?.smooth)}</strong></li>
              `
        }
        ${beside ? html`<li><i class="beside"></i>${this.besideName} ${opened ? html`<strong>${text(opened.smooth)}</strong>` : nothing}</li>` : nothing}
        ${at === undefined ? nothing : html`<li>at step <strong>${count(at)}</strong></li>`}
        ${
          reading?.test
            ? html`<li>
                <i class="test"></i>${scoreTitle("test", curves.scores[0] ?? {})}
                <strong>${text(reading.test.value)}</strong> at step
                <strong>${count(reading.test.step)}</strong>
              </li>`
            : nothing
        }
      </ul>
    `;
  }

  /** What the chart shows, in words, for those who do not see it. */
  #textAlternative(): string {
    const { curves, quantity } = this;
    const last = curves.length - 1;
    if (last < 0) {
      this.#text = "";
      return `${TITLES[quantity]} against the step: nothing is trained yet.${this.#besideText()}`;
    }
    const scored = curves.scores.length !== this.#scoresInText;
    this.#scoresInText = curves.scores.length;
    if (!this.#throttle.allows(scored || this.#text === "")) return this.#text;
    const score = curves.scores.at(-1);
    const test = score
      ? ` On the test images at step ${count(score.step)}${withMirrors(score)}: ${this.#format(score[quantity])}.`
      : "";
    this.#text = `${TITLES[quantity]} against the step.${this.#course()}${test}${this.#besideText()}`;
    return this.#text;
  }

  /** From the first known value to the last: a checkpoint holds no accuracies of the steps before it. */
  #course(): string {
    const { curves, quantity } = this;
    const { smooth } = readingAt(curves, quantity, null) ?? {};
    const step = count(curves.step[curves.length - 1] ?? 0);
    if (smooth === null || smooth === undefined) return ` At step ${step} it is not known.`;
    const values = quantity === "loss" ? curves.smoothLoss : curves.smoothAccuracy;
    const first = values.find(Number.isFinite) ?? NaN;
    return ` It began at ${this.#format(first)} and is now, smoothed, ${this.#format(smooth)} at step ${step}.`;
  }

  #besideText(): string {
    if (!this.beside || this.quantity !== "loss") return "";
    const { smoothLoss, length } = this.beside;
    return ` Beside it the ${this.besideName}, from ${this.#format(smoothLoss[0]!)} to ${this.#format(smoothLoss[length - 1]!)} in ${count(length)} steps.`;
  }

  #format(value: number): string {
    return this.quantity === "loss" ? loss(value) : percent(value);
  }

  /** What is drawn now. uPlot's options read the other run and the axis' top from the fields that this sets. */
  #data(): View | null {
    if (!this.curves || this.#isEmpty) return null;
    this.#view = viewOf(this.curves, this.quantity);
    this.#besideView = this.beside && this.quantity === "loss" ? viewOf(this.beside, "loss") : null;
    const views = [this.#view, ...(this.#besideView ? [this.#besideView] : [])].filter(([steps]) => steps.length > 0);
    this.#top = this.quantity === "loss" ? Math.max(...views.map(([, raw, smooth]) => lossShown(raw, smooth))) : 1;
    return this.#view;
  }

  #options(width: number, height: number) {
    return optionsFor(
      {
        quantity: this.quantity,
        colours: coloursOf(this),
        scores: () => this.curves.scores,
        steps: () => this.steps,
        beside: () => this.#besideView,
        besideScores: () => this.beside?.scores ?? [],
        top: () => this.#top,
        onPoint: (step) => (this.pointed = step),
        compact: this.compact,
      },
      width,
      height,
    );
  }
}

/** Before anything is trained: a hint of what will be drawn, without axes. */
function placeholder(quantity: Quantity, hint: string) {
  const [path, words] =
    quantity === "loss"
      ? ["M1 6 C 12 78, 30 86, 99 91", "The loss of every step is drawn here once it trains."]
      : ["M1 94 C 12 20, 30 13, 99 8", "The accuracy is drawn here as it grows."];
  return html`
    <div class="empty">
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true"><path d=${path}></path></svg>
      <p>${hint || words}</p>
    </div>
  `;
}
