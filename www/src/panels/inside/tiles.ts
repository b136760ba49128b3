/** Numbers laid out as tiles of a grid: maps of an activation, kernels of a convolution. */
import type { Activation } from "../../module.js";
import type { Tensor } from "../../tensors.js";

export interface Tiles {
  count: number;
  rows: number;
  columns: number;
  /** Colours in a pixel: 1, or 3 where a tile is an image. */
  colours: 1 | 3;
  /** Tile by tile, colour by colour, row by row. */
  values: Float32Array;
  /** Whether the colours span from the least to the greatest, as shares of a whole are told apart; else paper is 0. */
  spread?: boolean;
  /** What one of them is called. */
  name: string;
  /** In words: what they are, and what is left out of them. */
  about: string;
}

/** More than these would be too small to see, and slow to draw. */
const MOST_TILES = 1_024;
const MOST_ROWS = 256;
const MOST_COLUMNS = 512;

/** What a layer gave: its maps, its units, or its tokens' numbers as maps. */
export function tilesOfActivation({ shape, values }: Activation): Tiles {
  const [channels, rows, columns] = shape;
  if (channels === 1 && rows === 1) {
    return limited({
      count: columns,
      rows: 1,
      columns: 1,
      colours: 1,
      values,
      name: "Unit",
      about: `${columns} units`,
    });
  }
  const side = Math.sqrt(rows);
  if (channels === 1 && columns > 1 && Number.isInteger(side)) {
    return limited({
      count: columns,
      rows: side,
      columns: side,
      colours: 1,
      values: turned(values, rows, columns),
      name: "Number",
      about: `the ${columns} numbers of each token, every one as a map of ${side}×${side} tokens`,
    });
  }
  const about =
    channels === 1
      ? `${rows} tokens, a row each, of ${columns} numbers`
      : `${channels} feature maps of ${rows}×${columns}`;
  return limited({
    count: channels,
    rows,
    columns,
    colours: 1,
    values,
    name: channels === 1 ? "Tokens" : "Map",
    about,
  });
}

/** A layer's weights; null where they are no picture. `input`: which of a convolution's input channels is shown. */
export function tilesOfWeights({ shape, values }: Tensor, input: number): Tiles | null {
  if (shape.length === 4) {
    const [out = 0, channels = 0, rows = 0, columns = 0] = shape;
    if (channels === 1 || channels === 3) {
      const about = `${out} filters of ${rows}×${columns}${channels === 3 ? " in red, green and blue" : ""}`;
      return limited({ count: out, rows, columns, colours: channels, values, name: "Filter", about });
    }
    const size = rows * columns;
    const one = new Float32Array(out * size);
    for (let at = 0; at < out; at++)
      one.set(values.subarray((at * channels + input) * size, (at * channels + input + 1) * size), at * size);
    return limited({
      count: out,
      rows,
      columns,
      colours: 1,
      values: one,
      name: "Filter",
      about: `what each of ${out} filters does with input channel ${input + 1} of ${channels}`,
    });
  }
  if (shape.length === 2) {
    const [rows = 0, columns = 0] = shape;
    const [shownRows, shownColumns] = [Math.min(rows, MOST_ROWS), Math.min(columns, MOST_COLUMNS)];
    const part = new Float32Array(shownRows * shownColumns);
    for (let row = 0; row < shownRows; row++)
      part.set(values.subarray(row * columns, row * columns + shownColumns), row * shownColumns);
    const cut =
      shownRows < rows || shownColumns < columns ? `; the first ${shownRows}×${shownColumns} of them are shown` : "";
    return {
      count: 1,
      rows: shownRows,
      columns: shownColumns,
      colours: 1,
      values: part,
      name: "Matrix",
      about: `a matrix of ${rows}×${columns} weights, a row for each output${cut}`,
    };
  }
  return null;
}

/** How alike learned positions are: for every place a map of its cosine with all places. `shape`: [1, tokens, numbers]. */
export function tilesOfPositions({ shape, values }: Tensor): Tiles | null {
  const [tokens = 0, numbers = 0] = shape.slice(-2);
  // A class token comes first, and has no place.
  const first = Number.isInteger(Math.sqrt(tokens)) ? 0 : 1;
  const places = tokens - first;
  const side = Math.sqrt(places);
  if (!Number.isInteger(side)) return null;
  const at = (place: number): Float32Array => values.subarray((first + place) * numbers, (first + place + 1) * numbers);
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  const lengths = Array.from({ length: places }, (_, place) => Math.sqrt(dot(at(place), at(place))) || 1);
  const alike = new Float32Array(places * places);
  for (let a = 0; a < places; a++) {
    for (let b = 0; b < places; b++) alike[a * places + b] = dot(at(a), at(b)) / (lengths[a]! * lengths[b]!);
  }
  return limited({
    count: places,
    rows: side,
    columns: side,
    colours: 1,
    values: alike,
    name: "Place",
    about: `for each of ${side}×${side} places, how alike its learned position is to every place's (cosine)`,
  });
}

function turned(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(values, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!);
}

function limited(tiles: Tiles): Tiles {
  if (tiles.count <= MOST_TILES) return tiles;
  return { ...tiles, count: MOST_TILES, about: `${tiles.about}; the first ${MOST_TILES} are shown` };
}
