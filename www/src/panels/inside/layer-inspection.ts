import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";

import type { ExportedGraph, LayerInfo } from "../../module.js";
import type { Figure } from "../../figure/figure.js";
import { shared } from "../../styles/shared.js";
import { titled } from "../../styles/titled.js";
import "../../ui/save-menu.js";
import { valueOf } from "../../ui/select.js";
import { count, significantTo } from "../../format.js";
import { tilesOfAttention } from "./attention.js";
import { deadSentence, layerSentence, rangeOf, sentence } from "./describe.js";
import type { Sheet } from "./inside-figure.js";
import type { Inspection } from "./inspection.js";
import { areLogits } from "./logits.js";
import "./softmax-table.js";
import "./norm-charts.js";
import type { NormHistory } from "./norm-history.js";
import { figures } from "./styles.js";
import "./tile-grid.js";
import { layoutOfLayer, pixelOf, valueOf as valueOfPixel, type TilePixel } from "./tile-pixel.js";
import { tilesOfActivation, tilesOfPositions, tilesOfWeights, type Tiles } from "./tiles.js";
import { explain } from "../../stage/explain/explain.js";
import type { At, Sources } from "../../stage/explain/explanation.js";
import "../../stage/explain/value-explanation.js";
import { chainOf } from "../../stage/layer-names.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg, rich } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** One layer of the network: its output for the image, its weights, and their norms over the steps. */
@customElement("layer-inspection")
export class LayerInspection extends SignalElement {
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

      norm-charts {
        flex: 1 0 100%;
      }

      .explanation {
        min-width: min(100%, 20rem);
      }

      .explanation p[role="status"] {
        margin-bottom: 0.5rem;
      }

      .name {
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) inspection!: Inspection;
  /** All layers of the network, and what they are called. */
  @property({ attribute: false }) layers: readonly LayerInfo[] = [];
  @property({ attribute: false }) titles: readonly string[] = [];
  /** The network's graph: null where there is none, undefined where it is not here yet. */
  @property({ attribute: false }) graph: ExportedGraph | null | undefined;
  /** The value of the layer that is pointed at; null for one in the middle of the first map. */
  @property({ attribute: false }) at: At | null = null;
  /** What of the image that value depends on, in words. */
  @property() seen = "";
  @property({ attribute: false }) norms!: NormHistory;
  /** The names of the classes. */
  @property({ attribute: false }) classes: readonly string[] = [];
  /** What is saved of tiles. */
  @property({ attribute: false }) figureOf!: (sheet: Sheet) => Figure;
  /** The run's length. */
  @property({ attribute: false }) steps = 0;
  /** The tile that is shown large where it is none of a layer's maps: a head of attention. */
  @internal() private tile = 0;
  /** The input channel of a convolution whose kernels are shown. */
  @internal() private inputChannel = 0;
  /** The token whose attention is shown, from 1; 0 for the mean of all. */
  @internal() private token = 0;

  get layer(): LayerInfo {
    return this.layers[this.inspection.layer]!;
  }

