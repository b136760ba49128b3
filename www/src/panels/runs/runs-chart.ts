import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { PlotController } from "../../ui/chart/plot-controller.js";
import { plotStyles } from "../../ui/chart/styles.js";
import { ThemeController } from "../../ui/controllers/theme.js";
import type { Figure } from "../../figure/figure.js";
import type { Quantity } from "../../ui/chart/view.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { cssColourOf, letterOf, overlayOf, overlayOptions, unitsPerStep, type Axis, type Overlay } from "./overlay.js";
import { dataDifference, type DataDifference } from "./data-difference.js";
import type { Line } from "./lines.js";
import { valuesAt } from "./values.js";
import type { Field } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { titled } from "../../styles/titled.js";
import "../../ui/save-menu.js";
import { runsFigure } from "./runs-figure.js";
import { count, loss, percent, significant } from "../../format.js";
import { withMirrors } from "../../score-text.js";

const TITLES = { loss: "Loss", accuracy: "Accuracy" } as const;
const AGAINST = { step: "the step", epoch: "the epoch", seconds: "the seconds of training" } as const;

/** One quantity of several kept runs: lines are training batches, smoothed; rings are the test images. */
@customElement("runs-chart")
export class RunsChart extends LitElement {
  static override styles = [
    plotStyles,
    shared,
    titled,
    css`
      .plot {
        height: clamp(14rem, 34vh, 22rem);
        margin-top: 0.35rem;
      }

      .u-cursor-x {
        border-color: var(--edge);
      }

      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.1rem 1.1rem;
        margin: 0.35rem 0 0;
        padding: 0;
        list-style: none;
        color: var(--ink-soft);
        font-size: 0.8125rem;
      }

      strong {
        color: var(--ink);
        font-weight: 600;
      }
    `,
  ];

  @property() quantity: Quantity = "loss";
  @property() axis: Axis = "step";
  @property({ attribute: false }) lines: readonly Line[] = [];
  /** Of the recipes. */
  @property({ attribute: false }) fields: Field[] = [];
  @query(".plot") private container!: HTMLDivElement | null;
  /** Where the pointer is, in the axis' unit. */
  @state() private pointed: number | null = null;
  #overlay: Overlay = { data: [[]], drawn: [], range: { from: 0, to: 1 } };
  #data: DataDifference | null = null;
  readonly #theme = new ThemeController(this);
  readonly #plot = new PlotController(this, {
    container: () => this.container,
    data: () => (this.#overlay.drawn.length > 0 ? this.#overlay.data : null),
    options: (size) => {
      const { quantity, axis } = this;
      const onPoint = (at: number | null): number | null => (this.pointed = at);
      return overlayOptions(this, this.#theme.isDark, quantity, axis, () => this.#overlay, size, onPoint);
    },
    onDestroy: () => {
      this.pointed = null;
    },
  });

  override willUpdate(changed: PropertyValues): void {
    if (!isOther(changed)) return;
    this.#overlay = overlayOf(this.lines, this.quantity, this.axis);
    this.#data = dataDifference(this.#overlay.drawn.map(({ line }) => line));
  }

  /** Other runs are other series, which a plot that is there cannot take. */
  override updated(changed: PropertyValues): void {
    if (isOther(changed)) this.#plot.redraw();
  }

