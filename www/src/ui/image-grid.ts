import { LitElement, css, html } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";

import type { Pixels } from "../pixels.js";
import { shared } from "../styles/shared.js";
import "./pixel-image.js";

/** An image of the grid. */
export interface Tile {
  /** Its place in the split. */
  place: number;
  pixels: Pixels;
  /** What is heard: "Training image 17: 4". */
  name: string;
  /** What stands under it. */
  caption: string;
  wrong: boolean;
}

/** Images of which one can be chosen: one stop for Tab, arrows among them. Fires `choose` with a place, and `turn` with -1 or 1 for PageUp and PageDown. */
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
  @property({ attribute: false }) chosen: number | null = null;
  @property() label = "";
  /** Where Tab and the arrows are. */
  @internal() private at = 0;
  @query(".grid") private grid!: HTMLElement;
  #follow = false;

  override willUpdate(): void {
    this.at = Math.max(0, Math.min(this.at, this.tiles.length - 1));
  }

  override updated(): void {
    if (!this.#follow) return;
    this.#follow = false;
    (this.grid.children[this.at] as HTMLElement | undefined)?.focus();
  }

  override render() {
    const { tiles, channels, columns, rows, chosen } = this;
    return html`
      <div class="grid ${channels > 1 ? "large" : ""}" role="listbox" aria-label=${this.label} @keydown=${this.#key}>
        ${tiles.map(
          (tile, at) => html`
            <div
              class="tile"
              role="option"
              tabindex=${at === this.at ? 0 : -1}
              aria-label=${tile.name}
              aria-selected=${tile.place === chosen ? "true" : "false"}
              @click=${() => this.#choose(at)}
            >
              <pixel-image
                aria-hidden="true"
                .pixels=${tile.pixels}
                .channels=${channels}
                .columns=${columns}
                .rows=${rows}
              ></pixel-image>
              <span class=${tile.wrong ? "wrong" : ""} aria-hidden="true">${tile.caption}</span>
            </div>
          `,
        )}
      </div>
    `;
  }

  #choose(at: number): void {
    const tile = this.tiles[at];
    if (!tile) return;
    this.#go(at);
    this.dispatchEvent(new CustomEvent<number>("choose", { detail: tile.place }));
  }

  #go(at: number): void {
    this.at = Math.max(0, Math.min(at, this.tiles.length - 1));
    this.#follow = true;
    this.requestUpdate();
  }

  #key(event: KeyboardEvent): void {
    const line = getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -line,
      ArrowDown: line,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    const turn = { PageUp: -1, PageDown: 1 }[event.key];
    if (step !== undefined) this.#go(this.at + step);
    else if (turn !== undefined) this.dispatchEvent(new CustomEvent<number>("turn", { detail: turn }));
    else if (event.key === "Enter" || event.key === " ") this.#choose(this.at);
    else return;
    event.preventDefault();
  }
}
