import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { PlotController } from "../../ui/chart/plot-controller.js";
import { plotStyles } from "../../ui/chart/styles.js";
import { ThemeController } from "../../ui/controllers/theme.js";
import type { Figure } from "../../figure/figure.js";
import "../../ui/chart/step-cursor.js";
import { rangeText, type Quantity } from "../../ui/chart/view.js";
import { ThrottleController } from "../../ui/controllers/throttle.js";
import { VisibilityController } from "../../ui/controllers/visibility.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { letterOf, shortened } from "../../runs/short-names.js";
import { dataOf, overlayOf, overlayOptions, unitsPerStep, type Axis, type Overlay } from "./overlay.js";
import { cssColourOf } from "./run-colours.js";
import { dataDifference, type DataDifference } from "./data-difference.js";
import type { Line } from "./lines.js";
import { valuesAt } from "./values.js";
import type { Field } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { titled } from "../../styles/titled.js";
import "../../ui/save-menu.js";
import { runsFigure } from "./runs-figure.js";
import { count, loss, percent, significant, wholePercent } from "../../format.js";
import { withMirrors } from "../../score-text.js";

/** While one of them trains it is drawn this often at most. */
const DRAW_INTERVAL_MS = 400;

const TITLES = { loss: "Loss", accuracy: "Accuracy" } as const;
const AGAINST = { step: "the step", epoch: "the epoch", seconds: "the seconds of training" } as const;

