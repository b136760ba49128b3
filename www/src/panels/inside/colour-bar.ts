import { css, html } from "lit";
import { customElement, property } from "lit/decorators.js";

import { significant } from "../../format.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { barOf, placeOf, scaleOf, type BarPart } from "./colour-map.js";
import type { Tiles } from "./tiles.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg } from "../../words/msg.js";

/** The colours of a bar at their full strength. */
const COLOURS = { above: "var(--flame)", below: "var(--warm)" } as const;

/** What the colours of tiles mean, in numbers: the least value, 0 and the greatest. Of shares, whose bar begins at 0, it says the least beside it. */
@customElement("colour-bar")
export class ColourBar extends SignalElement {
  static override styles = css`
    :host {
      display: block;
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

    /* Below a narrow column: the numbers under the bar. */
    :host([small]) .bar {
      display: grid;
      grid-template-columns: repeat(2, auto);
      gap: 0 0.1rem;
      justify-content: space-between;
      font-size: 0.6875rem;
      white-space: nowrap;
    }

    .strip {
      display: flex;
      grid-column: 1 / -1;
    }

    :host([small]) .bar i {
      height: 0.35rem;
      border-radius: 0;
    }
  `;

  @property({ attribute: false }) tiles: Tiles | null = null;
  /** Whether it stands where there is little room. */
  @property({ type: Boolean, reflect: true }) small = false;

  override render() {
    const { tiles, small } = this;
    if (!tiles) return null;
    const parts = barOf(tiles, scaleOf(tiles));
    const [first] = parts;
    if (!first) return html`<p class="bar">${msg("0 everywhere")}</p>`;
    const strip = (part: BarPart) => html`<i ${inlineStyle(`background: ${gradientOf(part)}`)}></i>`;
    const least = tiles.areShares ? leastOf(tiles.values) : "";
    const colours = wordsOf(parts);
    const label = least
      ? msg("Colours: {colours}; the least value is {least}", { colours, least })
      : msg("Colours: {colours}", { colours });
    if (small) {
      const short = barOf(tiles, scaleOf(tiles), 2);
      return html`
        <p class="bar" role="img" aria-label=${label}>
          <span class="strip">${parts.map(strip)}</span><span>${short[0]?.from}</span><span>${short.at(-1)?.to}</span>
        </p>
      `;
    }
    return html`
      <p class="bar" role="img" aria-label=${label}>
        ${first.from}${parts.map((part) => html`${strip(part)}<span>${part.to}</span>`)}
        ${least ? html`<span>${msg("(least: {value})", { value: least })}</span>` : null}
      </p>
    `;
  }
}

function leastOf(values: Float32Array): string {
  return significant(values.reduce((least, value) => Math.min(least, value), Infinity));
}

/** "orange is −5.2, blue is +3.6" */
function wordsOf(parts: readonly BarPart[]): string {
  const ends = parts.map(({ colour, from, to }) => {
    if (colour === "brightness") return msg("dark is {from}, bright is {to}", { from, to });
    return colour === "below" ? msg("orange is {value}", { value: from }) : msg("blue is {value}", { value: to });
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
        : `color-mix(in srgb, ${COLOURS[colour]} ${strength}, var(--paper))`;
    return `${mixed} ${(100 * placeOf(part, index)).toFixed(1)}%`;
  });
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
