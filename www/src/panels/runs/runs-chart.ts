import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { PlotController } from "../../ui/chart/plot-controller.js";
import { plotStyles } from "../../ui/chart/styles.js";
import { ThemeController } from "../../ui/controllers/theme.js";
import type { Figure } from "../../figure/figure.js";
import "../../ui/chart/step-cursor.js";
import { axisText, type Quantity } from "../../ui/chart/view.js";
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
import { defineMessage, msg, plural, rich } from "../../words/msg.js";
import { sentences } from "../../words/sentences.js";
import { translated } from "../../words/translated.js";
import { quantityName, quantityTitle } from "../../ui/chart/quantity.js";
import { SignalElement } from "../../ui/signal-element.js";

/** While one of them trains it is drawn this often at most. */
const DRAW_INTERVAL_MS = 400;

const AGAINST = {
  step: defineMessage("the step"),
  epoch: defineMessage("the epoch"),
  seconds: defineMessage("the seconds of training"),
} as const;

/** One quantity of several runs: lines are training batches, smoothed; rings are the test images. */
@customElement("runs-chart")
export class RunsChart extends SignalElement {
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
          <slot name="head"><h3>${quantityTitle(quantity)}</h3></slot>
          ${
            this.#overlay.drawn.length === 0
              ? nothing
              : html`<save-menu
                  label=${msg("{quantity} of the runs", { quantity: quantityName(quantity) })}
                  .figure=${() => this.#figure()}
                ></save-menu>`
          }
        </div>
        <div class="frame">
          <div class="plot" role="img" aria-label=${this.#text}></div>
          ${this.#cursor()}
        </div>
        ${this.#legend()}
        <figcaption class="soft">
          ${msg("Lines: training batches, smoothed. Rings: test images.")} ${this.#more()}
          ${missing.length > 0 ? this.#missing(missing.map(({ slot }) => letterOf(slot)).join(", ")) : nothing}
        </figcaption>
      </figure>
    `;
  }

  #missing(runs: string): string {
    return this.axis === "epoch"
      ? msg("Not drawn: {runs}, whose epochs nobody kept.", { runs })
      : msg("Not drawn: {runs}, whose seconds nobody kept.", { runs });
  }

  #figure(): Figure {
    return runsFigure(this.lines, this.quantity, this.axis, this.fields, this.#more());
  }

  /** What has to be known to compare them. */
  #more(): string {
    return sentences(this.#mirrored(), this.#withoutAccuracy(), this.#saidByFiles(), this.#otherData());
  }

  #cursor() {
    const { axis } = this;
    const point = (at: number | null): void => {
      this.pointed = at;
      this.#plot.point(at);
    };
    return html`
      <step-cursor
        label=${msg("Place at which the curves are read")}
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
    return (at) => {
      switch (axis) {
        case "step":
          return msg("step {step}", { step: count(Math.round(at)) });
        case "epoch":
          return msg("epoch {number}", { number: significant(at) });
        case "seconds":
          return msg("seconds {number}", { number: significant(at) });
      }
    };
  }

  /** The values of one place in all curves: at the cursor, else of each its last ones. */
  #legend() {
    const { pointed } = this;
    const format = this.quantity === "loss" ? loss : percent;
    const values = valuesAt(this.#overlay.drawn, pointed);
    return html`
      <ul aria-hidden="true">
        <li>
          ${pointed === null ? msg("at the end") : rich("at {place}", { place: html`<strong>${this.#place(pointed)}</strong>` })}
        </li>
        ${this.#overlay.drawn.map(({ line: { slot, name, progress } }, at) => {
          const { train = null, test = null } = values[at] ?? {};
          return html`
            <li title=${name}>
              <strong ${inlineStyle(`color: ${cssColourOf(slot)}`)}>${letterOf(slot)}</strong>
              <bdi>${shortened(name)}</bdi
              >${progress === null ? nothing : msg(", running, {share}", { share: wholePercent(progress) })}
              ${this.#dataOf(slot)}
              <strong>${format(train ?? NaN)}</strong
              >${test ? rich(", test {value} at {place}", { value: html`<strong>${format(test.value)}</strong>`, place: this.#place(test.at) }) : nothing}
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
      const tested = test
        ? msg(", test {value} at {place}", { value: format(test.value), place: this.#place(test.at) })
        : "";
      return `${letterOf(slot)} ${format(train ?? NaN)}${tested}`;
    });
    return [this.pointed === null ? msg("at the end") : this.#place(this.pointed), ...values].join("; ");
  }

  /** Its data, where others have other; a seed is in its name. */
  #dataOf(slot: number): string {
    return this.#data?.bySeed ? "" : (this.#data?.names.get(slot) ?? "");
  }

  /** Curves of other images are drawn together all the same. */
  #otherData(): string {
    if (!this.#data) return "";
    if (this.#data.bySeed) return msg("Each seed has images of its own.");
    return this.#data.sameTest
      ? msg("They are not trained on the same images: only the rings can be compared as they are.")
      : msg("They are not trained and tested on the same images: their numbers cannot be compared as they are.");
  }

  /** Scores of other kinds are drawn together all the same. */
  #mirrored(): string {
    const letters = this.lines.filter(({ run }) => run.scores[0]?.tta).map(({ slot }) => letterOf(slot));
    return letters.length > 0
      ? msg("Of {runs}{mirrors}.", { runs: letters.join(", "), mirrors: withMirrors({ tta: "flip" }) })
      : "";
  }

  /** Run files do not hold the accuracy on batches. */
  #withoutAccuracy(): string {
    if (this.quantity === "loss") return "";
    const letters = this.#overlay.drawn
      .filter(({ train }) => train[0].length === 0)
      .map(({ line }) => letterOf(line.slot));
    return letters.length > 0
      ? msg("Of {runs} the accuracy on batches was not kept.", { runs: letters.join(", ") })
      : "";
  }

  /** What a check does not cover, nobody here knows of a run of which there is a file alone. */
  #saidByFiles(): string {
    const letters = this.lines.filter(({ run }) => run.isFromFile).map(({ slot }) => letterOf(slot));
    if (letters.length === 0) return "";
    const runs = letters.join(", ");
    return this.axis === "seconds"
      ? msg("Of {runs} the rings and seconds are what the file says.", { runs })
      : msg("Of {runs} the rings are what the file says.", { runs });
  }

  #textAlternative(): string {
    const format = this.quantity === "loss" ? loss : percent;
    const runs = this.#overlay.drawn.map(({ line, train: [, train], test: [, test] }) => {
      const [first, last, tested] = [train[0], train.at(-1), test.at(-1)];
      const course =
        first === undefined || last === undefined
          ? ""
          : ` ${msg("from {from} to {to}", { from: format(first), to: format(last) })}`;
      const data = this.#dataOf(line.slot) && msg(", on {data}", { data: this.#dataOf(line.slot) });
      const said = line.run.isFromFile ? msg(", as its file says") : "";
      const onTest =
        tested === undefined
          ? ""
          : msg(", on the test images{mirrors} {value}{said}", {
              mirrors: withMirrors(line.run.scores[0] ?? {}),
              value: format(tested),
              said,
            });
      const running = line.progress === null ? "" : msg(", running, {share}", { share: wholePercent(line.progress) });
      return `${letterOf(line.slot)}, ${shortened(line.name)}${running}${data}:${course}${onTest}`;
    });
    const what = { title: quantityTitle(this.quantity), axis: translated(AGAINST[this.axis]) };
    return sentences(
      plural(runs.length, "{title} of {count} run against {axis}.", "{title} of {count} runs against {axis}.", what),
      axisText(this.quantity, this.#overlay.range),
      `${runs.join("; ")}.`,
    );
  }
}

/** Whether other things are drawn than before. */
function isOther(changed: PropertyValues): boolean {
  return changed.has("lines") || changed.has("quantity") || changed.has("axis");
}
