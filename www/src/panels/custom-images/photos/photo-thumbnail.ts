import { css, html, LitElement } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";

/** Pixels of a side. */
const SIDE = 96;

/** A telephone's photos have twelve million pixels: one is decoded at a time. */
let queue: Promise<unknown> = Promise.resolve();

/** A photo, small. Where this browser cannot decode it, the end of its name stands there. */
@customElement("photo-thumbnail")
export class PhotoThumbnail extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      place-items: center;
      width: 4rem;
      height: 4rem;
      border-radius: var(--radius-small);
      background: var(--sunk);
      overflow: hidden;
    }

    canvas {
      width: 100%;
      height: 100%;
    }

    p {
      margin: 0;
      color: var(--ink-soft);
      font-size: 0.75rem;
    }
  `;

  @property({ attribute: false }) file!: File;
  @property() label = "";
  @query("canvas") private canvas!: HTMLCanvasElement | null;
  @internal() private isUnreadable = false;

  override render() {
    if (this.isUnreadable) return html`<p>${this.file.name.split(".").pop() ?? ""}</p>`;
    return html`<canvas width=${SIDE} height=${SIDE} role="img" aria-label=${this.label}></canvas>`;
  }

  override firstUpdated(): void {
    queue = queue.then(() => this.#draw());
  }

  async #draw(): Promise<void> {
    if (!this.isConnected) return;
    try {
      const whole = await createImageBitmap(this.file);
      const side = Math.min(whole.width, whole.height);
      const [left, top] = [(whole.width - side) / 2, (whole.height - side) / 2];
      this.canvas?.getContext("2d")?.drawImage(whole, left, top, side, side, 0, 0, SIDE, SIDE);
      whole.close();
    } catch {
      this.isUnreadable = true;
    }
  }
}
