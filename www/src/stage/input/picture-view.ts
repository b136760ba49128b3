import { LitElement, css, html } from "lit";
import { customElement, property, query } from "lit/decorators.js";

/** A picture as large as there is room, in its own proportions. */
@customElement("picture-view")
export class PictureView extends LitElement {
  static override styles = css`
    :host {
      display: block;
      line-height: 0;
    }

    canvas {
      width: 100%;
      height: auto;
      max-height: 19rem;
      object-fit: contain;
    }
  `;

  @property({ attribute: false }) image: ImageData | null = null;
  @property() label = "";
  @query("canvas") private canvas!: HTMLCanvasElement;

  override render() {
    const { width = 1, height = 1 } = this.image ?? {};
    return html`<canvas width=${width} height=${height} role="img" aria-label=${this.label}></canvas>`;
  }

  override updated(): void {
    if (this.image) this.canvas.getContext("2d")?.putImageData(this.image, 0, 0);
  }
}
