/** Numbers laid out as tiles of a grid: the feature maps of an activation, the kernels of a convolution. */
import { transpose } from "../../math.js";
import type { Activation } from "../../module.js";
import type { Tensor } from "../../tensors.js";
import { layoutOfLayer } from "./tile-pixel.js";
import { count } from "../../format.js";
import { defineMessage, msg, plural } from "../../words/msg.js";

export interface Tiles {
  count: number;
  /** Of each tile. */
  rows: number;
  columns: number;
  /** Channels of a pixel: 1, or 3 where a tile is an image in red, green and blue. */
  channels: 1 | 3;
  /** `[count, channels, rows, columns]` */
  values: Float32Array;
  /** Whether they are shares of a whole: their colours go linearly with them. */
  areShares?: boolean;
  /** What one of them is called. */
  name: string;
  /** In words: what they are, and what is left out of them. */
  description: string;
}

/** How tiles are laid out in a picture. */
export interface Layout {
  /** Tiles in a row. */
  perRow: number;
  /** In pixels, one for each value. */
  width: number;
  height: number;
  /** Pixels between two tiles. */
  gap: number;
}

/** More than these would be too small to see, and slow to draw. */
const MAX_TILES = 1_024;
const MAX_ROWS = 256;
const MAX_COLUMNS = 512;

/** A layer's output: its feature maps, its units, or its tokens' numbers as maps. */
export function tilesOfActivation({ shape, values }: Activation): Tiles {
  const [channels, rows, columns] = shape;
  const layout = layoutOfLayer(shape);
  if (layout.kind === "units") {
    return limited({
      count: columns,
      rows: 1,
      columns: 1,
      channels: 1,
      values,
      name: defineMessage("Unit"),
      description: plural(columns, "{count} unit", "{count} units"),
    });
  }
  if (layout.kind === "features") {
    const { side } = layout;
    return limited({
      count: columns,
      rows: side,
      columns: side,
      channels: 1,
      values: transpose(values, rows, columns),
      name: defineMessage("Number"),
      description: msg("the {number} numbers of each token, every one as a map of {size} tokens", {
        number: count(columns),
        size: `${side}×${side}`,
      }),
    });
  }
  const description =
    channels === 1
      ? msg("{tokens} tokens, a row each, of {number} numbers", { tokens: count(rows), number: count(columns) })
      : plural(channels, "{count} feature map of {size}", "{count} feature maps of {size}", {
          size: `${rows}×${columns}`,
        });
  return limited({
    count: channels,
    rows,
    columns,
    channels: 1,
    values,
    name: channels === 1 ? defineMessage("Tokens") : defineMessage("Map"),
    description,
  });
}

/**
 * A layer's weights; null where they cannot be drawn.
 * @param input which of a convolution's input channels is shown
 */
export function tilesOfWeights({ shape, values }: Tensor, input: number): Tiles | null {
  if (shape.length === 4) return tilesOfKernels(shape, values, input);
  return shape.length === 2 ? tilesOfMatrix(shape, values) : null;
}

const FILTER = defineMessage("Filter");

/** @param shape `[out, in, rows, columns]` */
function tilesOfKernels(shape: readonly number[], values: Float32Array, input: number): Tiles {
  const [out = 0, channels = 0, rows = 0, columns = 0] = shape;
  if (channels === 1 || channels === 3) {
    const size = `${rows}×${columns}`;
    const description =
      channels === 3
        ? plural(
            out,
            "{count} filter of {size} in red, green and blue",
            "{count} filters of {size} in red, green and blue",
            {
              size,
            },
          )
        : plural(out, "{count} filter of {size}", "{count} filters of {size}", { size });
    return limited({ count: out, rows, columns, channels, values, name: FILTER, description });
  }
  const size = rows * columns;
  const kernels = new Float32Array(out * size);
  for (let filter = 0; filter < out; filter++) {
    const start = (filter * channels + input) * size;
    kernels.set(values.subarray(start, start + size), filter * size);
  }
  return limited({
    count: out,
    rows,
    columns,
    channels: 1,
    values: kernels,
    name: FILTER,
    description: msg("what each of {filters} filters does with input channel {channel} of {channels}", {
      filters: count(out),
      channel: count(input + 1),
      channels: count(channels),
    }),
  });
}

/** @param shape `[out, in]` */
function tilesOfMatrix(shape: readonly number[], values: Float32Array): Tiles {
  const [rows = 0, columns = 0] = shape;
  const [shownRows, shownColumns] = [Math.min(rows, MAX_ROWS), Math.min(columns, MAX_COLUMNS)];
  const shown = new Float32Array(shownRows * shownColumns);
  for (let row = 0; row < shownRows; row++) {
    shown.set(values.subarray(row * columns, row * columns + shownColumns), row * shownColumns);
  }
  const isCut = shownRows < rows || shownColumns < columns;
  const size = `${rows}×${columns}`;
  return {
    count: 1,
    rows: shownRows,
    columns: shownColumns,
    channels: 1,
    values: shown,
    name: defineMessage("Matrix"),
    description: isCut
      ? msg("a matrix of {size} weights, a row for each output; the first {shown} of them are shown", {
          size,
          shown: `${shownRows}×${shownColumns}`,
        })
      : msg("a matrix of {size} weights, a row for each output", { size }),
  };
}

/**
 * How alike learned position embeddings are: for every position a map of its cosine similarity with all of them. Null
 * where they form no square grid.
 * @param tensor `[1, tokens, numbers]`
 */
export function tilesOfPositions({ shape, values }: Tensor): Tiles | null {
  const [tokens = 0, numbers = 0] = shape.slice(-2);
  // A class token comes first, and stands at no place of the image.
  const first = Number.isInteger(Math.sqrt(tokens)) ? 0 : 1;
  const positions = tokens - first;
  const side = Math.sqrt(positions);
  if (!Number.isInteger(side)) return null;
  const embedding = (position: number): Float32Array =>
    values.subarray((first + position) * numbers, (first + position + 1) * numbers);
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  const norms = Array.from(
    { length: positions },
    (_, position) => Math.sqrt(dot(embedding(position), embedding(position))) || 1,
  );
  const cosines = new Float32Array(positions * positions);
  for (let a = 0; a < positions; a++) {
    for (let b = 0; b < positions; b++) {
      cosines[a * positions + b] = dot(embedding(a), embedding(b)) / (norms[a]! * norms[b]!);
    }
  }
  return limited({
    count: positions,
    rows: side,
    columns: side,
    channels: 1,
    values: cosines,
    name: defineMessage("Place"),
    description: msg("for each of {size} places, how alike its learned position is to every place's (cosine)", {
      size: `${side}×${side}`,
    }),
  });
}

function limited(tiles: Tiles): Tiles {
  if (tiles.count <= MAX_TILES) return tiles;
  const values = { what: tiles.description, number: count(MAX_TILES) };
  return { ...tiles, count: MAX_TILES, description: msg("{what}; the first {number} are shown", values) };
}
