import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { ThemeController } from "../../ui/controllers/theme.js";
import { colourMapOf, imageOf, layoutOf, scaleOf } from "./colour-map.js";
import type { Tiles } from "./tiles.js";

/** Tiles of numbers in one image, all on one scale. Fires `tile` with the index of a tile that is clicked. */
@customElement("tile-grid")
export class TileGrid extends LitElement {
  static override styles = css`
    :host {
      display: block;
      position: relative;
      line-height: 0;
    }

    canvas {
      width: 100%;
      height: auto;
      border: 1px solid var(--line);
      border-radius: 4px;
      background: var(--sunk);
      image-rendering: pixelated;
    }

    .choosable {
      cursor: pointer;
    }

    .chosen {
      position: absolute;
      border: 2px solid var(--ink);
      border-radius: 2px;
      pointer-events: none;
    }
  `;

  @property({ attribute: false }) tiles: Tiles | null = null;
  /** The tiles whose scale these are drawn on; by default their own. */
  @property({ attribute: false }) scaledLike: Tiles | null = null;
  @property({ attribute: false }) chosen: number | null = null;
  @property() label = "";
  @query("canvas") private canvas!: HTMLCanvasElement | null;

  constructor() {
    super();
    // Pixels do not follow the theme by themselves.
    new ThemeController(this);
  }

  override render() {
    const { tiles, chosen } = this;
    if (!tiles) return nothing;
    const { width, height } = layoutOf(tiles);
    const choosable = chosen !== null && tiles.count > 1;
    return html`
      <canvas
        class=${choosable ? "choosable" : ""}
        width=${width}
        height=${height}
        role="img"
        aria-label=${this.label}
        @click=${(event: MouseEvent) => choosable && this.#choose(event)}
      ></canvas>
      ${choosable ? this.#frame(tiles, chosen) : nothing}
    `;
  }

  #frame(tiles: Tiles, chosen: number) {
    const { perRow, width, height, gap } = layoutOf(tiles);
    const percentOf = (pixels: number, total: number): string => `${(100 * pixels) / total}%`;
    const left = percentOf((chosen % perRow) * (tiles.columns + gap), width);
    const top = percentOf(Math.floor(chosen / perRow) * (tiles.rows + gap), height);
    const size = `width: ${percentOf(tiles.columns, width)}; height: ${percentOf(tiles.rows, height)}`;
    return html`<div class="chosen" style="left: ${left}; top: ${top}; ${size}"></div>`;
  }

  override updated(): void {
    const { tiles, canvas } = this;
    if (!tiles || !canvas) return;
    canvas.getContext("2d")?.putImageData(imageOf(tiles, colourMapOf(this), scaleOf(this.scaledLike ?? tiles)), 0, 0);
  }

  #choose({ offsetX, offsetY }: MouseEvent): void {
    const { tiles, canvas } = this;
    if (!tiles || !canvas) return;
    const { perRow, width, height, gap } = layoutOf(tiles);
    const column = Math.floor((offsetX / canvas.clientWidth) * (width / (tiles.columns + gap)));
    const row = Math.floor((offsetY / canvas.clientHeight) * (height / (tiles.rows + gap)));
    const tile = row * perRow + Math.min(column, perRow - 1);
    if (tile < tiles.count) this.dispatchEvent(new CustomEvent("tile", { detail: tile }));
  }
}