  get #title(): string {
    return this.titles[this.inspection.layer] ?? "";
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = (changed.get("inspection") as Inspection | undefined)?.layer;
    if (before !== undefined && before !== this.inspection.layer) this.tile = this.inputChannel = this.token = 0;
  }

  override render() {
    const { kind } = this.layer;
    return html`
      <p class="soft" title=${this.layer.name}>
        ${layerSentence(this.layer)}
        <span class="name">${rich("In PyTorch: {name}", { name: html`<code>${this.layer.name}</code>` })}</span>
      </p>
      ${this.#deadUnits()}
      <div class="parts">
        ${kind === "attention" ? this.#attention() : this.#activation()} ${this.#weights()}
        <norm-charts
          .parameter=${this.#mainParameter}
          .norms=${this.norms}
          .step=${this.inspection.step}
          .steps=${this.steps}
        ></norm-charts>
      </div>
    `;
  }

  #deadUnits() {
    const { dead } = this.inspection;
    if (!dead) return nothing;
    return html`
      <p class="soft" role="status" aria-live="off" aria-label=${msg("Dead units")}>${deadSentence(dead)}</p>
    `;
  }

  #activation() {
    const { activation, probabilities } = this.inspection;
    if (!activation)
      return html`<p class="soft">${msg("This layer only helps to learn: no answer passes through it.")}</p>`;
    const tiles = tilesOfActivation(activation);
    const isLast = areLogits(activation, probabilities);
    const pixel = this.#pixel(tiles);
    const names = isLast ? this.classes : undefined;
    const isUnits = layoutOfLayer(activation.shape).kind === "units";
    const title = msg("What {layer} gives", { layer: this.#title });
    const point = ({ detail }: CustomEvent<TilePixel>): void => this.#point(valueOfPixel(activation.shape, detail));
    return html`
      <figure class="wide">
        ${this.#heading({ title, tiles, isOfImage: true })}
        <tile-grid
          .tiles=${tiles}
          .chosen=${pixel.tile}
          .pixel=${isUnits ? pixel : null}
          label="${title}: ${tiles.description}"
          @pixel=${point}
          @tile=${({ detail }: CustomEvent<number>) => isUnits || this.#point(valueOfPixel(activation.shape, { ...pixel, tile: detail }))}
        ></tile-grid>
        <figcaption class="soft">${sentence(tiles.description)}</figcaption>
      </figure>
      ${this.#large(tiles, pixel, names, point)} ${this.#explanation(valueOfPixel(activation.shape, pixel), names)}
      ${
        isLast
          ? html`<softmax-table
              class="small"
              label=${msg("Softmax of {layer}", { layer: this.#title })}
              .classes=${this.classes}
              .logits=${activation.values}
            ></softmax-table>`
          : nothing
      }
    `;
  }

  /** The pixel that is pointed at, as tiles have it; at first one in the middle. */
  #pixel({ count, rows, columns }: Tiles): TilePixel {
    const { activation } = this.inspection;
    const pixel = this.at && activation ? pixelOf(activation.shape, this.at) : null;
    const isThere = pixel && pixel.tile < count && pixel.row < rows && pixel.column < columns;
    return isThere ? pixel : { tile: 0, row: Math.floor(rows / 2), column: Math.floor(columns / 2) };
  }

  #point(at: At): void {
    this.dispatchEvent(new CustomEvent<At>("point", { detail: at }));
  }

  /** How the value comes about that is pointed at. */
  #explanation(at: At, names?: readonly string[]) {
    const { inspection, layers, graph } = this;
    const { activation, values, weights, layer } = inspection;
    if (!activation || graph === undefined) return nothing;
    const pixel = pixelOf(activation.shape, at);
    const tiles = tilesOfActivation(activation);
    const value = tiles.values[(pixel.tile * tiles.rows + pixel.row) * tiles.columns + pixel.column] ?? NaN;
    const sources: Sources | null = graph && {
      graph,
      layers,
      values,
      weights: new Map(weights.map((tensor) => [tensor.name, tensor])),
    };
    const where = { row: count(pixel.row + 1), column: count(pixel.column + 1) };
    const place = tiles.rows * tiles.columns > 1 ? `, ${msg("row {row}, column {column}", where)}` : "";
    const unit = names?.[pixel.tile] ?? numberedText(tiles.name, pixel.tile);
    return html`
      <figure class="wide explanation">
        <figcaption><h3>${msg("How this value comes about")}</h3></figcaption>
        <p role="status" aria-label=${msg("Value")}>
          ${unit}${place}:
          <b>${significantTo(4, value).replace("-", "−")}</b
          >${this.seen ? html`. ${msg("It sees {part}.", { part: this.seen })}` : nothing}
        </p>
        <value-explanation
          .steps=${sources && explain(sources, layer, at)}
          .names=${[msg("the image"), ...this.titles]}
        ></value-explanation>
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
      ${this.#heads(tiles)} ${slider(msg("Attention of token (0: the mean of all)"), tokens, token, choose, "small")}
      ${this.#explanation({ channel: 0, row: 0, column: 0 })}
    `;
  }

  /** The layer that has the weights: of a layer that only goes over the numbers of another, that one. */
  get #weighted(): LayerInfo {
    const chain = chainOf(this.layers, this.inspection.layer);
    return this.layers[chain.at(-1) ?? -1] ?? this.layer;
  }

  /** The parameter whose norms are drawn: of its weights if it has some. */
  get #mainParameter(): string | null {
    const own = this.inspection.weights.filter(({ name }) => isOf(name, this.layer));
    const weights = own.length > 0 ? own : this.inspection.weights.filter(({ name }) => isOf(name, this.#weighted));
    const trained = weights.filter(({ name }) => !name.includes(".running_"));
    return (trained.find(({ name }) => name.endsWith("weight")) ?? trained[0])?.name ?? null;
  }

  #weights() {
    const { name: layer } = this.#weighted;
    const tensor = this.inspection.weights.find(
      ({ name, shape }) =>
        shape.length > 1 && isOf(name, this.#weighted) && (name === layer || name.endsWith("weight")),
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
    const { activation } = this.inspection;
    const isOfMap = tensor.shape.length === 4 && activation && tensor.shape[0] === activation.shape[0];
    const pixel = isOfMap ? this.#pixel(tilesOfActivation(activation)) : null;
    const called = this.titles[this.layers.indexOf(this.#weighted)] ?? "";
    return html`
      <figure class="wide">
        ${
          isPositions
            ? this.#heading(
                { title: msg("Positions"), tiles, isOfImage: false },
                msg("Positions of {layer}", { layer: called }),
              )
            : this.#heading(
                { title: msg("Weights"), tiles, isOfImage: false },
                msg("Weights of {layer}", { layer: called }),
              )
        }
        <tile-grid
          .tiles=${tiles}
          .chosen=${pixel && Math.min(pixel.tile, tiles.count - 1)}
          label="${called}: ${tiles.description}"
          @tile=${(event: CustomEvent<number>) =>
            pixel && activation && this.#point(valueOfPixel(activation.shape, { ...pixel, tile: event.detail }))}
        ></tile-grid>
        <figcaption class="soft">${sentence(tiles.description)}</figcaption>
        ${tensor.shape.length === 4 && channels > 3 ? slider(msg("Input channel"), channels - 1, input, choose) : nothing}
      </figure>
    `;
  }

  /** The heads of attention, all on one scale, and one of them large. */
  #heads(tiles: Tiles) {
    const choose = (tile: number): void => {
      this.tile = tile;
    };
    const chosen = Math.min(this.tile, tiles.count - 1);
    return html`
      <figure class="wide">
        ${this.#heading({ title: msg("Attention"), tiles, isOfImage: true }, this.#title)}
        <tile-grid
          .tiles=${tiles}
          .chosen=${chosen}
          label=${msg("Attention: {what}", { what: tiles.description })}
          @tile=${({ detail }: CustomEvent<number>) => choose(detail)}
        ></tile-grid>
        <figcaption class="soft">${sentence(tiles.description)}</figcaption>
      </figure>
      ${tiles.count === 1 ? nothing : this.#largeTile(tiles, { tile: chosen, row: 0, column: 0 }, { choose })}
    `;
  }

  /** @param whole the title where it stands alone, and has to say of what it is */
  #heading(sheet: Sheet, whole = sheet.title) {
    const { title } = sheet;
    const figure = (): Figure => this.figureOf({ ...sheet, title: whole });
    return html`
      <div class="titled">
        <h3>${title}</h3>
        <save-menu label=${whole} .figure=${figure}></save-menu>
      </div>
    `;
  }

  /** The map that is pointed into. */
  #large(
    tiles: Tiles,
    pixel: TilePixel,
    names: readonly string[] | undefined,
    point: (event: CustomEvent<TilePixel>) => void,
  ) {
    const { activation } = this.inspection;
    const choose = (tile: number): void => this.#point(valueOfPixel(activation!.shape, { ...pixel, tile }));
    const within = ({ detail }: CustomEvent<TilePixel>): void =>
      point(new CustomEvent("pixel", { detail: { ...detail, tile: pixel.tile } }));
    return this.#largeTile(tiles, pixel, { choose, point: within, names });
  }

  #largeTile(
    tiles: Tiles,
    pixel: TilePixel,
    {
      choose,
      point,
      names,
    }: {
      choose: (tile: number) => void;
      point?: (event: CustomEvent<TilePixel>) => void;
      /** Of the tiles, where they have names of their own. */
      names?: readonly string[] | undefined;
    },
  ) {
    const size = tiles.rows * tiles.columns;
    const { tile } = pixel;
    const values = tiles.values.subarray(tile * size, (tile + 1) * size);
    const ofClass = names?.[tile];
    const name = ofClass ?? numberedText(tiles.name, tile);
    const range = rangeOf(values);
    return html`
      <figure class="small">
        <h3>${name}</h3>
        ${
          size > 1
            ? html`<tile-grid
                .tiles=${{ ...tiles, count: 1, values }}
                .scaledLike=${tiles}
                .pixel=${point ? { ...pixel, tile: 0 } : null}
                label=${msg("{name}, large", { name })}
                @pixel=${point}
              ></tile-grid>`
            : nothing
        }
        <figcaption class="soft">${ofClass === undefined ? range : msg("Logit: {value}", { value: range })}</figcaption>
        ${tiles.count > 1 ? slider(translated(tiles.name), tiles.count - 1, tile, choose) : nothing}
      </figure>
    `;
  }
}

/** Whether a parameter is of a layer, by its name. */
function isOf(name: string, layer: LayerInfo): boolean {
  return name === layer.name || name.startsWith(`${layer.name}.`);
}

/** "Map 3": which of a layer's tiles it is, counted from 0. */
function numberedText(name: string, tile: number): string {
  return `${translated(name)} ${count(tile + 1)}`;
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
