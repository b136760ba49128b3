import { expect, test } from "vitest";

import { csvOf } from "./csv.js";
import type { Value } from "./figure.js";

const csv = (header: string[], ...rows: Value[][]): string => csvOf({ header, rows: () => rows });

test("numbers are written in full, and read back as they were", () => {
  const values = [0.1, 1 / 3, Math.fround(0.1), -5.2e-9, 1e21, 0, -0.5];
  const [, ...lines] = csv(["value"], ...values.map((value) => [value])).split("\r\n");
  expect(lines.slice(0, -1).map(Number)).toEqual(values);
  expect(lines.at(-1), "the last line ends too").toBe("");
});

test("what is not known, or is no finite number, is an empty cell", () => {
  expect(csv(["a", "b", "c", "d", "e"], [1, null, NaN, Infinity, -Infinity])).toBe("a,b,c,d,e\r\n1,,,,\r\n");
});

test("commas, quotes and lines in a name do not break a row", () => {
  expect(csv(["name", "value"], ['cats, "large"', 1])).toBe('name,value\r\n"cats, ""large""",1\r\n');
  expect(csv(["name", "value"], ["two\nlines", 1])).toBe("name,value\r\ntwo[U+000A]lines,1\r\n");
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)"])("the name %s is no formula in a spreadsheet", (name) => {
  expect(csv(["name"], [name])).toBe(`name\r\n'${name}\r\n`);
});

test("a negative number is no name", () => {
  expect(csv(["value"], [-1])).toBe("value\r\n-1\r\n");
});

test("a name of 10,000 characters is cut", () => {
  const [, line] = csv(["name"], ["n".repeat(10_000)]).split("\r\n");
  expect(line).toBe(`${"n".repeat(200)}…`);
});

test("a table longer than a piece is whole and in order", () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => [index]);
  expect(
    csv(["step"], ...rows)
      .trimEnd()
      .split("\r\n")
      .slice(1)
      .map(Number),
  ).toEqual(rows.flat());
});
