/** Numbers as colours: paper is 0, one ink is above it and another below. */
import type { Tiles } from "./tiles.js";

type Colour = readonly [number, number, number];

export interface Inks {
  paper: Colour;
  above: Colour;
  below: Colour;
}

/** The page's own colours, as they are now: they change with the theme. */
export function inksOf(element: Element): Inks {
  const style = getComputedStyle(element);
  const colour = (name: string): Colour => {
    const written = style.getPropertyValue(name).trim();
    const [, hex = ""] = /^#([0-9a-f]+)$/i.exec(written) ?? [];
    const each = hex.length === 3 ? Array.from(hex, (digit) => digit + digit) : (hex.match(/../g) ?? []);
    const [red, green, blue] = each.map((digits) => parseInt(digits, 16));
    if (red === undefined || green === undefined || blue === undefined)
      throw new Error(`${name} is no colour of the form #rrggbb: ${written}.`);
    return [red, green, blue];
  };
  return { paper: colour("--paper"), above: colour("--flame"), below: colour("--warm") };
}

/** How many tiles make a row: about twice as wide as high, with few places left empty. */
export function perRow({ count, rows, columns }: Tiles): number {
  const wanted = Math.sqrt((2 * count * rows) / columns);
  let [best, least] = [1, Infinity];
  for (let wide = Math.max(1, Math.floor(0.7 * wanted)); wide <= Math.min(count, Math.ceil(1.6 * wanted)); wide++) {
    const empty = (Math.ceil(count / wide) * wide - count) / count;
    const cost = empty + 0.3 * Math.abs(Math.log(wide / wanted));
    if (cost < least) [best, least] = [wide, cost];
  }
  return best;
}

/** Which number is paper, and which has the full colour: all tiles of a picture are drawn alike. */
export interface Scale {
  paper: number;
  full: number;
  linear: boolean;
}

export function scaleOf({ values, spread = false }: Pick<Tiles, "values" | "spread">): Scale {
  const [least, most] = ends(values);
  if (spread) return { paper: least, full: most, linear: true };
  return { paper: 0, full: Math.max(-least, most), linear: false };
}

export interface Layout {
  perRow: number;
  width: number;
  height: number;
  /** Pixels between two tiles. */
  gap: number;
}

export function layoutOf(tiles: Tiles): Layout {
  const wide = perRow(tiles);
  const high = Math.ceil(tiles.count / wide);
  // Between single pixels a gap would be as large as they are.
  const gap = tiles.rows * tiles.columns > 1 && tiles.count > 1 ? 1 : 0;
  const width = wide * (tiles.columns + gap) - gap;
  return { perRow: wide, width, height: high * (tiles.rows + gap) - gap, gap };
}

/** All tiles, one number a pixel. */
export function painted(tiles: Tiles, inks: Inks, scale: Scale): ImageData {
  const { count, rows, columns, colours, values } = tiles;
  const { perRow: wide, width, height, gap } = layoutOf(tiles);
  const image = new ImageData(width, height);
  const plane = rows * columns;
  const [lowest, highest] = colours === 3 ? ends(values) : [0, 1];
  for (let tile = 0; tile < count; tile++) {
    const left = (tile % wide) * (columns + gap);
    const top = Math.floor(tile / wide) * (rows + gap);
    for (let at = 0; at < plane; at++) {
      const to = 4 * ((top + Math.floor(at / columns)) * width + left + (at % columns));
      const from = tile * colours * plane + at;
      for (let colour = 0; colour < 3; colour++) {
        image.data[to + colour] =
          colours === 3
            ? (255 * (values[from + colour * plane]! - lowest)) / (highest - lowest || 1)
            : mixed(inks, shareOf(values[from]!, scale), colour);
      }
      image.data[to + 3] = 255;
    }
  }
  return image;
}

/** How much ink a number has: -1 to 1. */
function shareOf(value: number, { paper, full, linear }: Scale): number {
  const share = Math.max(-1, Math.min(1, (value - paper) / (full - paper || 1)));
  // The root makes small numbers seen.
  return linear ? share : Math.sign(share) * Math.sqrt(Math.abs(share));
}

function mixed({ paper, above, below }: Inks, share: number, colour: number): number {
  const ink = share < 0 ? below : above;
  return paper[colour]! + Math.abs(share) * (ink[colour]! - paper[colour]!);
}

function ends(values: Float32Array): [number, number] {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) [lowest, highest] = [Math.min(lowest, value), Math.max(highest, value)];
  return [lowest, highest];
}
