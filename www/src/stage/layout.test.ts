import { expect, test } from "vitest";

import { layoutOf } from "./layout.js";

const of = (count: number, rows: number, columns: number) =>
  layoutOf({ channels: Array.from({ length: count }, (_, at) => at), rows, columns });

test("sixteen square maps stand in a column that is higher than wide", () => {
  const { perRow, width, height } = of(16, 14, 14);
  expect(height).toBeGreaterThan(width);
  expect(Math.ceil(16 / perRow) * perRow - 16).toBeLessThanOrEqual(2);
});

test("units stand in a strip, without gaps between them", () => {
  const { perRow, width, height, gap } = of(120, 1, 1);
  expect(gap).toBe(0);
  expect(width).toBe(perRow);
  expect(height / width).toBeGreaterThan(6);
});

test("one map, and none, have a layout", () => {
  expect(of(1, 8, 8)).toMatchObject({ perRow: 1, width: 8, height: 8 });
  expect(of(0, 8, 8)).toMatchObject({ perRow: 1, width: 8, height: 8 });
});
