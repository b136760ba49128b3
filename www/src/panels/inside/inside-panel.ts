import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { rollout, tilesOfAttention } from "./attention.js";
import type { Story } from "./history.js";
import { tilesOfActivation, tilesOfPositions, tilesOfWeights, type Tiles } from "./tiles.js";
import type { Inspection } from "./inspection.js";
import type { DataInfo, LayerInfo } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { VisibilityController } from "../../ui/controllers/visibility.js";
import { select, valueOf } from "../../ui/select.js";
import { count, percent, significant } from "../../words.js";
import { PanelElement } from "../panel-element.js";
import "./layer-strip.js";
import "../../ui/pixel-image.js";
import "../../ui/chart/step-chart.js";
import "./tile-grid.js";

/** What goes on inside the network for one image, and inside its layers while it learns. Nothing is computed while it is closed. */
@customElement("inside-panel")
export class InsidePanel extends PanelElement {
  static override styles = [
    shared,
    css`
      .parts {
        display: flex;
        flex-wrap: wrap;
        gap: 1.25rem;
        align-items: start;
        margin: 0.75rem 0;
      }

      .small {
        flex: 1 1 8rem;
        max-width: 11.5rem;
      }

      .wide {
        flex: 1 1 22rem;
        min-width: min(100%, 14rem);
        max-width: 46rem;
      }

      figure {
        margin: 0;
        min-width: 0;
      }

      h3 {
        margin-bottom: 0.4rem;
        overflow-wrap: anywhere;
      }

      figcaption {
        margin-top: 0.35rem;
      }

      pixel-image {
        border: 1px solid var(--line);
        border-radius: 4px;
        overflow: hidden;
      }

      .buttons {
        margin-top: 0.5rem;
      }

      .buttons button {
        min-height: 2.25rem;
        padding-inline: 0.6rem;
      }

      label {
        display: block;
        margin-top: 0.5rem;
        font-size: 0.875rem;
      }

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

  /** Which of the tiles is shown large. */
  @internal() private tile = 0;
  /** Which input channel of a convolution's filters is shown. */
  @internal() private input = 0;
  /** Whose attention is shown: 0 for the mean of all tokens. */
  @internal() private token = 0;
  /** The network that is looked into: layers of another are others. */
  #of = "";

  constructor() {
    super();
    new VisibilityController(this, {
      onChange: (visible) => {
        if (this.state.insideWish && this.state.insideWish.visible !== visible) this.#wish({ visible });
      },
    });
  }

  protected override shouldUpdate(changed: PropertyValues): boolean {
    // Out of sight it waits for what is looked at again, or for the end of the run.
    const { insideWish, phase } = this.state;
    return super.shouldUpdate(changed) && !(insideWish?.visible === false && phase === "training");
  }

  override willUpdate(): void {
    const { insideWish, description } = this.state;
    const of = `${description?.title} ${description?.layers.length}`;
    if (of === this.#of) return;
    this.#of = of;
    this.tile = this.input = this.token = 0;
    if (insideWish && insideWish.layer !== 0) this.bench.looking.inside({ ...insideWish, layer: 0 });
  }

  override render() {
    return this.state.insideWish ? this.#parts() : nothing;
  }

  #wish(change: Partial<{ testImage: number; layer: number; label: number | null; visible: boolean }>): void {
    const { insideWish } = this.state;
    if (insideWish) this.bench.looking.inside({ ...insideWish, ...change });
  }

  #parts() {
    const { inside, data, description, engine, plan, insideWish } = this.state;
    const layers = description?.layers ?? [];
    if (!inside || !data || !insideWish) {
      const waits =
        engine?.kind === "gpu" && !plan
          ? "Shown once training has begun."
          : "Shown once the run and its test images are ready.";
      return html`<p class="soft">${waits}</p>`;
    }
    const layer = layers[inside.layer];
    return html`
      <p class="soft" role="status" aria-live="off" aria-label="Looked at">
        ${inside.step === 0 ? "Before training: all weights are as they were drawn." : `After step ${count(inside.step)}.`}
        Blue is above 0, orange below, and paper is 0.
      </p>
      <div class="parts">${this.#image(inside, data)} ${this.#saliency(inside, data)} ${this.#rollout(inside)}</div>
      <layer-strip
        .layers=${layers}
        .chosen=${insideWish.layer}
        @layer=${(event: CustomEvent<number>) => this.#chooseLayer(event.detail)}
      ></layer-strip>
      ${layer ? this.#layer(inside, layer) : nothing}
    `;
  }

  #chooseLayer(layer: number): void {
    this.tile = this.input = this.token = 0;
    this.#wish({ layer });
  }

  #image({ pixels, truth, probabilities }: Inspection, data: DataInfo) {
    const { insideWish } = this.state;
    const at = insideWish?.testImage ?? 0;
    const guess = probabilities.indexOf(Math.max(...probabilities));
    const what = truth === null ? "The picture you try" : `Test image ${count(at)}, of ${nameOf(data, truth)}`;
    const next = (step: number) =>
      this.#wish({ testImage: (at + step + data.test) % Math.max(1, data.test), label: null });
    return html`
      <figure class="small">
        <h3>The image</h3>
        <pixel-image
          label=${what}
          .pixels=${pixels.map((value) => 255 * value)}
          .channels=${data.channels}
          .columns=${data.width}
          .rows=${data.height}
        ></pixel-image>
        <figcaption class="soft">
          ${what}. Taken for <b>${nameOf(data, guess)}</b>, ${percent(probabilities[guess] ?? 0)}.
        </figcaption>
        ${
          truth === null
            ? html`<p class="soft">Clear it to look at test images.</p>`
            : html`
                <div class="buttons">
                  <button type="button" aria-label="Previous test image" @click=${() => next(-1)}>Previous</button>
                  <button type="button" aria-label="Next test image" @click=${() => next(1)}>Next</button>
                </div>
              `
        }
      </figure>
    `;
  }

  #saliency({ saliency, probabilities }: Inspection, data: DataInfo) {
    const size = data.width * data.height;
    const values = new Float32Array(size);
    saliency.values.forEach((value, at) => {
      values[at % size]! += value;
    });
    const tiles: Tiles = {
      count: 1,
      rows: data.height,
      columns: data.width,
      colours: 1,
      values,
      name: "Evidence",
      about: "",
    };
    const name = nameOf(data, saliency.label);
    const wished = this.state.insideWish?.label ?? null;
    return html`
      <figure class="small">
        <h3>Evidence for ${name}</h3>
        <tile-grid .tiles=${tiles} label="Input gradient of the score for ${name}, over the image"></tile-grid>
        <figcaption class="soft">
          Input gradient: where a brighter pixel would raise the score of ${name} (blue) or lower it (orange).
        </figcaption>
        <label>
          Class
          ${select({
            options: [
              { value: "", label: "its guess" },
              ...Array.from(probabilities, (_, label) => ({ value: String(label), label: nameOf(data, label) })),
            ],
            value: wished === null ? "" : String(wished),
            onChange: (value) => this.#wish({ label: value === "" ? null : Number(value) }),
          })}
        </label>
      </figure>
    `;
  }

  #rollout({ attention }: Inspection) {
    const tiles = rollout(attention);
    if (!tiles) return nothing;
    return html`
      <figure class="small">
        <h3>Attention rollout</h3>
        <tile-grid .tiles=${tiles} label="Attention rollout over the image: ${tiles.about}"></tile-grid>
        <figcaption class="soft">${sentence(tiles.about)} ${rangeOf(tiles.values)}</figcaption>
      </figure>
    `;
  }

  #layer(inside: Inspection, layer: LayerInfo) {
    const parameters = layer.parameters > 0 ? `, ${count(layer.parameters)} parameters` : "";
    return html`
      <section aria-label="Layer ${layer.name}">
        <h3>${layer.name}: ${layer.kind}, ${layer.shape.join("×")}${parameters}</h3>
        ${this.#dead(inside)}
        <div class="parts">
          ${layer.kind === "attention" ? this.#heads(inside, layer) : this.#activation(inside, layer)}
          ${this.#weights(inside, layer)} ${this.#norms(inside)}
        </div>
      </section>
    `;
  }

  #dead({ dead }: Inspection) {
    if (!dead) return nothing;
    const said = dead.dead === 0 ? "None" : count(dead.dead);
    return html`
      <p class="soft" role="status" aria-live="off" aria-label="Dead units">
        Dead units: ${said} of ${count(dead.units)} stayed at 0 for each of ${count(dead.images)} test images.
      </p>
    `;
  }

  #activation({ activation }: Inspection, layer: LayerInfo) {
    if (!activation) return html`<p class="soft">This layer only helps to learn: no answer passes through it.</p>`;
    return this.#tiles(tilesOfActivation(activation), `What ${layer.name} gives`);
  }

  #heads({ activation }: Inspection, layer: LayerInfo) {
    if (!activation) return nothing;
    const tokens = activation.shape[1];
    const tiles = tilesOfAttention(activation, this.token === 0 ? null : this.token - 1);
    if (!tiles) return this.#tiles(tilesOfActivation(activation), `What ${layer.name} gives`);
    return html`
      ${this.#tiles(tiles, "Attention")}
      <label class="small">
        Token that looks (0: the mean of all)
        <input
          type="range"
          min="0"
          max=${tokens}
          .value=${String(this.token)}
          @input=${(event: Event) => {
            this.token = Number(valueOf(event));
          }}
        />
      </label>
    `;
  }

  #weights({ weights }: Inspection, layer: LayerInfo) {
    const tensor = weights.find(
      ({ name, shape }) => shape.length > 1 && (name === layer.name || name.endsWith("weight")),
    );
    if (!tensor) return nothing;
    const tiles = tensor.name === layer.name ? tilesOfPositions(tensor) : tilesOfWeights(tensor, this.input);
    if (!tiles) return nothing;
    const [, channels = 1] = tensor.shape;
    const pages = tensor.shape.length === 4 && channels > 3;
    return html`
      <figure class="wide">
        <h3>${tensor.name === layer.name ? "Positions" : "Weights"}</h3>
        <tile-grid .tiles=${tiles} label="${layer.name}: ${tiles.about}"></tile-grid>
        <figcaption class="soft">${sentence(tiles.about)}</figcaption>
        ${
          pages
            ? html`
                <label>
                  Input channel
                  <input
                    type="range"
                    min="0"
                    max=${channels - 1}
                    .value=${String(this.input)}
                    @input=${(event: Event) => {
                      this.input = Number(valueOf(event));
                    }}
                  />
                </label>
              `
            : nothing
        }
      </figure>
    `;
  }

  /** All tiles on one scale, and one of them large. */
  #tiles(tiles: Tiles, title: string) {
    const chosen = Math.min(this.tile, tiles.count - 1);
    const plane = tiles.rows * tiles.columns;
    const values = tiles.values.subarray(chosen * plane, (chosen + 1) * plane);
    const which = `${tiles.name} ${chosen + 1}`;
    return html`
      <figure class="wide">
        <h3>${title}</h3>
        <tile-grid
          .tiles=${tiles}
          .chosen=${chosen}
          label="${title}: ${tiles.about}"
          @tile=${(event: CustomEvent<number>) => {
            this.tile = event.detail;
          }}
        ></tile-grid>
        <figcaption class="soft">${sentence(tiles.about)}</figcaption>
      </figure>
      ${
        tiles.count === 1
          ? nothing
          : html`
              <figure class="small">
                <h3>${which}</h3>
                ${
                  plane > 1
                    ? html`<tile-grid
                        .tiles=${{ ...tiles, count: 1, values }}
                        .among=${tiles}
                        label="${which}, large"
                      ></tile-grid>`
                    : nothing
                }
                <figcaption class="soft">${rangeOf(values)}</figcaption>
                <label>
                  ${tiles.name}
                  <input
                    type="range"
                    min="0"
                    max=${tiles.count - 1}
                    .value=${String(chosen)}
                    @input=${(event: Event) => {
                      this.tile = Number(valueOf(event));
                    }}
                  />
                </label>
              </figure>
            `
      }
    `;
  }

  #norms({ weights, step }: Inspection) {
    const main = weights.find(({ name }) => name.endsWith("weight")) ?? weights[0];
    if (!main) return nothing;
    const story = this.bench.looking.norms.of(main.name);
    if (!story)
      return html`<p class="soft">
        The sizes of ${main.name}, its gradient and its updates are drawn here once it trains.
      </p>`;
    const { steps } = this.state.plan ?? { steps: step };
    const chart = (title: string, caption: string, values: readonly number[]) => html`
      <step-chart
        heading=${title}
        caption=${caption}
        .format=${significant}
        .series=${seriesOf(story, values)}
        .steps=${steps}
      ></step-chart>
    `;
    return html`
      <div class="charts">
        ${chart("Weight norm", `The length of ${main.name}.`, story.weight)}
        ${chart("Gradient norm", "The length of its gradient, as the optimizer gets it.", story.gradient)}
        ${chart("Update to weight", "How far a step moved it, as a share of its length.", story.ratio)}
      </div>
    `;
  }
}

function seriesOf({ steps }: Story, values: readonly number[]) {
  return { length: steps.length, step: Float64Array.from(steps), values: Float64Array.from(values) };
}

function nameOf({ classes }: DataInfo, label: number): string {
  return classes[label] ?? String(label);
}

function sentence(about: string): string {
  return `${about.charAt(0).toUpperCase()}${about.slice(1)}.`;
}

function rangeOf(values: Float32Array): string {
  if (values.length === 1) return significant(values[0] ?? 0);
  let [lowest, highest, sum] = [Infinity, -Infinity, 0];
  for (const value of values) [lowest, highest, sum] = [Math.min(lowest, value), Math.max(highest, value), sum + value];
  return `From ${significant(lowest)} to ${significant(highest)}, ${significant(sum / values.length)} on average.`;
}
