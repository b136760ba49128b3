import { LitElement, css, html } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";

import type { Pixels } from "../pixels.js";
import { shared } from "../styles/shared.js";
import { pixelImage } from "./pixel-image.js";

/** An image of the grid. */
export interface Tile {
  /** What `choose` fires: the image's index in the split. */
  index: number;
  pixels: Pixels;
  /** What a screen reader says: "Training image 17: 4". */
  name: string;
  /** The text under it. */
  caption: string;
  /** Whether the caption stands out. */
  isWrong: boolean;
}

/**
 * Images of which one can be chosen, by arrow keys too. Fires `choose` with the index of a tile, and `turn` with -1 or 1 for
 * PageUp and PageDown.
 */
@customElement("image-grid")
export class ImageGrid extends LitElement {
  static override styles = [
    shared,
    css`
      .grid {
        display: grid;
        gap: 0.4rem;
        grid-template-columns: repeat(auto-fill, minmax(3.4rem, 1fr));
      }

      .large {
        grid-template-columns: repeat(auto-fill, minmax(4.6rem, 1fr));
      }

      .tile {
        padding: 0.15rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        font-size: 0.75rem;
        line-height: 1.25;
        text-align: center;
        overflow-wrap: anywhere;
        cursor: pointer;
      }

      .tile:hover {
        background: var(--sunk);
      }

      .tile[aria-selected="true"] {
        border-color: var(--flame);
        box-shadow: inset 0 0 0 1px var(--flame);
      }

      .wrong {
        color: var(--warm);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) tiles: readonly Tile[] = [];
  @property({ attribute: false }) channels = 1;
  @property({ attribute: false }) columns = 28;
  @property({ attribute: false }) rows = 28;
  /** The name of the data that they are of. */
  @property({ attribute: false }) data = "";
  @property({ attribute: false }) chosen: number | null = null;
  @property() label = "";
  /** The position of the tile that has the focus, or gets it by Tab. */
  @internal() private focused = 0;
  @query(".grid") private grid!: HTMLElement;
  #movesFocus = false;

  override willUpdate(): void {
    this.focused = Math.max(0, Math.min(this.focused, this.tiles.length - 1));
  }

  override updated(): void {
    if (!this.#movesFocus) return;
    this.#movesFocus = false;
    (this.grid.children[this.focused] as HTMLElement | undefined)?.focus();
  }

  override render() {
    const { tiles, channels, columns, rows, data, chosen } = this;
    return html`
      <div class="grid ${channels > 1 ? "large" : ""}" role="listbox" aria-label=${this.label} @keydown=${this.#key}>
        ${tiles.map(
          (tile, position) => html`
            <div
              class="tile"
              role="option"
              tabindex=${position === this.focused ? 0 : -1}
              aria-label=${tile.name}
              aria-selected=${tile.index === chosen ? "true" : "false"}
              @click=${() => this.#choose(position)}
            >
              ${pixelImage(undefined, tile.pixels, { channels, width: columns, height: rows, name: data })}
              <span class=${tile.isWrong ? "wrong" : ""} aria-hidden="true">${tile.caption}</span>
            </div>
          `,
        )}
      </div>
    `;
  }

  #choose(position: number): void {
    const tile = this.tiles[position];
    if (!tile) return;
    this.#focus(position);
    this.dispatchEvent(new CustomEvent<number>("choose", { detail: tile.index }));
  }

  #focus(position: number): void {
    this.focused = Math.max(0, Math.min(position, this.tiles.length - 1));
    this.#movesFocus = true;
    this.requestUpdate();
  }

  #key(event: KeyboardEvent): void {
    const perRow = getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -perRow,
      ArrowDown: perRow,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    const turn = { PageUp: -1, PageDown: 1 }[event.key];
    if (step !== undefined) this.#focus(this.focused + step);
    else if (turn !== undefined) this.dispatchEvent(new CustomEvent<number>("turn", { detail: turn }));
    else if (event.key === "Enter" || event.key === " ") this.#choose(this.focused);
    else return;
    event.preventDefault();
  }
}
