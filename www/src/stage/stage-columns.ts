import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import { shared } from "../styles/shared.js";
import { inlineStyle } from "../ui/inline-style.js";
import type { StageColumn } from "./columns.js";
import { layoutOf } from "./layout.js";
import type { Pointed } from "../panels/inside/inspection.js";
import "./layer-maps.js";
import type { MapPixel } from "./layer-maps.js";
import { valueOf, type LayerMaps } from "./maps.js";
import { SignalElement } from "../ui/signal-element.js";
import { msg, plural } from "../words/msg.js";
import { count } from "../format.js";

/** A value of a layer that a pointer is over, with its number. */
export interface Hovered extends Pointed {
  value: number;
}

/**
 * The network's layers from left to right, each with its most active maps. Fires `layer` with the index of one that is pressed, and
 * `hovered` with the value that a pointer is over; null when it is over none.
 */
@customElement("stage-columns")
export class StageColumns extends SignalElement {
  static override styles = [
    shared,
    css`
      :host {
        min-width: 0;
      }

      ul {
        display: flex;
        gap: 0.25rem;
        margin: 0;
        padding: 0.2rem;
        list-style: none;
        overflow-x: auto;
        scrollbar-width: thin;
      }

      li {
        display: flex;
        flex: 1 1 4.75rem;
        min-width: 4.75rem;
      }

      @media (max-width: 48rem) {
        li {
          min-width: 5.5rem;
        }
      }

      button {
        display: grid;
        flex: 1;
        grid-template-rows: auto minmax(0, auto);
        align-content: start;
        gap: 0.3rem;
        min-width: 0;
        padding: 0.2rem 0;
        border-color: transparent;
        background: none;
        font-weight: 400;
        line-height: 1.25;
        white-space: normal;
      }

      .title {
        display: block;
        min-width: 0;
        overflow: hidden;
        font-size: 0.6875rem;
        font-weight: 600;
        letter-spacing: -0.01em;
        overflow-wrap: anywhere;
      }

      .title small {
        display: block;
        color: var(--ink-soft);
        font-size: inherit;
        font-weight: 400;
      }

      .empty {
        border: 1px dashed var(--line);
        border-radius: 3px;
        min-height: 4rem;
      }
    `,
  ];

  @property({ attribute: false }) columns: readonly StageColumn[] = [];
  @property({ attribute: false }) maps: readonly LayerMaps[] = [];

  override render() {
    return html`
      <ul role="list" aria-label=${msg("Layers")}>
        ${this.columns.map((column) => this.#column(column))}
      </ul>
    `;
  }

  #column({ layer, title, name, shape }: StageColumn) {
    const maps = this.maps.find((maps) => maps.layer === layer);
    const { width, height } = maps ? layoutOf(maps) : { width: 1, height: 3 };
    // As wide as its picture is when all are as high.
    const grow = Math.min(1, Math.max(0.12, width / height));
    return html`
      <li ${inlineStyle(`flex-grow: ${grow.toFixed(3)}`)}>
        <button
          type="button"
          title=${msg("{name} in PyTorch: look inside", { name })}
          @click=${() => this.dispatchEvent(new CustomEvent("layer", { detail: layer }))}
        >
          <span class="title">${title} ${sizeOf(shape, maps).map((part) => html`<small>${part}</small>`)}</span>
          ${
            maps
              ? html`<layer-maps
                  .maps=${maps}
                  @pixel=${({ detail }: CustomEvent<MapPixel | null>) => this.#hover(maps, shape, detail)}
                ></layer-maps>`
              : html`<span class="empty">${nothing}</span>`
          }
        </button>
      </li>
    `;
  }

  #hover(maps: LayerMaps, shape: readonly number[], pixel: MapPixel | null): void {
    const { layer, rows, columns, values } = maps;
    const hovered = pixel && {
      layer,
      ...valueOf(maps, shape, pixel),
      value: values[(pixel.tile * rows + pixel.row) * columns + pixel.column] ?? NaN,
    };
    this.dispatchEvent(new CustomEvent<Hovered | null>("hovered", { detail: hovered }));
  }
}

/** "6 maps" and "28×28"; "16 of 64" where some of them are shown; "120 units". */
function sizeOf(shape: readonly number[], maps: LayerMaps | undefined): string[] {
  const [first = 0, second, columns] = shape;
  const of = second !== undefined && columns === undefined ? second : first;
  const shown = maps?.channels.length ?? of;
  if (shown < of) return [msg("shown|{shown} of {all}", { shown: count(shown), all: count(of) }), placesOf(shape)];
  if (second === undefined) return [plural(of, "{count} unit", "{count} units"), ""];
  if (columns === undefined) return [plural(of, "{count} feature", "{count} features"), placesOf(shape)];
  return [plural(of, "{count} map", "{count} maps"), placesOf(shape)];
}

/** How many places each of them has: "28×28", "49 tokens". */
function placesOf([first = 0, second, columns]: readonly number[]): string {
  if (second === undefined) return "";
  return columns === undefined ? plural(first, "{count} token", "{count} tokens") : `${second}×${columns}`;
}
