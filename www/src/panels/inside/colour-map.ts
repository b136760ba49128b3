/** Numbers as colours: a diverging colour map, with the colour of paper for 0. */
import { roundedTo, signedTo } from "../../format.js";
import type { Layout, Tiles } from "./tiles.js";

type Colour = readonly [red: number, green: number, blue: number];

export interface ColourMap {
  middle: Colour;
  above: Colour;
  below: Colour;
}

/** The page's own colours as they are now: they change with the theme. */
export function colourMapOf(element: Element): ColourMap {
  const style = getComputedStyle(element);
  const colour = (token: string): Colour => parseHex(style.getPropertyValue(token).trim(), token);
  return { middle: colour("--paper"), above: colour("--flame"), below: colour("--warm") };
}

function parseHex(text: string, token: string): Colour {
  const [, hex = ""] = /^#([0-9a-f]+)$/i.exec(text) ?? [];
  const channels = hex.length === 3 ? Array.from(hex, (digit) => digit + digit) : (hex.match(/../g) ?? []);
  const [red, green, blue] = channels.map((digits) => parseInt(digits, 16));
  if (red === undefined || green === undefined || blue === undefined) {
    throw new Error(`${token} is no colour of the form #rrggbb: ${text}.`);
  }
  return [red, green, blue];
}

/** How values become colours: all tiles of a picture share one scale. */
export interface Scale {
  /** How far from 0 the full colours are: the size of the largest value. */
  end: number;
  /** Whether colours go linearly with the values, or with their square root. */
  linear: boolean;
}

export function scaleOf({ values, areShares = false }: Pick<Tiles, "values" | "areShares">): Scale {
  const [least, greatest] = extent(values);
  return { end: Math.max(-least, greatest), linear: areShares };
}

/** A part of a colour bar, from the colour of one number to that of the next. */
export interface BarPart {
  from: string;
  to: string;
  /** The colour, and its share of it along the part; the rest is paper. */
  colour: "above" | "below" | "brightness";
  shares: number[];
}

/** Colours along a part of the bar. */
const BAR_SHARES = [0, 0.05, 0.125, 0.25, 0.5, 0.75, 1];

/**
 * What the colours of a picture mean, in numbers: its least value, 0, its greatest. Nothing where all of it is 0.
 * @param digits of each number: where there is little room, two
 */
export function barOf({ channels, values }: Pick<Tiles, "channels" | "values">, scale: Scale, digits = 3): BarPart[] {
  const [least, greatest] = extent(values);
  const [from, most] = [signedTo(digits, least), signedTo(digits, greatest)];
  if (channels === 3) return [{ from, to: most, colour: "brightness", shares: [0, 1] }];
  const parts: BarPart[] = [];
  const shares = (end: number): number[] => BAR_SHARES.map((share) => Math.abs(intensityOf(share * end, scale)));
  if (least < 0) parts.push({ from, to: "0", colour: "below", shares: shares(least).reverse() });
  const to = least < 0 ? most : roundedTo(digits, greatest);
  if (greatest > 0) parts.push({ from: "0", to, colour: "above", shares: shares(greatest) });
  return parts;
}

/** Where along a part of the bar the share with that index stands. */
export function placeOf({ colour }: BarPart, index: number): number {
  const place = colour === "brightness" ? index : (BAR_SHARES.at(colour === "below" ? -1 - index : index) ?? 0);
  return colour === "below" ? 1 - place : place;
}

export function layoutOf(tiles: Tiles): Layout {
  const perRow = tilesPerRow(tiles);
  const rows = Math.ceil(tiles.count / perRow);
  // Between single pixels a gap would be as large as they are.
  const gap = tiles.rows * tiles.columns > 1 && tiles.count > 1 ? 1 : 0;
  return { perRow, width: perRow * (tiles.columns + gap) - gap, height: rows * (tiles.rows + gap) - gap, gap };
}

/** How many tiles make a row: about twice as wide as high, with few places left empty. */
function tilesPerRow({ count, rows, columns }: Tiles): number {
  const wanted = Math.sqrt((2 * count * rows) / columns);
  let [best, leastCost] = [1, Infinity];
  const last = Math.min(count, Math.ceil(1.6 * wanted));
  for (let perRow = Math.max(1, Math.floor(0.7 * wanted)); perRow <= last; perRow++) {
    const empty = (Math.ceil(count / perRow) * perRow - count) / count;
    const cost = empty + 0.3 * Math.abs(Math.log(perRow / wanted));
    if (cost < leastCost) [best, leastCost] = [perRow, cost];
  }
  return best;
}

/** All tiles as one image, one pixel for each value; what is between them is clear. */
export function imageOf(tiles: Tiles, colours: ColourMap, scale: Scale, layout = layoutOf(tiles)): ImageData {
  const image = new ImageData(layout.width, layout.height);
  image.data.set(pixelsOf(tiles, colours, scale, layout));
  return image;
}

/** Its red, green, blue and opacity, pixel by pixel. */
export function pixelsOf(tiles: Tiles, colours: ColourMap, scale: Scale, layout: Layout): Uint8ClampedArray {
  const { count, rows, columns, channels, values } = tiles;
  const { perRow, width, height, gap } = layout;
  const pixels = new Uint8ClampedArray(4 * width * height);
  const plane = rows * columns;
  const [lowest, highest] = channels === 3 ? extent(values) : [0, 1];
  for (let tile = 0; tile < count; tile++) {
    const left = (tile % perRow) * (columns + gap);
    const top = Math.floor(tile / perRow) * (rows + gap);
    for (let at = 0; at < plane; at++) {
      const pixel = 4 * ((top + Math.floor(at / columns)) * width + left + (at % columns));
      const value = tile * channels * plane + at;
      for (let channel = 0; channel < 3; channel++) {
        pixels[pixel + channel] =
          channels === 3
            ? (255 * (values[value + channel * plane]! - lowest)) / (highest - lowest || 1)
            : mix(colours, intensityOf(values[value]!, scale), channel);
      }
      pixels[pixel + 3] = 255;
    }
  }
  return pixels;
}

/** How far a value is from 0: -1 to 1. */
function intensityOf(value: number, { end, linear }: Scale): number {
  const intensity = Math.max(-1, Math.min(1, value / (end || 1)));
  // The square root lets small values be seen.
  return linear ? intensity : Math.sign(intensity) * Math.sqrt(Math.abs(intensity));
}

function mix({ middle, above, below }: ColourMap, intensity: number, channel: number): number {
  const colour = intensity < 0 ? below : above;
  return middle[channel]! + Math.abs(intensity) * (colour[channel]! - middle[channel]!);
}

/** The least and the greatest value. */
function extent(values: Float32Array): [least: number, greatest: number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}
