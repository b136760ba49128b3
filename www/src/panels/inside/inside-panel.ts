import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import type { DataInfo, LayerInfo } from "../../module.js";
import type { At } from "../../stage/explain/explanation.js";
import { fieldStyle } from "../../stage/field-style.js";
import { GraphController } from "../../stage/graph-controller.js";
import { layerNames } from "../../stage/layer-names.js";
import type { Field } from "../../stage/receptive-field.js";
import { fieldFrame, fieldOf, fieldText } from "../../stage/seen-field.js";
import type { Choices } from "../../state/inspection.js";
import { whenText } from "../../state/weights.js";
import { shared } from "../../styles/shared.js";
import { titled } from "../../styles/titled.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { failureNote } from "../../ui/failure-note.js";
import { VisibilityController } from "../../ui/controllers/visibility.js";
import { pixelImage } from "../../ui/pixel-image.js";
import { select } from "../../ui/select.js";
import { className, count, percent } from "../../format.js";
import { argmax } from "../../math.js";
import { bytePixels } from "../../pixels.js";
import { PanelElement } from "../panel-element.js";
import { StoreController } from "../panel-store.js";
import { rollout } from "./attention.js";
import { rangeOf, saliencyCaption, sentence } from "./describe.js";
import { middleOf } from "./tile-pixel.js";
import { InsideStore } from "./inside-store.js";
import type { Inspection } from "./inspection.js";
import "./layer-inspection.js";
import "./layer-strip.js";
import { figures } from "./styles.js";
import "./tile-grid.js";
import type { Tiles } from "./tiles.js";
import "../../ui/save-menu.js";
import { tilesFigure, type Sheet } from "./inside-figure.js";
import { defineMessage, msg, rich } from "../../words/msg.js";
import { textsNow, type Translation } from "../../words/catalogue.js";

/**
 * A layer of the network, opened under the stage: what it gives for the image, how each number of that comes about, what its weights are
 * like while it learns. Beside it is the image, and what of it the answer depends on.
 */
@customElement("inside-panel")
export class InsidePanel extends PanelElement {
  static override styles = [
    shared,
    figures,
    titled,
    fieldStyle,
    css`
      pixel-image {
        border: 1px solid var(--line);
        border-radius: 4px;
        overflow: hidden;
      }

      .head {
        display: flex;
        gap: 0.25rem 1rem;
        align-items: baseline;
        justify-content: space-between;
        margin-bottom: 0.5rem;
      }

      h2 {
        /* What is above it, the stage, stays in view. */
        scroll-margin-top: min(50vh, 26rem);
        overflow-wrap: anywhere;
      }

      h2:focus {
        outline: none;
      }

      .head button {
        flex: none;
        min-height: 2.25rem;
        padding-inline: 0.7rem;
      }

      .buttons {
        margin-top: 0.5rem;
      }

      .buttons button {
        min-height: 2.25rem;
        padding-inline: 0.6rem;
      }
    `,
  ];

  /** Whether it can be closed: where the page shows nothing else, it cannot. */
  @property({ attribute: false }) closable = true;
  @query(".content") private content!: HTMLElement | null;
  /** How high it was when a new run took what it showed away: so high it stays until there is something again. */
  #height = 0;
  @query("h2") private heading!: HTMLElement | null;
  /** Where the focus was before it came here. */
  #before: HTMLElement | null = null;
  readonly #graph = new GraphController(this);
  #names: { of: readonly LayerInfo[]; texts: ReadonlyMap<string, Translation>; titles: string[] } | null = null;

