import { LitElement, css, html, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { picture } from "../pixels.js";

/** A small image: one channel is drawn in the colour of ink (0 is paper), three in their own colours. */
@customElement("pixel-image")
export class PixelImage extends LitElement {
  static override styles = css`
    :host {
      display: block;
      line-height: 0;
    }

    canvas {
      width: 100%;
      height: auto;
      image-rendering: pixelated;
    }

    @media (prefers-color-scheme: dark) {
      /* The ink is black with the pixel as its opacity. */
      .ink {
        filter: invert(0.93);
      }
    }
  `;

  /** Values from 0 to 255, row by row, one channel after the other. */
  @property({ attribute: false }) pixels: ArrayLike<number> = [];
  @property({ type: Number }) channels = 1;
  @property({ type: Number }) columns = 28;
  @property({ type: Number }) rows = 28;
  @property() label = "";
  @query("canvas") private canvas!: HTMLCanvasElement;

  override render() {
    const { channels, columns, rows, label } = this;
    const kind = channels === 1 ? "ink" : "";
    return html`<canvas class=${kind} width=${columns} height=${rows} role="img" aria-label=${label}></canvas>`;
  }

  override updated(_changed: PropertyValues): void {
    const { pixels, channels, columns, rows } = this;
    this.canvas.getContext("2d")?.putImageData(picture(pixels, channels, columns, rows), 0, 0);
  }
}
