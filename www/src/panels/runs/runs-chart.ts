import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { PlotController } from "../../ui/chart/plot-controller.js";
import { plotStyles } from "../../ui/chart/styles.js";
import { ThemeController } from "../../ui/controllers/theme.js";
import type { Quantity } from "../../ui/chart/view.js";
import { letterOf, overlayOf, overlayOptions, unitsPerStep, type Axis, type Overlay } from "./overlay.js";
import type { Line } from "./slots.js";
import { shared } from "../../styles/shared.js";
import { loss, percent } from "../../format.js";

const TITLES = { loss: "Loss", accuracy: "Accuracy" } as const;
const AGAINST = { step: "the step", epoch: "the epoch", seconds: "the seconds of training" } as const;

/** One quantity of several kept runs: lines are training batches, smoothed; rings are the test images. */
@customElement("runs-chart")
export class RunsChart extends LitElement {
  static override styles = [
    plotStyles,
    shared,
    css`
      .plot {
        height: clamp(14rem, 34vh, 22rem);
        margin-top: 0.35rem;
      }
    `,
  ];

  @property() quantity: Quantity = "loss";
  @property() axis: Axis = "step";
  @property({ attribute: false }) lines: readonly Line[] = [];
  @query(".plot") private container!: HTMLDivElement | null;
  #overlay: Overlay = { data: [[]], drawn: [], top: 1 };
  readonly #theme = new ThemeController(this);
  readonly #plot = new PlotController(this, {
    container: () => this.container,
    data: () => (this.#overlay.drawn.length > 0 ? this.#overlay.data : null),
    options: (size) => overlayOptions(this, this.#theme.isDark, this.quantity, this.axis, () => this.#overlay, size),
  });

  override willUpdate(): void {
    this.#overlay = overlayOf(this.lines, this.quantity, this.axis);
  }

  /** Other runs are other series, which a plot that is there cannot take. */
  override updated(): void {
    this.#plot.redraw();
  }

  override render() {
    const { quantity, axis } = this;
    const missing = this.lines.filter(({ run }) => unitsPerStep(run, axis) === null);
    return html`
      <figure>
        <h3>${TITLES[quantity]}</h3>
        <div class="plot" role="img" aria-label=${this.#textAlternative()}></div>
        <figcaption class="soft">
          Lines: training batches, smoothed. Rings: test images.${this.#withoutAccuracy()}
          ${missing.length > 0 ? html`Not drawn: ${missing.map(({ slot }) => letterOf(slot)).join(", ")}, whose ${axis === "epoch" ? "epochs" : "seconds"} nobody kept.` : nothing}
        </figcaption>
      </figure>
    `;
  }

  /** Run files do not hold the accuracy on batches. */
  #withoutAccuracy(): string {
    if (this.quantity === "loss") return "";
    const letters = this.#overlay.drawn
      .filter(({ train }) => train[0].length === 0)
      .map(({ line }) => letterOf(line.slot));
    return letters.length > 0 ? ` Of ${letters.join(", ")} the accuracy on batches was not kept.` : "";
  }

  #textAlternative(): string {
    const format = this.quantity === "loss" ? loss : percent;
    const runs = this.#overlay.drawn.map(({ line, train: [, train], test: [, test] }) => {
      const [first, last, tested] = [train[0], train.at(-1), test.at(-1)];
      const course = first === undefined || last === undefined ? "" : ` from ${format(first)} to ${format(last)}`;
      return `${letterOf(line.slot)}, ${line.run.name}:${course}${tested === undefined ? "" : `, on the test images ${format(tested)}`}`;
    });
    return `${TITLES[this.quantity]} of ${runs.length} ${runs.length === 1 ? "run" : "runs"} against ${AGAINST[this.axis]}. ${runs.join("; ")}.`;
  }
}
