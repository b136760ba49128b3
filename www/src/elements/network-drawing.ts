import { LitElement, css, html, nothing, svg } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Description } from "../module.js";
import { blocksOf, type Block } from "../drawing/blocks.js";

const GAP = 3;
const HEIGHT = 64;
/** What is longer is made narrower and stays as high. */
const LONG = 220;

/** A network as a row of blocks: what is high has many rows, what is wide many channels. */
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
    const blocks = blocksOf(this.description);
    let x = 0;
    const drawn = blocks.map((block) => {
      const at = x;
      x += block.width + GAP;
      return this.#rectangle(block, at);
    });
    const width = Math.max(x - GAP, 1);
    const fit = width > LONG ? "none" : "xMinYMid meet";
    return html`
      <svg class=${this.opens ? "open" : ""} viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio=${fit} role="img" aria-label=${inWords(this.description)}>
        ${drawn}
      </svg>
    `;
  }

  #rectangle({ what, width, height, layer }: Block, x: number) {
    const choose = (): void => {
      if (this.opens && layer !== null) this.dispatchEvent(new CustomEvent("layer", { detail: layer }));
    };
    const name = layer === null ? "image" : (this.description?.layers[layer]?.name ?? "");
    return svg`
      <rect class=${what} x=${x} y=${(HEIGHT - height) / 2} width=${width} height=${height} rx="1.2" @click=${choose}>
        <title>${name}</title>
      </rect>
    `;
  }
}

function inWords({ title, input, layers }: Description): string {
  const weights = layers.filter(({ multiplyAdds }) => multiplyAdds > 0).length;
  const classes = layers.at(-1)?.shape.join("×") ?? "";
  return `${title}: from an image of ${input.join("×")} through ${weights} layers with weights to ${classes} classes`;
}
