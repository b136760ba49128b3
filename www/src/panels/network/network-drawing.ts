import { LitElement, css, html, nothing, svg } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Description } from "../../module.js";
import { drawingOf, type Block } from "./blocks.js";

const GAP = 3;
/** Between blocks that stand side by side, though nothing goes from one to the other. */
const APART = 9;
const HEIGHT = 64;
/** Above the blocks, for what goes past some of them. */
const ABOVE = 16;
/** What is longer is made narrower and stays as high. */
const LONG = 220;

/** A network as a row of blocks: what is high has many rows, what is wide many channels. Arcs lead past blocks. */
@customElement("network-drawing")
export class NetworkDrawing extends LitElement {
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

    .open rect:not(.image) {
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
  /** Whether a click on a layer says so, as a `layer` event with its place. */
  @property({ type: Boolean }) opens = false;

  override render() {
    if (!this.description) return nothing;
    const { blocks, arcs } = drawingOf(this.description);
    const above = arcs.length > 0 ? ABOVE : 0;
    let x = 0;
    const placed = blocks.map((block, place) => {
      if (place > 0) x += block.follows ? GAP : APART;
      const at = x;
      x += block.width;
      return { ...block, x: at, y: above + (HEIGHT - block.height) / 2 };
    });
    const fit = x > LONG ? "none" : "xMinYMid meet";
    const classes = [this.opens ? "open" : "", above > 0 ? "arched" : ""].join(" ");
    return html`
      <svg
        class=${classes}
        viewBox="0 0 ${Math.max(x, 1)} ${above + HEIGHT}"
        preserveAspectRatio=${fit}
        role="img"
        aria-label=${inWords(this.description, arcs.length)}
      >
        ${arcs.map(([from, to]) => this.#arc(placed.slice(from, to + 1)))}
        ${placed.map((block) => this.#rectangle(block))}
      </svg>
    `;
  }

  /** From the top of the first to the top of the last, over all that stand between them. */
  #arc(blocks: readonly Placed[]) {
    const [first, last] = [blocks[0], blocks.at(-1)];
    if (!first || !last) return nothing;
    const top = Math.min(...blocks.map(({ y }) => y));
    // A curve reaches three quarters of the way to what draws it; one that leads farther passes over the others.
    const rise = Math.min(top, 6 + 2 * blocks.length) / 0.75;
    const over = top - rise;
    const [start, end] = [first, last].map(({ x, width }) => x + width / 2);
    return svg`<path d="M${start} ${first.y} C${start} ${over} ${end} ${over} ${end} ${last.y}" />`;
  }

  #rectangle({ what, width, height, layer, x, y }: Placed) {
    const choose = (): void => {
      if (this.opens && layer !== null) this.dispatchEvent(new CustomEvent("layer", { detail: layer }));
    };
    const name = layer === null ? "image" : (this.description?.layers[layer]?.name ?? "");
    return svg`
      <rect class=${what} x=${x} y=${y} width=${width} height=${height} rx="1.2" @click=${choose}>
        <title>${name}</title>
      </rect>
    `;
  }
}

interface Placed extends Block {
  x: number;
  y: number;
}

function inWords({ title, input, layers }: Description, arcs: number): string {
  const weights = layers.filter(({ multiplyAdds }) => multiplyAdds > 0).length;
  const classes = layers.at(-1)?.shape.join("×") ?? "";
  const past = arcs === 0 ? "" : `, ${arcs} connections leading past layers`;
  return `${title}: from an image of ${input.join("×")} through ${weights} layers with weights to ${classes} classes${past}`;
}
