/** A pixel of a tile: where it lies in the picture of all tiles, and which value of the layer it is. */
import type { Activation } from "../../module.js";
import type { At } from "../../stage/explain/explanation.js";
import type { Layout, Tiles } from "./tiles.js";

export interface TilePixel {
  tile: number;
  row: number;
  column: number;
}

type Sizes = Pick<Tiles, "count" | "rows" | "columns">;

/** The pixel at a place of the picture, from 0 to 1 in both directions; null between tiles and after the last one. */
export function pixelAt({ count, rows, columns }: Sizes, layout: Layout, x: number, y: number): TilePixel | null {
  const { perRow, width, height, gap } = layout;
  const [left, top] = [Math.floor(x * width), Math.floor(y * height)];
  const [column, row] = [left % (columns + gap), top % (rows + gap)];
  const [across, down] = [Math.floor(left / (columns + gap)), Math.floor(top / (rows + gap))];
  const tile = down * perRow + across;
  const isInside = left >= 0 && top >= 0 && column < columns && row < rows && across < perRow && tile < count;
  return isInside ? { tile, row, column } : null;
}

const STEPS: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Where a key moves the pixel; null where it is no key for that. Tiles of one pixel are moved through as pixels are. */
export function moved({ count, rows, columns }: Sizes, perRow: number, at: TilePixel, key: string): TilePixel | null {
  const within = (value: number, most: number): number => Math.max(0, Math.min(most - 1, value));
  if (key === "Home") return rows * columns === 1 ? { ...at, tile: 0 } : { ...at, column: 0 };
  if (key === "End") return rows * columns === 1 ? { ...at, tile: count - 1 } : { ...at, column: columns - 1 };
  const step = STEPS[key];
  if (!step) return null;
  const [down, right] = step;
  if (rows * columns === 1) return { ...at, tile: within(at.tile + down * perRow + right, count) };
  return { ...at, row: within(at.row + down, rows), column: within(at.column + right, columns) };
}

type Shape = Activation["shape"];

/** The value of the layer that a pixel is, as its tiles are laid out: `tilesOfActivation`. */
export function valueOf(shape: Shape, { tile, row, column }: TilePixel): At {
  const layout = layoutOfLayer(shape);
  if (layout.kind === "units") return { channel: 0, row: 0, column: tile };
  if (layout.kind === "features") return { channel: 0, row: row * layout.side + column, column: tile };
  return { channel: tile, row, column };
}

/** The other way round. */
export function pixelOf(shape: Shape, { channel, row, column }: At): TilePixel {
  const layout = layoutOfLayer(shape);
  if (layout.kind === "units") return { tile: column, row: 0, column: 0 };
  if (layout.kind === "features")
    return { tile: column, row: Math.floor(row / layout.side), column: row % layout.side };
  return { tile: channel, row, column };
}

/** The value that is taken apart first: one in the middle of the first tile. */
export function middleOf(shape: Shape): At {
  const [, rows, columns] = shape;
  const layout = layoutOfLayer(shape);
  if (layout.kind === "units") return { channel: 0, row: 0, column: 0 };
  const [down, right] = layout.kind === "features" ? [layout.side, layout.side] : [rows, columns];
  return valueOf(shape, { tile: 0, row: Math.floor(down / 2), column: Math.floor(right / 2) });
}

/** How a layer's output is laid out as tiles: a tile for each unit, each number of the tokens, or each channel. */
export function layoutOfLayer([channels, rows, columns]: Shape):
  { kind: "units" | "maps" } | { kind: "features"; side: number } {
  if (channels === 1 && rows === 1) return { kind: "units" };
  const side = Math.sqrt(rows);
  return channels === 1 && columns > 1 && Number.isInteger(side) ? { kind: "features", side } : { kind: "maps" };
}
