import assert from "node:assert/strict";
import { test } from "node:test";
import { median, number, quantile, table } from "./figures.mjs";
import { source } from "./source.mjs";

const verdict = await source("benchmark/verdict.ts");
const judge = (entries) => verdict.judge(entries, 61_706);

const falling = (factor = 1) => Array.from({ length: 20 }, (_, step) => factor * 2.3 * 0.95 ** step);
const entry = (name, losses, parameters = 61_706) => ({
  name,
  losses,
  start: losses.slice(0, 10),
  parameters,
  failed: null,
  differs: null,
});

test("peers that train and agree are timed", () => {
  const entries = [entry("a", falling()), entry("b", falling(1.0001)), entry("c", falling())];
  judge(entries);
  assert.deepEqual(
    entries.map((each) => each.failed),
    [null, null, null],
  );
});

test("another network, a loss that stays, and one that is no number fail", () => {
  const flat = entry("flat", Array(20).fill(2.3));
  const other = entry("other", falling(), 61_700);
  const broken = entry("broken", [...falling(), NaN]);
  judge([flat, other, broken]);
  assert.match(flat.failed, /does not fall/);
  assert.match(other.failed, /61700 parameters/);
  assert.match(broken.failed, /finite/);
});

test("losses that are not the others' fail", () => {
  const odd = entry("odd", falling(1.05));
  const entries = [entry("a", falling()), entry("b", falling()), odd, entry("c", falling())];
  judge(entries);
  assert.match(odd.failed, /up to 5.00 % off/);
  assert.deepEqual(
    entries.filter((each) => each.failed),
    [odd],
  );
});

test("an engine that failed before stays as it was", () => {
  const gone = { ...entry("gone", []), failed: "no adapter" };
  judge([gone]);
  assert.equal(gone.failed, "no adapter");
});

test("quantiles interpolate", () => {
  assert.equal(median([3, 1, 2, 4]), 2.5);
  assert.equal(quantile([0, 10], 0.25), 2.5);
});

test("a table is padded and its numbers are short", () => {
  assert.equal(table(["a", "b"], [["long", number(1234.5)]]), "| a    |     b |\n|------|------:|\n| long | 1,235 |");
  assert.deepEqual([0.01234, 4.567, 78.94, NaN].map(number), ["0.0123", "4.57", "78.9", "–"]);
});