  constructor() {
    super();
    new StoreController(this, () => new InsideStore(this.bench));
    new VisibilityController(this, { onChange: (visible) => this.open && this.#request({ visible }) });
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && this.closable) this.#close();
    });
  }

  /** It was opened by a press elsewhere: the focus comes here, and goes back when it is closed. */
  reveal(): void {
    const before = focused();
    if (before && !this.renderRoot.contains(before)) this.#before = before;
    this.heading?.focus({ preventScroll: true });
    this.heading?.scrollIntoView({ block: "start" });
  }

  #close(): void {
    this.bench.showPanel("inside-panel", false);
    if (this.#before?.isConnected) this.#before.focus();
    this.#before = null;
  }

  #titles(layers: readonly LayerInfo[]): string[] {
    const texts = textsNow();
    if (this.#names?.of !== layers || this.#names.texts !== texts)
      this.#names = { of: layers, texts, titles: layerNames(layers).map(({ title }) => title) };
    return this.#names.titles;
  }

  protected override shouldUpdate(changed: PropertyValues): boolean {
    if (!super.shouldUpdate(changed)) return false;
    // Out of view it waits until it is inspected again, or the run rests.
    const { inspection, run } = this.state;
    return inspection.request.visible || run.phase !== "training";
  }

  protected override willUpdate(): void {
    const { inspection } = this.state.inspection;
    // An inspection may be here before its network is described, and before the graph, by which a value is explained.
    const isDescribed = inspection !== null && this.state.recipe.description?.layers[inspection.layer] !== undefined;
    const isWhole = isDescribed && this.#graph.of(this.bench) !== undefined;
    if (isWhole) this.#height = 0;
    else this.#height ||= this.content?.offsetHeight ?? 0;
  }

  #request(change: Partial<Choices>): void {
    this.bench.subscriptions.inspect(change);
  }

  override render() {
    const { recipe } = this.state;
    const { inspection, request } = this.state.inspection;
    const layers = recipe.description?.layers ?? [];
    const titles = this.#titles(layers);
    // What is read below it is of the layer that was inspected last.
    const shown = inspection?.layer ?? request.layer;
    const { name = "" } = layers[shown] ?? {};
    // The heading stays the same element, which may have the focus.
    return html`
      <div class="head">
        <h2 tabindex="-1" title=${msg("In PyTorch: {name}", { name })}>${titles[shown] ?? msg("Layer")}</h2>
        ${this.closable ? html`<button type="button" @click=${() => this.#close()}>${msg("Close")}</button>` : nothing}
      </div>
      <div class="content" ${inlineStyle(`min-height: ${this.#height}px`)}>${this.#content(layers, titles)}</div>
    `;
  }

  #content(layers: readonly LayerInfo[], titles: readonly string[]) {
    const { engine, plan } = this.state;
    const { inspection, request, failed, pointed } = this.state.inspection;
    const { info: data } = this.state.data;
    if (!inspection || !data) {
      const wait =
        engine.engine?.kind === "gpu" && !plan
          ? msg("Shown once training has begun.")
          : msg("Shown once the run and its test images are ready.");
      return html`${failureNote(failed.inspection)}
        <p class="soft">${wait}</p>`;
    }
    const graph = this.#graph.of(this.bench);
    const shown = inspection.layer;
    const middle = inspection.activation && { layer: shown, ...middleOf(inspection.activation.shape) };
    const at = pointed?.layer === shown ? pointed : middle;
    const field = fieldOf(graph, layers, at);
    return html`
      ${failureNote(failed.inspection)}
      <p class="soft" role="status" aria-live="off" aria-label=${msg("Looked at")}>
        ${whenText(this.state, inspection.step)}
      </p>
      <layer-strip
        .layers=${layers}
        .titles=${titles}
        .chosen=${request.layer}
        @layer=${(event: CustomEvent<number>) => this.#request({ layer: event.detail })}
      ></layer-strip>
      ${
        layers[inspection.layer]
          ? html`<layer-inspection
              .inspection=${inspection}
              .layers=${layers}
              .titles=${titles}
              .graph=${graph}
              .at=${at}
              .seen=${field ? fieldText(field, data) : ""}
              .norms=${this.bench.series.norms}
              .figureOf=${(sheet: Sheet) => tilesFigure(this.bench, inspection, sheet)}
              .classes=${data.classes}
              .steps=${plan?.steps ?? inspection.step}
              @point=${({ detail }: CustomEvent<At>) => this.bench.subscriptions.point({ layer: inspection.layer, ...detail })}
            ></layer-inspection>`
          : nothing
      }
      <div class="parts">
        ${this.#image(inspection, data, field)} ${this.#saliency(inspection, data)} ${this.#rollout(inspection)}
      </div>
    `;
  }

  #image({ pixels, label, testImage, probabilities }: Inspection, data: DataInfo, field: Field | null) {
    const index = testImage ?? 0;
    const prediction = argmax(probabilities);
    const name = label === null ? msg("Your picture") : testImageText(testImage, className(data, label));
    const move = (by: number) =>
      this.#request({ testImage: (index + by + data.test) % Math.max(1, data.test), label: null });
    return html`
      <figure class="small">
        <h3>${msg("The image")}</h3>
        <div class="seen">${pixelImage(name, bytePixels(pixels), data)} ${fieldFrame(field, data)}</div>
        <figcaption class="soft">
          ${name}.
          ${
            prediction < 0
              ? msg("The network gives no answer: its outputs are no numbers.")
              : rich("The network says {class} ({share}).", {
                  class: html`<b>${className(data, prediction)}</b>`,
                  share: percent(probabilities[prediction] ?? NaN),
                })
          }
        </figcaption>
        ${
          testImage === null
            ? nothing
            : html`
                <div class="buttons">
                  <button type="button" aria-label=${msg("Previous test image")} @click=${() => move(-1)}>
                    ${msg("Previous")}
                  </button>
                  <button type="button" aria-label=${msg("Next test image")} @click=${() => move(1)}>
                    ${msg("Next")}
                  </button>
                </div>
              `
        }
      </figure>
    `;
  }

  #title(inspection: Inspection, sheet: Sheet) {
    return html`
      <div class="titled">
        <h3>${sheet.title}</h3>
        <save-menu label=${sheet.title} .figure=${() => tilesFigure(this.bench, inspection, sheet)}></save-menu>
      </div>
    `;
  }

  #saliency(inspection: Inspection, data: DataInfo) {
    const { saliency, probabilities } = inspection;
    const name = className(data, saliency.label);
    const chosen = this.state.inspection.request.label;
    const tiles = saliencyTiles(saliency.values, data);
    return html`
      <figure class="small">
        ${this.#title(inspection, { title: msg("Evidence for {class}", { class: name }), tiles, isOfImage: true })}
        <tile-grid
          .tiles=${tiles}
          label=${msg("Input gradient of the score for {class}, over the image", { class: name })}
        ></tile-grid>
        <figcaption class="soft">${saliencyCaption(name, data)}</figcaption>
        <label>
          ${msg("Class")}
          ${select({
            options: [
              { value: "", label: msg("its guess") },
              ...Array.from(probabilities, (_, label) => ({ value: String(label), label: className(data, label) })),
            ],
            value: chosen === null ? "" : String(chosen),
            onChange: (value) => this.#request({ label: value === "" ? null : Number(value) }),
          })}
        </label>
      </figure>
    `;
  }

  #rollout(inspection: Inspection) {
    const tiles = rollout(inspection.attention);
    if (!tiles) return nothing;
    return html`
      <figure class="small">
        ${this.#title(inspection, { title: msg("Attention rollout"), tiles, isOfImage: true })}
        <tile-grid
          .tiles=${tiles}
          label=${msg("Attention rollout over the image: {what}", { what: tiles.description })}
        ></tile-grid>
        <figcaption class="soft">${sentence(tiles.description)} ${rangeOf(tiles.values)}</figcaption>
      </figure>
    `;
  }
}

/** The gradient with respect to each pixel, summed over its channels. */
function saliencyTiles(gradient: Float32Array, { width, height }: DataInfo): Tiles {
  const size = width * height;
  const values = new Float32Array(size);
  gradient.forEach((value, index) => {
    values[index % size]! += value;
  });
  return {
    count: 1,
    rows: height,
    columns: width,
    channels: 1,
    values,
    name: defineMessage("Evidence"),
    description: "",
  };
}

function testImageText(index: number | null, name: string): string {
  if (index === null) return msg("Test image: {class}", { class: name });
  return msg("Test image {number}: {class}", { number: count(index + 1), class: name });
}

/** The element that has the focus, in whichever shadow tree. */
function focused(): HTMLElement | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active instanceof HTMLElement && active !== document.body ? active : null;
}
