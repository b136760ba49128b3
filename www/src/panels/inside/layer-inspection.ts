import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";

import type { LayerInfo } from "../../module.js";
import type { Figure } from "../../figure/figure.js";
import { shared } from "../../styles/shared.js";
import { titled } from "../../styles/titled.js";
import "../../ui/save-menu.js";
import "../../ui/chart/step-chart.js";
import "../../ui/class-bars.js";
import { valueOf } from "../../ui/select.js";
import { count, significant } from "../../format.js";
import { tilesOfAttention } from "./attention.js";
import { rangeOf, sentence } from "./describe.js";
import type { Sheet } from "./inside-figure.js";
import type { Inspection } from "./inspection.js";
import { areLogits } from "./logits.js";
import { MOST_RECORDED } from "./most-recorded.js";
import type { NormHistory, ParameterNorms } from "./norm-history.js";
import { figures } from "./styles.js";
import "./tile-grid.js";
import { tilesOfActivation, tilesOfPositions, tilesOfWeights, type Tiles } from "./tiles.js";

/** One layer of the network: its output for the image, its weights, and their norms over the steps. */
@customElement("layer-inspection")
export class LayerInspection extends LitElement {
  static override styles = [
    shared,
    figures,
    titled,
    css`
      input[type="range"] {
        min-height: 1.75rem;
        padding: 0;
        border: 0;
        background: none;
        accent-color: var(--flame);
      }

      .charts {
        display: grid;
        flex: 1 0 100%;
        gap: 1.25rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr));
      }
    `,
  ];

