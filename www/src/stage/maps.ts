/** A layer's output as the stage shows it: a few maps of it, or its numbers. */
import { transpose } from "../math.js";
import type { Activation } from "../module.js";
import { gridOf } from "../panels/inside/attention.js";
import type { TilePixel } from "../panels/inside/tile-pixel.js";
import type { At } from "./explain/explanation.js";

/** The feature maps of a column. */
export interface LayerMaps {
  /** The layer's index in the network's description. */
  layer: number;
  /** The channels that are shown, ascending; of a linear layer, its units. */
  channels: readonly number[];
  /** How many there are. */
  of: number;
  /** Of each map; 1×1 of a linear layer's units. */
  rows: number;
  columns: number;
  /** `[channels, rows, columns]` */
  values: Float32Array;
}

/**
 * The value of the layer that a pixel of a map is.
 * @param shape of the layer's output, as its description has it
 */
export function valueOf({ channels, rows, columns }: LayerMaps, shape: readonly number[], pixel: TilePixel): At {
  const channel = channels[pixel.tile] ?? 0;
  if (rows * columns === 1 && shape.length === 1) return { channel: 0, row: 0, column: channel };
  if (shape.length !== 2) return { channel, row: pixel.row, column: pixel.column };
  const [tokens = 0] = shape;
  // A class token comes before those of the grid.
  return { channel: 0, row: tokens - rows * columns + pixel.row * columns + pixel.column, column: channel };
}

/** So many maps of a layer are shown, or so many units. */
export const MOST_MAPS = 16;
export const MOST_UNITS = 128;

/**
 * @param areTokens whether it is of tokens, a row of features for each
 * @param channels which maps are shown; without, the most active ones
 */
export function mapsOf(
  layer: number,
  activation: Activation,
  areTokens: boolean,
  channels?: readonly number[],
): LayerMaps {
  const { count, rows, columns, values } = areTokens ? mapsOfTokens(activation) : mapsOfUnits(activation);
  const size = rows * columns;
  const most = size === 1 ? MOST_UNITS : MOST_MAPS;
  const shown = channels ?? mostActive(values, count, size, most);
  const chosen = new Float32Array(shown.length * size);
  for (const [at, channel] of shown.entries())
    chosen.set(values.subarray(channel * size, (channel + 1) * size), at * size);
  return { layer, channels: shown, of: count, rows, columns, values: chosen };
}

interface Maps {
  count: number;
  rows: number;
  columns: number;
  values: Float32Array;
}

/** Feature maps; the units of a linear layer are maps of one pixel. */
function mapsOfUnits({ shape: [channels, rows, columns], values }: Activation): Maps {
  const areUnits = channels === 1 && rows === 1;
  return areUnits ? { count: columns, rows: 1, columns: 1, values } : { count: channels, rows, columns, values };
}

/** A map of the image's places for each feature, without the class token; where they form no square, a column. */
function mapsOfTokens({ shape: [, tokens, features], values }: Activation): Maps {
  const grid = gridOf(tokens) ?? { side: 0, first: 0 };
  const places = tokens - grid.first;
  const transposed = transpose(values.subarray(grid.first * features), places, features);
  const [rows, columns] = grid.side > 0 ? [grid.side, grid.side] : [places, 1];
  return { count: features, rows, columns, values: transposed };
}

/** The channels whose values are the largest, by the mean of their sizes. */
function mostActive(values: Float32Array, count: number, size: number, most: number): number[] {
  const all = Array.from({ length: count }, (_, channel) => channel);
  if (count <= most) return all;
  const activity = all.map((channel) => {
    let sum = 0;
    for (let at = channel * size; at < (channel + 1) * size; at++) sum += Math.abs(values[at]!);
    return sum;
  });
  const ranked = all.sort((a, b) => activity[b]! - activity[a]! || a - b);
  return ranked.slice(0, most).sort((a, b) => a - b);
}
