import { css, html, nothing, type PropertyValues } from "lit";
import { customElement } from "lit/decorators.js";

import type { DataInfo } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { titled } from "../../styles/titled.js";
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
import { InsideStore } from "./inside-store.js";
import type { Inspection, InspectionRequest } from "./inspection.js";
import "./layer-inspection.js";
import "./layer-strip.js";
import { figures } from "./styles.js";
import "./tile-grid.js";
import type { Tiles } from "./tiles.js";
import "../../ui/save-menu.js";
import { tilesFigure, type Sheet } from "./inside-figure.js";

/** What the network computes for one image, layer by layer, and what its layers are like while it learns. */
@customElement("inside-panel")
export class InsidePanel extends PanelElement {
  static override styles = [
    shared,
    figures,
    titled,
    css`
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
    `,
  ];

  constructor() {
    super();
    new StoreController(this, () => new InsideStore(this.bench));
    new VisibilityController(this, { onChange: (visible) => this.open && this.#request({ visible }) });
  }

  protected override shouldUpdate(changed: PropertyValues): boolean {
    if (!super.shouldUpdate(changed)) return false;
    // Out of view it waits until it is inspected again, or the run rests.
    const { inspection, run } = this.state;
    return inspection.request.visible || run.phase !== "training";
  }

  #request(change: Partial<Omit<InspectionRequest, "pixels">>): void {
    this.bench.subscriptions.inspect(change);
  }

  override render() {
    const { recipe, engine, plan } = this.state;
    const { inspection, request, failed } = this.state.inspection;
    const { info: data } = this.state.data;
    const layers = recipe.description?.layers ?? [];
    if (!inspection || !data) {
      const wait =
        engine.engine?.kind === "gpu" && !plan
          ? "Shown once training has begun."
          : "Shown once the run and its test images are ready.";
      return html`${failureNote(failed.inspection)}
        <p class="soft">${wait}</p>`;
    }
    const layer = layers[inspection.layer];
    return html`
      ${failureNote(failed.inspection)}
      <p class="soft" role="status" aria-live="off" aria-label="Looked at">
        ${inspection.step === 0 ? "Not trained yet: all weights are random." : `After step ${count(inspection.step)}.`}
      </p>
      <div class="parts">
        ${this.#image(inspection, data)} ${this.#saliency(inspection, data)} ${this.#rollout(inspection)}
      </div>
      <layer-strip
        .layers=${layers}
        .chosen=${request.layer}
        @layer=${(event: CustomEvent<number>) => this.#request({ layer: event.detail })}
      ></layer-strip>
      ${
        layer
          ? html`<layer-inspection
              .inspection=${inspection}
              .layer=${layer}
              .norms=${this.bench.series.norms}
              .figureOf=${(sheet: Sheet) => tilesFigure(this.bench, inspection, sheet)}
              .classes=${data.classes}
              .steps=${plan?.steps ?? inspection.step}
            ></layer-inspection>`
          : nothing
      }
    `;
  }

  #image({ pixels, label, probabilities }: Inspection, data: DataInfo) {
    const index = this.state.inspection.request.testImage;
    const prediction = argmax(probabilities);
    const name = label === null ? "Your picture" : `Test image ${count(index)}: ${className(data, label)}`;
    const move = (by: number) =>
      this.#request({ testImage: (index + by + data.test) % Math.max(1, data.test), label: null });
    return html`
      <figure class="small">
        <h3>The image</h3>
        ${pixelImage(name, bytePixels(pixels), data)}
        <figcaption class="soft">
          ${name}.
          ${
            prediction < 0
              ? "The network gives no answer: its outputs are no numbers."
              : html`The network says
                  <b>${className(data, prediction)}</b> (${percent(probabilities[prediction] ?? NaN)}).`
          }
        </figcaption>
        ${
          label === null
            ? html`<p class="soft">Clear it to look at test images.</p>`
            : html`
                <div class="buttons">
                  <button type="button" aria-label="Previous test image" @click=${() => move(-1)}>Previous</button>
                  <button type="button" aria-label="Next test image" @click=${() => move(1)}>Next</button>
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
        ${this.#title(inspection, { title: `Evidence for ${name}`, tiles, isOfImage: true })}
        <tile-grid .tiles=${tiles} label="Input gradient of the score for ${name}, over the image"></tile-grid>
        <figcaption class="soft">${saliencyCaption(name, data)}</figcaption>
        <label>
          Class
          ${select({
            options: [
              { value: "", label: "its guess" },
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
        ${this.#title(inspection, { title: "Attention rollout", tiles, isOfImage: true })}
        <tile-grid .tiles=${tiles} label="Attention rollout over the image: ${tiles.description}"></tile-grid>
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
  return { count: 1, rows: height, columns: width, channels: 1, values, name: "Evidence", description: "" };
}
