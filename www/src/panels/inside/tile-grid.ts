import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { ThemeController } from "../../ui/controllers/theme.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { barOf, colourMapOf, imageOf, layoutOf, placeOf, scaleOf, type BarPart } from "./colour-map.js";
import type { Tiles } from "./tiles.js";

/** The colours of a bar: as a person calls them, and at their full strength. */
const COLOURS = {
  above: { name: "blue", css: "var(--flame)" },
  below: { name: "orange", css: "var(--warm)" },
} as const;

/** Tiles of numbers in one image, all on one scale, with the bar that says what its colours mean. Fires `tile` with the index of a tile that is clicked. */
@customElement("tile-grid")
export class TileGrid extends LitElement {
  static override styles = css`
    :host {
      display: block;
    }

    .picture {
      position: relative;
      line-height: 0;
    }

    .bar {
      display: flex;
      gap: 0.4rem;
      align-items: center;
      max-width: 22rem;
      margin: 0.3rem 0 0;
      color: var(--ink-soft);
      font-size: 0.8125rem;
      line-height: 1.4;
    }

    .bar i {
      flex: 1 1 1.5rem;
      height: 0.6rem;
      border: 1px solid var(--line);
      border-radius: 3px;
      forced-color-adjust: none;
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
      <div class="picture">
        <canvas
          class=${choosable ? "choosable" : ""}
          width=${width}
          height=${height}
          role="img"
          aria-label=${this.label}
          @click=${(event: MouseEvent) => choosable && this.#choose(event)}
        ></canvas>
        ${choosable ? this.#frame(tiles, chosen) : nothing}
      </div>
      ${this.#bar(tiles)}
    `;
  }

  /** What the colours mean. */
  #bar(tiles: Tiles) {
    const scale = scaleOf(this.scaledLike ?? tiles);
    const parts = barOf(this.scaledLike ?? tiles, scale);
    const [first] = parts;
    if (!first) return html`<p class="bar">0 everywhere</p>`;
    return html`
      <p class="bar" role="img" aria-label="Colours: ${wordsOf(parts)}">
        ${first.from}${parts.map(
          (part) => html`<i ${inlineStyle(`background: ${gradientOf(part)}`)}></i><span>${part.to}</span>`,
        )}
      </p>
    `;
  }

  #frame(tiles: Tiles, chosen: number) {
    const { perRow, width, height, gap } = layoutOf(tiles);
    const percentOf = (pixels: number, total: number): string => `${(100 * pixels) / total}%`;
    const left = percentOf((chosen % perRow) * (tiles.columns + gap), width);
    const top = percentOf(Math.floor(chosen / perRow) * (tiles.rows + gap), height);
    const size = `width: ${percentOf(tiles.columns, width)}; height: ${percentOf(tiles.rows, height)}`;
    return html`<div class="chosen" ${inlineStyle(`left: ${left}; top: ${top}; ${size}`)}></div>`;
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

/** "orange is −5.2, blue is +3.6" */
function wordsOf(parts: readonly BarPart[]): string {
  const ends = parts.map(({ colour, from, to }) => {
    if (colour === "brightness") return `dark is ${from}, bright is ${to}`;
    return `${COLOURS[colour].name} is ${colour === "below" ? from : to}`;
  });
  return ends.join(", ");
}

function gradientOf(part: BarPart): string {
  const { colour, shares } = part;
  const stops = shares.map((share, index) => {
    const strength = `${(100 * share).toFixed(1)}%`;
    const mixed =
      colour === "brightness"
        ? `color-mix(in srgb, white ${strength}, black)`
        : `color-mix(in srgb, ${COLOURS[colour].css} ${strength}, var(--paper))`;
    return `${mixed} ${(100 * placeOf(part, index)).toFixed(1)}%`;
  });
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
