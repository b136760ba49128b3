import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { imageDataOf, isInk, type ImageShape, type Pixels } from "../pixels.js";

/**
 * A small image: one channel is drawn in the colour of ink (0 is paper) or, of a photograph, in grey (0 is black); three in
 * their own colours.
 */
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

    /* The pixel is the opacity of black here too. */
    .grey {
      background: white;
      filter: invert(1);
    }

    @media (prefers-color-scheme: dark) {
      /* The ink is black with the pixel as its opacity. What stands on white paper in this theme too says "none". */
      .ink {
        filter: var(--ink-filter, invert(0.93));
      }
    }
  `;

  /** Values from 0 to 255, row by row, one channel after the other. */
  @property({ attribute: false }) pixels: Pixels = [];
  @property({ type: Number }) channels = 1;
  @property({ type: Number }) columns = 28;
  @property({ type: Number }) rows = 28;
  @property() label = "";
  /** Whether it is strokes on paper, or a photograph. */
  @property({ type: Boolean }) ink = false;
  @query("canvas") private canvas!: HTMLCanvasElement;

  override render() {
    const { channels, columns, rows, label, ink } = this;
    const kind = channels > 1 ? "" : ink ? "ink" : "grey";
    return html`<canvas class=${kind} width=${columns} height=${rows} role="img" aria-label=${label}></canvas>`;
  }

  override updated(): void {
    const { pixels, channels, columns, rows } = this;
    this.canvas.getContext("2d")?.putImageData(imageDataOf(pixels, channels, columns, rows), 0, 0);
  }
}

/**
 * An image of a data set.
 * @param label its name for those who do not see it; undefined where it is named by what is around it
 * @param pixels bytes `[channels, height, width]`
 */
export function pixelImage(label: string | undefined, pixels: Pixels, shape: ImageShape, className?: string) {
  const { channels, height, width } = shape;
  return html`
    <pixel-image
      class=${className ?? nothing}
      aria-hidden=${label === undefined ? "true" : nothing}
      label=${label ?? ""}
      ?ink=${isInk(shape)}
      .pixels=${pixels}
      .channels=${channels}
      .columns=${width}
      .rows=${height}
    ></pixel-image>
  `;
}