  override render() {
    const { quantity, axis } = this;
    const missing = this.lines.filter(({ run }) => unitsPerStep(run, axis) === null);
    return html`
      <figure>
        <div class="titled">
          <h3>${TITLES[quantity]}</h3>
          ${
            this.#overlay.drawn.length === 0
              ? nothing
              : html`<save-menu label="${quantity} of the runs" .figure=${() => this.#figure()}></save-menu>`
          }
        </div>
        <div class="plot" role="img" aria-label=${this.#textAlternative()}></div>
        ${this.#legend()}
        <figcaption class="soft">
          Lines: training batches, smoothed. Rings: test images.${this.#more()}
          ${missing.length > 0 ? html`Not drawn: ${missing.map(({ slot }) => letterOf(slot)).join(", ")}, whose ${axis === "epoch" ? "epochs" : "seconds"} nobody kept.` : nothing}
        </figcaption>
      </figure>
    `;
  }

  #figure(): Figure {
    return runsFigure(this.lines, this.quantity, this.axis, this.fields, this.#more());
  }

  /** What has to be known to compare them. */
  #more(): string {
    return `${this.#mirrored()}${this.#withoutAccuracy()}${this.#saidByFiles()} ${this.#otherData()}`.trimEnd();
  }

  /** The values at the pointer, else the last ones of each run. */
  #legend() {
    const { axis, pointed } = this;
    const format = this.quantity === "loss" ? loss : percent;
    const data = this.#data;
    const place = (at: number): string => `${axis} ${axis === "step" ? count(at) : significant(at)}`;
    return html`
      <ul aria-hidden="true">
        <li>${pointed === null ? "at the end" : html`at <strong>${place(pointed)}</strong>`}</li>
        ${valuesAt(this.#overlay.drawn, pointed).map(
          ({ slot, train, test }) => html`
            <li>
              <strong ${inlineStyle(`color: ${cssColourOf(slot)}`)}>${letterOf(slot)}</strong>
              ${data?.names.get(slot) ?? nothing}
              <strong>${format(train ?? NaN)}</strong
              >${test ? html`, test <strong>${format(test.value)}</strong> at ${place(test.at)}` : nothing}
            </li>
          `,
        )}
      </ul>
    `;
  }

  /** Curves of other images are drawn together all the same. */
  #otherData(): string {
    if (!this.#data) return "";
    return this.#data.sameTest
      ? "They are not trained on the same images: only the rings can be compared as they are."
      : "They are not trained and tested on the same images: their numbers cannot be compared as they are.";
  }

  /** Scores of other kinds are drawn together all the same. */
  #mirrored(): string {
    const letters = this.lines.filter(({ run }) => run.scores[0]?.tta).map(({ slot }) => letterOf(slot));
    return letters.length > 0 ? ` Of ${letters.join(", ")}${withMirrors({ tta: "flip" })}.` : "";
  }

  /** Run files do not hold the accuracy on batches. */
  #withoutAccuracy(): string {
    if (this.quantity === "loss") return "";
    const letters = this.#overlay.drawn
      .filter(({ train }) => train[0].length === 0)
      .map(({ line }) => letterOf(line.slot));
    return letters.length > 0 ? ` Of ${letters.join(", ")} the accuracy on batches was not kept.` : "";
  }

  /** What a check does not cover, nobody here knows of a run of which there is a file alone. */
  #saidByFiles(): string {
    const letters = this.lines.filter(({ run }) => run.isFromFile).map(({ slot }) => letterOf(slot));
    const said = this.axis === "seconds" ? "rings and seconds" : "rings";
    return letters.length > 0 ? ` Of ${letters.join(", ")} the ${said} are what the file says.` : "";
  }

  #textAlternative(): string {
    const format = this.quantity === "loss" ? loss : percent;
    const runs = this.#overlay.drawn.map(({ line, train: [, train], test: [, test] }) => {
      const [first, last, tested] = [train[0], train.at(-1), test.at(-1)];
      const course = first === undefined || last === undefined ? "" : ` from ${format(first)} to ${format(last)}`;
      const data = this.#data ? `, on ${this.#data.names.get(line.slot)}` : "";
      const said = line.run.isFromFile ? ", as its file says" : "";
      const onTest =
        tested === undefined
          ? ""
          : `, on the test images${withMirrors(line.run.scores[0] ?? {})} ${format(tested)}${said}`;
      return `${letterOf(line.slot)}, ${line.run.name}${data}:${course}${onTest}`;
    });
    return `${TITLES[this.quantity]} of ${runs.length} ${runs.length === 1 ? "run" : "runs"} against ${AGAINST[this.axis]}. ${runs.join("; ")}.`;
  }
}

/** Whether other things are drawn than before. */
function isOther(changed: PropertyValues): boolean {
  return changed.has("lines") || changed.has("quantity") || changed.has("axis");
}
