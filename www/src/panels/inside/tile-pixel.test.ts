import { expect, test } from "vitest";

import { layoutOf } from "./colour-map.js";
import { moved, pixelAt, pixelOf, valueOf } from "./tile-pixel.js";
import { tilesOfActivation } from "./tiles.js";

const maps = tilesOfActivation({ shape: [6, 4, 4], values: new Float32Array(96) });

test("a place of the picture is a pixel of a tile, and nothing between tiles", () => {
  const layout = layoutOf(maps);
  const at = (left: number, top: number) =>
    pixelAt(maps, layout, (left + 0.5) / layout.width, (top + 0.5) / layout.height);
  expect(at(0, 0)).toEqual({ tile: 0, row: 0, column: 0 });
  expect(at(4, 0)).toBeNull();
  expect(at(6, 2)).toEqual({ tile: 1, row: 2, column: 1 });
  expect(at(0, 5)).toEqual({ tile: layout.perRow, row: 0, column: 0 });
  expect(pixelAt(maps, layout, -0.1, 0)).toBeNull();
});

test("arrow keys move a pixel within its tile, and go through units", () => {
  expect(moved(maps, 3, { tile: 2, row: 0, column: 3 }, "ArrowDown")).toEqual({ tile: 2, row: 1, column: 3 });
  expect(moved(maps, 3, { tile: 2, row: 0, column: 3 }, "ArrowRight")).toEqual({ tile: 2, row: 0, column: 3 });
  expect(moved(maps, 3, { tile: 2, row: 0, column: 3 }, "Tab")).toBeNull();
  const units = { count: 10, rows: 1, columns: 1 };
  expect(moved(units, 5, { tile: 2, row: 0, column: 0 }, "ArrowDown")?.tile).toBe(7);
  expect(moved(units, 5, { tile: 9, row: 0, column: 0 }, "ArrowRight")?.tile).toBe(9);
  expect(moved(units, 5, { tile: 3, row: 0, column: 0 }, "End")?.tile).toBe(9);
});

test.each<[string, [number, number, number]]>([
  ["maps", [3, 4, 5]],
  ["units", [1, 1, 7]],
  ["the numbers of tokens on a grid", [1, 9, 4]],
  ["tokens that form no square", [1, 10, 4]],
])("of %s, each pixel is one value, and the tile has it", (_, shape) => {
  const [channels, rows, columns] = shape;
  const values = Float32Array.from({ length: channels * rows * columns }, (__, at) => at);
  const tiles = tilesOfActivation({ shape, values });
  for (let tile = 0; tile < tiles.count; tile++)
    for (let row = 0; row < tiles.rows; row++)
      for (let column = 0; column < tiles.columns; column++) {
        const at = valueOf(shape, { tile, row, column });
        const drawn = tiles.values[(tile * tiles.rows + row) * tiles.columns + column];
        expect(values[(at.channel * rows + at.row) * columns + at.column]).toBe(drawn);
        expect(pixelOf(shape, at)).toEqual({ tile, row, column });
      }
});
