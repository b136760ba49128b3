import { expect, test } from "vitest";

import { csvOf } from "../../figure/csv.js";
import { tilesTable } from "./inside-figure.js";
import type { Tiles } from "./tiles.js";

function tilesOf(part: Partial<Tiles>): Tiles {
  const values = Float32Array.from({ length: 8 }, (_, at) => at / 10);
  return { count: 2, rows: 2, columns: 2, channels: 1, values, name: "Map", description: "", ...part };
}

const linesOf = (tiles: Tiles): string[] => csvOf(tilesTable(tiles)).trimEnd().split("\r\n");

test("every number of a map has a row, with its place from 1", () => {
  const [header, ...rows] = linesOf(tilesOf({}));
  expect(header).toBe("map,row,column,value");
  expect(rows).toHaveLength(8);
  expect(rows[0]).toBe("1,1,1,0");
  // Unrounded, as it is in the memory.
  expect(rows[5]).toBe(`2,1,2,${Math.fround(0.5)}`);
  expect(rows[7]).toBe(`2,2,2,${Math.fround(0.7)}`);
});

test("a filter in three colours says which", () => {
  const tiles = tilesOf({ count: 1, rows: 1, columns: 2, channels: 3, name: "Filter" });
  expect(linesOf(tiles).map((line) => line.split(",").slice(0, 4).join())).toEqual([
    "filter,channel,row,column",
    "1,1,1,1",
    "1,1,1,2",
    "1,2,1,1",
    "1,2,1,2",
    "1,3,1,1",
    "1,3,1,2",
  ]);
});

test("a number that is none is an empty cell", () => {
  const tiles = tilesOf({ count: 1, rows: 1, columns: 2, values: Float32Array.of(NaN, Infinity) });
  expect(linesOf(tiles).slice(1)).toEqual(["1,1,1,", "1,1,2,"]);
});

test("where only the first tiles are shown, these alone are in the table", () => {
  expect(linesOf(tilesOf({ count: 1 }))).toHaveLength(5);
});
