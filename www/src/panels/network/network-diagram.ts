import { css, html, nothing, svg } from "lit";
import { customElement, property } from "lit/decorators.js";

import { count } from "../../format.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg, plural } from "../../words/msg.js";
import type { Description } from "../../module.js";
import { diagramOf } from "./diagram.js";
import { layoutOf, type PlacedBlock } from "./diagram-layout.js";

/** A longer diagram is made narrower and stays as high. */
const MAX_LENGTH = 220;

/** A network as a row of blocks: high ones have many rows, wide ones many channels. Arcs are connections past blocks. */
@customElement("network-diagram")
export class NetworkDiagram extends SignalElement {
  static override styles = css`
    :host {
      display: block;
    }

    svg {
      display: block;
      width: 100%;
      height: 4rem;
    }

    .arched {
      height: 5rem;
    }

    path {
      fill: none;
      stroke: var(--ink-soft);
      stroke-width: 1px;
      vector-effect: non-scaling-stroke;
    }

    .clickable rect:not(.image) {
      cursor: pointer;
    }

    .image {
      fill: var(--ink-soft);
    }

    .convolution {
      fill: var(--flame);
    }

    .linear {
      fill: var(--warm);
    }

    .other {
      fill: var(--edge);
    }
  `;

  @property({ attribute: false }) description: Description | undefined;
  /** Whether a click on a block fires `layer` with the layer's index. */
  @property({ type: Boolean }) clickable = false;

  override render() {
    if (!this.description) return nothing;
    const { width, height, blocks, arcs } = layoutOf(diagramOf(this.description));
    const fit = width > MAX_LENGTH ? "none" : "xMinYMid meet";
    const classes = [this.clickable ? "clickable" : "", arcs.length > 0 ? "arched" : ""].join(" ");
    return html`
      <svg
        class=${classes}
        viewBox="0 0 ${width} ${height}"
        preserveAspectRatio=${fit}
        role="img"
        aria-label=${textAlternative(this.description, arcs.length)}
      >
        ${arcs.map((path) => svg`<path d=${path} />`)} ${blocks.map((block) => this.#rectangle(block))}
      </svg>
    `;
  }

  #rectangle({ kind, width, height, layer, x, y }: PlacedBlock) {
    const choose = (): void => {
      if (this.clickable && layer !== null) this.dispatchEvent(new CustomEvent("layer", { detail: layer }));
    };
    const name = layer === null ? msg("layer|image") : (this.description?.layers[layer]?.name ?? "");
    return svg`
      <rect class=${kind} x=${x} y=${y} width=${width} height=${height} rx="1.2" @click=${choose}>
        <title>${name}</title>
      </rect>
    `;
  }
}

function textAlternative({ title, input, layers }: Description, arcs: number): string {
  const weights = layers.filter(({ multiplyAdds }) => multiplyAdds > 0).length;
  const classes = layers.at(-1)?.shape.join("×") ?? "";
  const values = { network: title, image: input.join("×"), layers: count(weights), classes };
  return arcs === 0
    ? msg("{network}: from an image of {image} through {layers} layers with weights to {classes} classes", values)
    : plural(
        arcs,
        "{network}: from an image of {image} through {layers} layers with weights to {classes} classes, {count} connection leading past layers",
        "{network}: from an image of {image} through {layers} layers with weights to {classes} classes, {count} connections leading past layers",
        values,
      );
}