/** One quantity of several runs: lines are training batches, smoothed; rings are the test images. */
@customElement("runs-chart")
export class RunsChart extends LitElement {
  static override styles = [
    plotStyles,
    shared,
    titled,
    css`
      .frame {
        display: grid;
        height: clamp(14rem, 34vh, 24rem);
        margin-top: 0.35rem;
      }

      .frame > * {
        grid-area: 1 / 1;
        min-width: 0;
        min-height: 0;
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

      li {
        max-width: 100%;
        overflow-wrap: anywhere;
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
  #overlay: Overlay = { drawn: [], range: { from: 0, to: 1 }, last: 1 };
  #data: DataDifference | null = null;
  #text = "";
  /** Of which runs it was drawn last. */
  #drawn = "";
  /** Whether what is drawn is no longer so, and whether it is drawn now. */
  #isBehind = false;
  #isDue = false;
  readonly #throttle = new ThrottleController(this, DRAW_INTERVAL_MS);
  readonly #visibility = new VisibilityController(this, { draw: () => this.#plot.draw() });
  readonly #theme = new ThemeController(this);
  readonly #plot = new PlotController(this, {
    container: () => this.container,
    data: () => (this.#overlay.drawn.length > 0 ? dataOf(this.#overlay) : null),
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
    this.#isBehind ||= isOther(changed);
    if (!this.#isBehind) return;
    const drawn = this.lines.map(({ run, name, progress }) => `${run.id} ${name} ${progress === null}`).join();
    const isNew = changed.has("quantity") || changed.has("axis") || drawn !== this.#drawn;
    if (!this.#throttle.allows(isNew)) return;
    this.#isBehind = false;
    this.#isDue = true;
    this.#drawn = drawn;
    this.#overlay = overlayOf(this.lines, this.quantity, this.axis);
    this.#data = dataDifference(this.#overlay.drawn.map(({ line }) => line));
    this.#text = this.#textAlternative();
  }

  /** Another quantity has other axes. */
  override updated(changed: PropertyValues): void {
    if (changed.has("quantity") || changed.has("axis")) this.#plot.redraw();
    else if (this.#isDue && (!this.#plot.exists || !this.#visibility.defers())) this.#plot.draw();
    this.#isDue = false;
  }

  override render() {
    const { quantity, axis } = this;
    const missing = this.lines.filter(({ run }) => unitsPerStep(run, axis) === null);
    return html`
      <figure>
        <div class="titled">
          <slot name="head"><h3>${TITLES[quantity]}</h3></slot>
          ${
            this.#overlay.drawn.length === 0
              ? nothing
              : html`<save-menu label="${quantity} of the runs" .figure=${() => this.#figure()}></save-menu>`
          }
        </div>
        <div class="frame">
          <div class="plot" role="img" aria-label=${this.#text}></div>
          ${this.#cursor()}
        </div>
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

  #cursor() {
    const { axis } = this;
    const point = (at: number | null): void => {
      this.pointed = at;
      this.#plot.point(at);
    };
    return html`
      <step-cursor
        label="Place at which the curves are read"
        .first=${axis === "step" ? 1 : 0}
        .last=${this.#overlay.last}
        .place=${this.pointed}
        reading=${this.#reading()}
        @point=${({ detail }: CustomEvent<number | null>) => point(detail)}
      ></step-cursor>
    `;
  }

  get #place(): (at: number) => string {
    const { axis } = this;
    return (at) => `${axis} ${axis === "step" ? count(Math.round(at)) : significant(at)}`;
  }

  /** The values of one place in all curves: at the cursor, else of each its last ones. */
  #legend() {
    const { pointed } = this;
    const format = this.quantity === "loss" ? loss : percent;
    const values = valuesAt(this.#overlay.drawn, pointed);
    return html`
      <ul aria-hidden="true">
        <li>${pointed === null ? "at the end" : html`at <strong>${this.#place(pointed)}</strong>`}</li>
        ${this.#overlay.drawn.map(({ line: { slot, name, progress } }, at) => {
          const { train = null, test = null } = values[at] ?? {};
          return html`
            <li title=${name}>
              <strong ${inlineStyle(`color: ${cssColourOf(slot)}`)}>${letterOf(slot)}</strong>
              ${shortened(name)}${progress === null ? nothing : `, running, ${wholePercent(progress)}`}
              ${this.#dataOf(slot)}
              <strong>${format(train ?? NaN)}</strong
              >${test ? html`, test <strong>${format(test.value)}</strong> at ${this.#place(test.at)}` : nothing}
            </li>
          `;
        })}
      </ul>
    `;
  }

  /** The same as a sentence, for who moves the cursor by keyboard. */
  #reading(): string {
    const format = this.quantity === "loss" ? loss : percent;
    const values = valuesAt(this.#overlay.drawn, this.pointed).map(({ slot, train, test }) => {
      const tested = test ? `, test ${format(test.value)} at ${this.#place(test.at)}` : "";
      return `${letterOf(slot)} ${format(train ?? NaN)}${tested}`;
    });
    return [this.pointed === null ? "at the end" : this.#place(this.pointed), ...values].join("; ");
  }

  /** Its data, where others have other; a seed is in its name. */
  #dataOf(slot: number): string {
    return this.#data?.bySeed ? "" : (this.#data?.names.get(slot) ?? "");
  }

  /** Curves of other images are drawn together all the same. */
  #otherData(): string {
    if (!this.#data) return "";
    if (this.#data.bySeed) return "Each seed has images of its own.";
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
      const data = this.#dataOf(line.slot) && `, on ${this.#dataOf(line.slot)}`;
      const said = line.run.isFromFile ? ", as its file says" : "";
      const onTest =
        tested === undefined
          ? ""
          : `, on the test images${withMirrors(line.run.scores[0] ?? {})} ${format(tested)}${said}`;
      const running = line.progress === null ? "" : `, running, ${wholePercent(line.progress)}`;
      return `${letterOf(line.slot)}, ${shortened(line.name)}${running}${data}:${course}${onTest}`;
    });
    const range = rangeText(this.quantity, this.#overlay.range);
    const axis = range && ` The axis goes ${range}.`;
    return `${TITLES[this.quantity]} of ${runs.length} ${runs.length === 1 ? "run" : "runs"} against ${AGAINST[this.axis]}.${axis} ${runs.join("; ")}.`;
  }
}

/** Whether other things are drawn than before. */
function isOther(changed: PropertyValues): boolean {
  return changed.has("lines") || changed.has("quantity") || changed.has("axis");
}
