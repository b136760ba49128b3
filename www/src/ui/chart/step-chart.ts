import { LitElement, css, html, nothing, unsafeCSS } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import uPlot from "uplot";
import uPlotStyles from "uplot/dist/uPlot.min.css?inline";

import { coloursOf } from "./options.js";
import { Sight } from "./sight.js";
import { stepsShown, thinned, type View } from "./view.js";
import { shared } from "../../styles/shared.js";
import { count } from "../../words.js";

/** Values at steps: the first `length` of them. NaN is unknown. */
export interface Series {
  length: number;
  step: Float64Array;
  values: Float64Array;
}

/** Pictures change this often at most. */
const HOLD_MS = 1_000;

/** Something that steps report, against the step. */
@customElement("step-chart")
export class StepChart extends LitElement {
  static override styles = [
    unsafeCSS(uPlotStyles),
    shared,
    css`
      figure {
        margin: 0;
      }

      .plot {
        position: relative;
        height: 11rem;
        margin-top: 0.35rem;
        overflow: hidden;
      }

      .uplot {
        position: absolute;
        font-family: inherit;
      }
    `,
  ];

  @property() heading = "";
  @property() caption = "";
  @property({ attribute: false }) series!: Series;
  /** The run's length. */
  @property({ attribute: false }) steps = 0;
  @property({ attribute: false }) word: (value: number) => string = String;
  @query(".plot") private place!: HTMLDivElement | null;
  #plot: uPlot | undefined;
  #view: View = [new Float64Array(), new Float64Array(), new Float64Array()];
  #drawnAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether it is drawn now, be it seen or not. */
  #due = false;
  readonly #sight = new Sight(this, () => {
    this.#due = true;
    this.requestUpdate();
  });
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  readonly #resize = new ResizeObserver(() => this.#fit());
  readonly #themed = (): void => {
    this.#unplot();
    this.#fit();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.#dark.addEventListener("change", this.#themed);
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#dark.removeEventListener("change", this.#themed);
    this.#resize.disconnect();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unplot();
  }

  override shouldUpdate(): boolean {
    const wait = this.#drawnAt + HOLD_MS - performance.now();
    if (this.#due || !this.hasUpdated) return true;
    if (this.#sight.putsOff()) return false;
    if (wait <= 0) return true;
    // The last report has no other after it: the picture catches up by itself.
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.requestUpdate();
    }, wait);
    return false;
  }

  override willUpdate(): void {
    this.#due = false;
    this.#drawnAt = performance.now();
    const { length, step, values } = this.series;
    this.#view = thinned(length, step, values, values);
  }

  override updated(): void {
    if (this.#known.length === 0) this.#unplot();
    if (this.#plot) this.#plot.setData(this.#data);
    else this.#fit();
  }

  override render() {
    const known = this.#known;
    if (known.length === 0) return nothing;
    const [first, last] = [known[0] ?? NaN, known.at(-1) ?? NaN];
    const text = `${this.heading} against the step: ${this.word(first)} at first, ${this.word(last)} at step ${count(this.#view[0].at(-1) ?? 0)}, ${this.word(Math.max(...known))} at most.`;
    return html`
      <figure>
        <h3>${this.heading}: ${this.word(last)}</h3>
        <div class="plot" role="img" aria-label=${text}></div>
        <figcaption class="soft">${this.caption}</figcaption>
      </figure>
    `;
  }

  get #known(): Float64Array {
    return this.#view[1].filter((value) => !Number.isNaN(value));
  }

  /** Steps of which it is not known are gaps. */
  get #data(): uPlot.AlignedData {
    return [this.#view[0], Array.from(this.#view[1], (value) => (Number.isNaN(value) ? null : value))];
  }

  #fit(): void {
    const { place } = this;
    if (!place || place.clientWidth === 0) return;
    const size = { width: place.clientWidth, height: place.clientHeight };
    if (this.#plot) return this.#plot.setSize(size);
    const { flame, soft, line, font } = coloursOf(this);
    const axis = { stroke: soft, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    const top = (): number => Math.max(...this.#known, 0) * 1.08 || 1;
    const options: uPlot.Options = {
      ...size,
      padding: [8, 20, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: (_, __, last) => [0, stepsShown(last ?? 0, this.steps)] },
        y: { range: () => [0, top()] },
      },
      axes: [
        {
          ...axis,
          label: "step",
          labelFont: font,
          labelSize: 18,
          labelGap: 2,
          space: 60,
          size: 28,
          values: (_, ticks) => ticks.map((tick) => tick.toLocaleString("en")),
        },
        {
          ...axis,
          space: 36,
          size: 62,
          values: (_, ticks) => ticks.map((tick) => tick.toLocaleString("en", { maximumSignificantDigits: 4 })),
        },
      ],
      series: [{}, { stroke: flame, width: 1.75, points: { show: false } }],
    };
    this.#plot = new uPlot(options, this.#data, place);
  }

  #unplot(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }
}
