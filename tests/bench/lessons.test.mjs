// @ts-check
// Which of the lessons' runs are trained where somebody asks for a few.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shortestOf } from "../lessons/shortest.mjs";

const FILES = [
  { name: "long", seconds: 9 },
  { name: "short", seconds: 1 },
  { name: "longer", seconds: 20 },
  { name: "middle", seconds: 4 },
];
/** @param {number} count */
const chosen = (count) => shortestOf(FILES, ({ seconds }) => seconds, count).map(({ name }) => name);

test("the shortest runs are chosen, of whichever lesson", () => {
  assert.deepEqual(chosen(1), ["short"]);
  assert.deepEqual(chosen(3), ["short", "middle", "long"]);
});

test("more than there are is all of them", () => {
  assert.deepEqual(chosen(9), ["short", "middle", "long", "longer"]);
  assert.deepEqual(
    shortestOf([], () => 1, 3),
    [],
  );
});
