// @ts-check
// Which of the lessons' runs are trained where somebody asks for a few.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shortestOf } from "../lessons/shortest.mjs";

const FILES = [
  { name: "long", seconds: 9, link: "a" },
  { name: "short", seconds: 1, link: "b" },
  { name: "longer", seconds: 20, link: "c" },
  { name: "middle", seconds: 4, link: "d" },
  { name: "short in another lesson", seconds: 1, link: "b" },
];
/** @param {typeof FILES} files @param {number} count */
const shortest = (files, count) =>
  shortestOf(
    files,
    ({ seconds }) => seconds,
    ({ link }) => link,
    count,
  ).map(({ name }) => name);

test("the shortest runs are chosen, of whichever lesson, each link once", () => {
  assert.deepEqual(shortest(FILES, 1), ["short"]);
  assert.deepEqual(shortest(FILES, 3), ["short", "middle", "long"]);
});

test("more than there are is all of them", () => {
  assert.deepEqual(shortest(FILES, 9), ["short", "middle", "long", "longer"]);
  assert.deepEqual(shortest([], 3), []);
});
