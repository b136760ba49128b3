import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { colourMapOf, imageOf, scaleOf } from "../panels/inside/colour-map.js";
import "../panels/inside/colour-bar.js";
import { pixelAt, type TilePixel } from "../panels/inside/tile-pixel.js";
import type { Tiles } from "../panels/inside/tiles.js";
import { ThemeController } from "../ui/controllers/theme.js";
import { inlineStyle } from "../ui/inline-style.js";
import { layoutOf } from "./layout.js";
import type { LayerMaps } from "./maps.js";

/** A pixel of a map that the mouse is over: the index of the map among those that are shown. */
export type MapPixel = TilePixel;

/**
 * The maps of a column in one picture, as high as the column is; all are on one scale, with the bar that has its numbers. Fires `pixel` with
 * the one that a mouse moves over or a finger touches; null when the mouse is gone.
 */
@customElement("layer-maps")
export class LayerMapsElement extends LitElement {
  static override styles = css`
    :host {
      display: block;
      min-height: 0;
      line-height: 0;
    }

    canvas {
      max-width: 100%;
      max-height: 100%;
      image-rendering: pixelated;
      forced-color-adjust: none;
    }

    /* What is between maps. */
    .apart {
      background: var(--line);
    }
  `;

  @property({ attribute: false }) maps: LayerMaps | null = null;
  @query("canvas") private canvas!: HTMLCanvasElement;

  constructor() {
    super();
    // Pixels do not follow the theme by themselves.
    new ThemeController(this);
  }

  override render() {
    const { width, height, gap } = this.maps ? layoutOf(this.maps) : { width: 1, height: 1, gap: 0 };
    return html`<canvas
        class=${gap > 0 ? "apart" : nothing}
        width=${width}
        height=${height}
        aria-hidden="true"
        @pointerdown=${this.#point}
        @pointermove=${this.#point}
        @pointerleave=${(event: PointerEvent) => event.pointerType === "mouse" && this.#emit(null)}
        ${inlineStyle(`width: min(100%, calc(var(--stage-height, 15rem) * ${width / height}))`)}
      ></canvas>
      <colour-bar small .tiles=${this.maps && tilesOf(this.maps)}></colour-bar>`;
  }

  readonly #point = (event: PointerEvent): void => {
    if (!this.maps) return;
    const { clientWidth, clientHeight } = this.canvas;
    const layout = layoutOf(this.maps);
    this.#emit(pixelAt(tilesOf(this.maps), layout, event.offsetX / clientWidth, event.offsetY / clientHeight));
  };

  #emit(pixel: MapPixel | null): void {
    this.dispatchEvent(new CustomEvent<MapPixel | null>("pixel", { detail: pixel }));
  }

  override updated(): void {
    if (!this.maps) return;
    const tiles = tilesOf(this.maps);
    this.canvas
      .getContext("2d")
      ?.putImageData(imageOf(tiles, colourMapOf(this), scaleOf(tiles), layoutOf(this.maps)), 0, 0);
  }
}

function tilesOf({ channels, rows, columns, values }: LayerMaps): Tiles {
  return { count: channels.length, rows, columns, channels: 1, values, name: "", description: "" };
}