  @property({ attribute: false }) inspection!: Inspection;
  @property({ attribute: false }) layer!: LayerInfo;
  @property({ attribute: false }) norms!: NormHistory;
  /** The names of the classes. */
  @property({ attribute: false }) classes: readonly string[] = [];
  /** What is saved of tiles. */
  @property({ attribute: false }) figureOf!: (sheet: Sheet) => Figure;
  /** The run's length. */
  @property({ attribute: false }) steps = 0;
  /** The tile that is shown large. */
  @internal() private tile = 0;
  /** The input channel of a convolution whose kernels are shown. */
  @internal() private inputChannel = 0;
  /** The token whose attention is shown, from 1; 0 for the mean of all. */
  @internal() private token = 0;

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get("layer") as LayerInfo | undefined;
    if (before && !isAlike(before, this.layer)) this.tile = this.inputChannel = this.token = 0;
  }

  override render() {
    const { name, kind, shape, parameters } = this.layer;
    const size = parameters > 0 ? `, ${count(parameters)} parameters` : "";
    return html`
      <section aria-label="Layer ${name}">
        <h3>${name}: ${kind}, ${shape.join("×")}${size}</h3>
        ${this.#deadUnits()}
        <div class="parts">
          ${kind === "attention" ? this.#attention() : this.#activation()} ${this.#weights()} ${this.#normCharts()}
        </div>
      </section>
    `;
  }

  #deadUnits() {
    const { dead } = this.inspection;
    if (!dead) return nothing;
    const number = dead.dead === 0 ? "None" : count(dead.dead);
    return html`
      <p class="soft" role="status" aria-live="off" aria-label="Dead units">
        Dead units: ${number} of ${count(dead.units)} stayed at 0 for each of ${count(dead.images)} test images.
      </p>
    `;
  }

  #activation() {
    const { activation } = this.inspection;
    if (!activation) return html`<p class="soft">This layer only helps to learn: no answer passes through it.</p>`;
    const tiles = tilesOfActivation(activation);
    const isLast = areLogits(activation, this.inspection.probabilities);
    const names = isLast ? this.classes : undefined;
    return html`
      ${this.#tiles(tiles, `What ${this.layer.name} gives`, { names })} ${isLast ? this.#softmax() : nothing}
    `;
  }

  #softmax() {
    return html`
      <figure class="small">
        <h3>Softmax</h3>
        <class-bars
          label="Softmax of ${this.layer.name}"
          .classes=${this.classes}
          .probabilities=${this.inspection.probabilities}
        ></class-bars>
        <figcaption class="soft">
          The probability of each class: the softmax of these units, which are its logits.
        </figcaption>
      </figure>
    `;
  }

  #attention() {
    const { activation } = this.inspection;
    if (!activation) return nothing;
    const tokens = activation.shape[1];
    const token = Math.min(this.token, tokens);
    const tiles = tilesOfAttention(activation, token === 0 ? null : token - 1);
    if (!tiles) return this.#activation();
    const choose = (chosen: number): void => {
      this.token = chosen;
    };
    return html`
      ${this.#tiles(tiles, "Attention", { of: ` of ${this.layer.name}` })}
      ${slider("Attention of token (0: the mean of all)", tokens, token, choose, "small")}
    `;
  }

  #weights() {
    const { name: layer } = this.layer;
    const tensor = this.inspection.weights.find(
      ({ name, shape }) => shape.length > 1 && (name === layer || name.endsWith("weight")),
    );
    if (!tensor) return nothing;
    const isPositions = tensor.name === layer;
    const [, channels = 1] = tensor.shape;
    const input = Math.min(this.inputChannel, channels - 1);
    const tiles = isPositions ? tilesOfPositions(tensor) : tilesOfWeights(tensor, input);
    if (!tiles) return nothing;
    const choose = (channel: number): void => {
      this.inputChannel = channel;
    };
    // Each map is made by one filter.
    const isOfMap = tensor.shape.length === 4 && tensor.shape[0] === this.inspection.activation?.shape[0];
    return html`
      <figure class="wide">
        ${this.#title({ title: isPositions ? "Positions" : "Weights", tiles, isOfImage: false }, ` of ${layer}`)}
        <tile-grid
          .tiles=${tiles}
          .chosen=${isOfMap ? Math.min(this.tile, tiles.count - 1) : null}
          label="${layer}: ${tiles.description}"
          @tile=${(event: CustomEvent<number>) => this.#chooseTile(event.detail)}
        ></tile-grid>
        <figcaption class="soft">${sentence(tiles.description)}</figcaption>
        ${tensor.shape.length === 4 && channels > 3 ? slider("Input channel", channels - 1, input, choose) : nothing}
      </figure>
    `;
  }

  /** All tiles on one scale, and one of them large. */
  #tiles(tiles: Tiles, title: string, { names, of = "" }: { names?: readonly string[] | undefined; of?: string }) {
    const chosen = Math.min(this.tile, tiles.count - 1);
    return html`
      <figure class="wide">
        ${this.#title({ title, tiles, isOfImage: true }, of)}
        <tile-grid
          .tiles=${tiles}
          .chosen=${chosen}
          label="${title}: ${tiles.description}"
          @tile=${(event: CustomEvent<number>) => this.#chooseTile(event.detail)}
        ></tile-grid>
        <figcaption class="soft">${sentence(tiles.description)}</figcaption>
      </figure>
      ${tiles.count === 1 ? nothing : this.#largeTile(tiles, chosen, names)}
    `;
  }

  /** @param of what they are of, where the title does not say it */
  #title(sheet: Sheet, of = "") {
    const { title } = sheet;
    const figure = (): Figure => this.figureOf({ ...sheet, title: `${title}${of}` });
    return html`
      <div class="titled">
        <h3>${title}</h3>
        <save-menu label="${title}${of}" .figure=${figure}></save-menu>
      </div>
    `;
  }

  #chooseTile(tile: number): void {
    this.tile = tile;
  }

  /** @param names of the tiles, where they have names of their own */
  #largeTile(tiles: Tiles, chosen: number, names: readonly string[] | undefined) {
    const size = tiles.rows * tiles.columns;
    const values = tiles.values.subarray(chosen * size, (chosen + 1) * size);
    const ofClass = names?.[chosen];
    const name = `${tiles.name} ${chosen + 1}${ofClass === undefined ? "" : `: ${ofClass}`}`;
    return html`
      <figure class="small">
        <h3>${name}</h3>
        ${
          size > 1
            ? html`<tile-grid
                .tiles=${{ ...tiles, count: 1, values }}
                .scaledLike=${tiles}
                label="${name}, large"
              ></tile-grid>`
            : nothing
        }
        <figcaption class="soft">${ofClass === undefined ? nothing : "Logit: "}${rangeOf(values)}</figcaption>
        ${slider(tiles.name, tiles.count - 1, chosen, (tile) => this.#chooseTile(tile))}
      </figure>
    `;
  }

  #withoutNorms(name: string): string {
    const what = `The norms of ${name}, its gradient and its updates`;
    if (this.inspection.step === 0) return `${what} are drawn here once it trains.`;
    return `${what} are not known: they are recorded while a network of up to ${count(MOST_RECORDED)} parameters is trained here.`;
  }

  #normCharts() {
    const { weights } = this.inspection;
    const main = weights.find(({ name }) => name.endsWith("weight")) ?? weights[0];
    if (!main) return nothing;
    const norms = this.norms.get(main.name);
    if (!norms) return html`<p class="soft">${this.#withoutNorms(main.name)}</p>`;
    const chart = (title: string, caption: string, values: readonly number[]) => html`
      <step-chart
        heading=${title}
        caption=${caption}
        .format=${significant}
        .series=${seriesOf(norms, values)}
        .steps=${this.steps}
      ></step-chart>
    `;
    return html`
      <div class="charts">
        ${chart("Weight norm", `The length of ${main.name}.`, norms.weight)}
        ${chart("Gradient norm", "The length of its gradient, as the optimizer gets it.", norms.gradient)}
        ${chart("Update to weight", "How far a step moved it, as a share of its length.", norms.updateRatio)}
      </div>
    `;
  }
}

/** Whether two descriptions are of one layer, as far as what is chosen of it means the same. */
function isAlike(a: LayerInfo, b: LayerInfo): boolean {
  return a.name === b.name && a.kind === b.kind && a.shape.join() === b.shape.join();
}

function slider(label: string, max: number, value: number, onInput: (value: number) => void, className = "") {
  return html`
    <label class=${className || nothing}>
      ${label}
      <input
        type="range"
        min="0"
        max=${max}
        .value=${String(value)}
        @input=${(event: Event) => onInput(Number(valueOf(event)))}
      />
    </label>
  `;
}

function seriesOf({ steps }: ParameterNorms, values: readonly number[]) {
  return { length: steps.length, step: Float64Array.from(steps), values: Float64Array.from(values) };
}
