import { css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type uPlot from "uplot";

import { ThrottleController } from "../controllers/throttle.js";
import { VisibilityController } from "../controllers/visibility.js";
import { horizontalAxis, valueAxis } from "./axes.js";
import { coloursOf } from "./colours.js";
import { PlotController } from "./plot-controller.js";
import { plotStyles } from "./styles.js";
import { stepsShown, thinned, type View } from "./view.js";
import { shared } from "../../styles/shared.js";
import { count } from "../../format.js";
import { msg } from "../../words/msg.js";
import { SignalElement } from "../signal-element.js";

/** Values at steps: the first `length` of them. NaN is unknown. */
export interface Series {
  length: number;
  step: Float64Array;
  values: Float64Array;
}

/** It is drawn this often at most. */
const DRAW_INTERVAL_MS = 1_000;

/** Something that steps report, against the step. */
@customElement("step-chart")
export class StepChart extends SignalElement {
  static override styles = [
    plotStyles,
    shared,
    css`
      .plot {
        height: 11rem;
        margin-top: 0.35rem;
      }
    `,
  ];

  @property() heading = "";
  @property() caption = "";
  @property({ attribute: false }) series!: Series;
  /** The run's length. */
  @property({ attribute: false }) steps = 0;
  @property({ attribute: false }) format: (value: number) => string = String;
  @query(".plot") private container!: HTMLDivElement | null;
  #view: View = [new Float64Array(), new Float64Array(), new Float64Array()];
  /** Whether it is drawn now, in view or not. */
  #due = false;
  readonly #throttle = new ThrottleController(this, DRAW_INTERVAL_MS);
  readonly #visibility = new VisibilityController(this, {
    draw: () => {
      this.#due = true;
      this.requestUpdate();
    },
  });
  readonly #plot = new PlotController(this, {
    container: () => this.container,
    data: () => this.#data,
    options: (size) => this.#options(size),
  });

  override shouldUpdate(): boolean {
    if (this.#due || !this.hasUpdated) return this.#throttle.allows(true);
    return !this.#visibility.defers() && this.#throttle.allows();
  }

  override willUpdate(): void {
    this.#due = false;
    const { length, step, values } = this.series;
    this.#view = thinned(length, step, values, values);
  }

  override updated(): void {
    this.#plot.draw();
  }

  override render() {
    const known = this.#known;
    if (known.length === 0) return nothing;
    const [first, last] = [known[0] ?? NaN, known.at(-1) ?? NaN];
    const text = msg("{title} against the step: {first} at first, {last} at step {step}, {most} at most.", {
      title: this.heading,
      first: this.format(first),
      last: this.format(last),
      step: count(this.#view[0].at(-1) ?? 0),
      most: this.format(Math.max(...known)),
    });
    return html`
      <figure>
        <h3>${this.heading}: ${this.format(last)}</h3>
        <div class="plot" role="img" aria-label=${text}></div>
        <figcaption class="soft">${this.caption}</figcaption>
      </figure>
    `;
  }

  get #known(): Float64Array {
    return this.#view[1].filter(Number.isFinite);
  }

  /** Steps at which the value is not known, or was none, are gaps. */
  get #data(): uPlot.AlignedData | null {
    if (this.#known.length === 0) return null;
    return [this.#view[0], Array.from(this.#view[1], (value) => (Number.isFinite(value) ? value : null))];
  }

  #options(size: { width: number; height: number }): uPlot.Options {
    const colours = coloursOf(this);
    const top = (): number => Math.max(...this.#known, 0) * 1.08 || 1;
    return {
      ...size,
      padding: [8, 20, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: (_, __, last) => [0, stepsShown(last ?? 0, this.steps)] },
        y: { range: () => [0, top()] },
      },
      axes: [horizontalAxis(colours), valueAxis(colours)],
      series: [{}, { stroke: colours.flame, width: 1.75, points: { show: false } }],
    };
  }
}
