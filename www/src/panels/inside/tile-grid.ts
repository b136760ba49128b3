import { css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { ThemeController } from "../../ui/controllers/theme.js";
import { inlineStyle } from "../../ui/inline-style.js";
import "./colour-bar.js";
import { colourMapOf, imageOf, layoutOf, scaleOf } from "./colour-map.js";
import { moved, pixelAt, type TilePixel } from "./tile-pixel.js";
import type { Tiles } from "./tiles.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg } from "../../words/msg.js";

/**
 * Tiles of numbers in one image, all on one scale, with the bar that says what its colours mean. Fires `tile` with the index of a tile
 * that is clicked and, where a pixel can be pointed at, `pixel` with that: a mouse moves over it, a finger or a pen touches it, arrow keys move it.
 */
@customElement("tile-grid")
export class TileGrid extends SignalElement {
  static override styles = css`
    :host {
      display: block;
    }

    .picture {
      position: relative;
      line-height: 0;
    }

    .picture:focus-visible {
      outline: 2px solid var(--flame);
      outline-offset: 2px;
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

    .pointable {
      cursor: crosshair;
      /* The page can be scrolled over it. */
      touch-action: pan-y pinch-zoom;
    }

    .chosen,
    .pixel {
      position: absolute;
      border: 2px solid var(--ink);
      border-radius: 2px;
      pointer-events: none;
    }

    .pixel {
      min-width: 4px;
      min-height: 4px;
      border-radius: 0;
      outline: 1px solid var(--paper);
    }
  `;

  @property({ attribute: false }) tiles: Tiles | null = null;
  /** The tiles whose scale these are drawn on; by default their own. */
  @property({ attribute: false }) scaledLike: Tiles | null = null;
  @property({ attribute: false }) chosen: number | null = null;
  /** The pixel of the chosen tile, or of the only one, that is pointed at; null where none can be. */
  @property({ attribute: false }) pixel: TilePixel | null = null;
  @property() label = "";
  @query("canvas") private canvas!: HTMLCanvasElement | null;

  constructor() {
    super();
    // Pixels do not follow the theme by themselves.
    new ThemeController(this);
  }

  override render() {
    const { tiles, chosen, pixel } = this;
    if (!tiles) return nothing;
    const { width, height } = layoutOf(tiles);
    const choosable = chosen !== null && tiles.count > 1;
    const isWidget = pixel !== null;
    return html`
      <div
        class="picture"
        role=${isWidget ? "application" : nothing}
        aria-label=${isWidget ? msg("{picture}: arrow keys move the pixel", { picture: this.label }) : nothing}
        tabindex=${isWidget ? "0" : nothing}
        @keydown=${isWidget ? this.#key : nothing}
      >
        <canvas
          class=${isWidget ? "pointable" : choosable ? "choosable" : ""}
          width=${width}
          height=${height}
          role="img"
          aria-label=${this.label}
          @click=${(event: MouseEvent) => this.#point(event, choosable)}
          @pointerdown=${(event: PointerEvent) => isWidget && this.#point(event, false)}
          @pointermove=${(event: PointerEvent) => isWidget && this.#point(event, false)}
        ></canvas>
        ${choosable ? this.#frame("chosen", tiles, { tile: chosen, row: 0, column: 0 }, tiles.rows, tiles.columns) : nothing}
        ${isWidget ? this.#frame("pixel", tiles, pixel, 1, 1) : nothing}
      </div>
      <colour-bar .tiles=${this.scaledLike ?? tiles}></colour-bar>
    `;
  }

  #frame(name: string, tiles: Tiles, { tile, row, column }: TilePixel, rows: number, columns: number) {
    const { perRow, width, height, gap } = layoutOf(tiles);
    const percentOf = (pixels: number, total: number): string => `${(100 * pixels) / total}%`;
    const left = percentOf((tile % perRow) * (tiles.columns + gap) + column, width);
    const top = percentOf(Math.floor(tile / perRow) * (tiles.rows + gap) + row, height);
    const size = `width: ${percentOf(columns, width)}; height: ${percentOf(rows, height)}`;
    return html`<div class=${name} ${inlineStyle(`left: ${left}; top: ${top}; ${size}`)}></div>`;
  }

  override updated(): void {
    const { tiles, canvas } = this;
    if (!tiles || !canvas) return;
    canvas.getContext("2d")?.putImageData(imageOf(tiles, colourMapOf(this), scaleOf(this.scaledLike ?? tiles)), 0, 0);
  }

  /** @param isChoice whether another tile is chosen by it */
  #point(event: MouseEvent, isChoice: boolean): void {
    const { tiles, canvas, pixel } = this;
    if (!tiles || !canvas) return;
    const at = pixelAt(tiles, layoutOf(tiles), event.offsetX / canvas.clientWidth, event.offsetY / canvas.clientHeight);
    if (!at) return;
    if (isChoice) this.dispatchEvent(new CustomEvent("tile", { detail: at.tile }));
    if (pixel && (pixel.tile !== at.tile || pixel.row !== at.row || pixel.column !== at.column)) this.#emit(at);
  }

  readonly #key = (event: KeyboardEvent): void => {
    const { tiles, pixel } = this;
    const to = tiles && pixel && moved(tiles, layoutOf(tiles).perRow, pixel, event.key);
    if (!to) return;
    event.preventDefault();
    this.#emit(to);
  };

  #emit(pixel: TilePixel): void {
    this.dispatchEvent(new CustomEvent<TilePixel>("pixel", { detail: pixel }));
  }
}
