import { LitElement, css, html, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";

/** A small image in one channel, drawn in the colour of ink: 0 is paper. */
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
      canvas {
        filter: invert(0.93);
      }
    }
  `;

  /** Values from 0 to 255, row by row. */
  @property({ attribute: false }) pixels: ArrayLike<number> = [];
  @property({ type: Number }) columns = 28;
  @property({ type: Number }) rows = 28;
  @property() label = "";
  @query("canvas") private canvas!: HTMLCanvasElement;

  override render() {
    return html`<canvas width=${this.columns} height=${this.rows} role="img" aria-label=${this.label}></canvas>`;
  }

  override updated(_changed: PropertyValues): void {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const image = context.createImageData(this.columns, this.rows);
    for (let at = 0; at < this.columns * this.rows; at++) image.data[4 * at + 3] = this.pixels[at] ?? 0;
    context.putImageData(image, 0, 0);
  }
}
