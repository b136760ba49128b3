// @ts-check
// Which of the lessons' runs are trained where somebody asks for a few.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shortestOf } from "../lessons/shortest.mjs";

const FILES = [
  { lesson: "vgg", name: "long", seconds: 9 },
  { lesson: "vgg", name: "short", seconds: 1 },
  { lesson: "resnet", name: "longer", seconds: 20 },
  { lesson: "vgg", name: "middle", seconds: 4 },
];
/** @param {number} count */
const chosen = (count) => shortestOf(FILES, ({ seconds }) => seconds, count).map(({ name }) => name);

test("each lesson has its shortest run among them before one has two", () => {
  assert.deepEqual(chosen(2), ["short", "longer"]);
  assert.deepEqual(chosen(3), ["short", "longer", "middle"]);
});

test("more than there are is all of them, once", () => {
  assert.deepEqual(chosen(9), ["short", "longer", "middle", "long"]);
  assert.deepEqual(chosen(0), []);
  assert.deepEqual(
    shortestOf([], () => 1, 3),
    [],
  );
});
