import { LitElement, css, html, nothing, svg } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Description } from "../../module.js";
import { diagramOf, type Block } from "./diagram.js";

const GAP = 3;
/** Between neighbours that are not connected. */
const WIDE_GAP = 9;
const HEIGHT = 64;
/** Above the blocks, for the arcs. */
const ARC_HEIGHT = 16;
/** A longer diagram is made narrower and stays as high. */
const MAX_LENGTH = 220;

/** A network as a row of blocks: high ones have many rows, wide ones many channels. Arcs are connections past blocks. */
@customElement("network-diagram")
export class NetworkDiagram extends LitElement {
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
    const { blocks, arcs } = diagramOf(this.description);
    const top = arcs.length > 0 ? ARC_HEIGHT : 0;
    let length = 0;
    const placed = blocks.map((block, index): PlacedBlock => {
      if (index > 0) length += block.followsPrevious ? GAP : WIDE_GAP;
      const x = length;
      length += block.width;
      return { ...block, x, y: top + (HEIGHT - block.height) / 2 };
    });
    const fit = length > MAX_LENGTH ? "none" : "xMinYMid meet";
    const classes = [this.clickable ? "clickable" : "", top > 0 ? "arched" : ""].join(" ");
    return html`
      <svg
        class=${classes}
        viewBox="0 0 ${Math.max(length, 1)} ${top + HEIGHT}"
        preserveAspectRatio=${fit}
        role="img"
        aria-label=${textAlternative(this.description, arcs.length)}
      >
        ${arcs.map(([from, to]) => this.#arc(placed.slice(from, to + 1)))}
        ${placed.map((block) => this.#rectangle(block))}
      </svg>
    `;
  }

  /** From the top of the first to the top of the last, over all blocks between them. */
  #arc(blocks: readonly PlacedBlock[]) {
    const [first, last] = [blocks[0], blocks.at(-1)];
    if (!first || !last) return nothing;
    const top = Math.min(...blocks.map(({ y }) => y));
    // A cubic curve reaches three quarters of the way to its control points. Longer arcs pass over shorter ones.
    const rise = Math.min(top, 6 + 2 * blocks.length) / 0.75;
    const control = top - rise;
    const [start, end] = [first, last].map(({ x, width }) => x + width / 2);
    return svg`<path d="M${start} ${first.y} C${start} ${control} ${end} ${control} ${end} ${last.y}" />`;
  }

  #rectangle({ kind, width, height, layer, x, y }: PlacedBlock) {
    const choose = (): void => {
      if (this.clickable && layer !== null) this.dispatchEvent(new CustomEvent("layer", { detail: layer }));
    };
    const name = layer === null ? "image" : (this.description?.layers[layer]?.name ?? "");
    return svg`
      <rect class=${kind} x=${x} y=${y} width=${width} height=${height} rx="1.2" @click=${choose}>
        <title>${name}</title>
      </rect>
    `;
  }
}

interface PlacedBlock extends Block {
  x: number;
  y: number;
}

function textAlternative({ title, input, layers }: Description, arcs: number): string {
  const weights = layers.filter(({ multiplyAdds }) => multiplyAdds > 0).length;
  const classes = layers.at(-1)?.shape.join("×") ?? "";
  const past = arcs === 0 ? "" : `, ${arcs} connections leading past layers`;
  return `${title}: from an image of ${input.join("×")} through ${weights} layers with weights to ${classes} classes${past}`;
}
