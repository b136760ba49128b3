/** How the maps of a column are laid out: as high as the other columns, and narrow. */
import type { Layout } from "../panels/inside/tiles.js";
import type { LayerMaps } from "./maps.js";

/** How many times as high as wide a column is at best, by how many maps it has; units stand in a narrow strip. */
const HEIGHT_OF_MAPS = 2.4;
const HEIGHT_OF_UNITS = 12;

/** What a share of empty places costs, beside a height that is so many times what it is to be, as a logarithm. */
const EMPTY_COST = 3;

/** The layout of a column's maps, a pixel for each value. */
export function layoutOf({ channels, rows, columns }: Pick<LayerMaps, "channels" | "rows" | "columns">): Layout {
  const count = Math.max(1, channels.length);
  const areUnits = rows * columns === 1;
  const gap = areUnits || count === 1 ? 0 : 1;
  const perRow = mapsPerRow(count, rows / columns, areUnits ? HEIGHT_OF_UNITS : HEIGHT_OF_MAPS);
  const inColumn = Math.ceil(count / perRow);
  return { perRow, width: perRow * (columns + gap) - gap, height: inColumn * (rows + gap) - gap, gap };
}

/** So many maps stand in a row that the column comes near that shape, with few places left empty. */
function mapsPerRow(count: number, heightOfMap: number, wanted: number): number {
  let [best, least] = [1, Infinity];
  for (let perRow = 1; perRow <= count; perRow++) {
    const inColumn = Math.ceil(count / perRow);
    const empty = (inColumn * perRow - count) / count;
    const cost = Math.abs(Math.log((heightOfMap * inColumn) / perRow / wanted)) + EMPTY_COST * empty;
    if (cost < least) [best, least] = [perRow, cost];
  }
  return best;
}
