// The picture of accuracies over seconds: every score is in it, where it belongs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { curvesPicture } from "./curves.mjs";

const points = [
  { seconds: 2, accuracy: 0.9 },
  { seconds: 4, accuracy: 0.98 },
  { seconds: 8, accuracy: 0.99 },
];
const picture = curvesPicture({ title: "MNIST", goals: [0.97, 0.993], lines: [{ name: "a <b> & c", points }] });
const dots = [...picture.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);

test("a score is farther right the later it is, and higher the better", () => {
  assert.equal(dots.length, points.length);
  const [first, second, third] = dots;
  assert.ok(Math.abs(third[0] - first[0] - 3 * (second[0] - first[0])) < 0.5, "seconds are on a linear axis");
  assert.ok(first[1] > second[1] && second[1] > third[1]);
});

test("a goal that was not reached is above all scores, and one that was is not", () => {
  const goals = [...picture.matchAll(/<path d="M64 ([\d.]+)H/g)].map(([, y]) => Number(y));
  assert.equal(goals.length, 2);
  assert.ok(goals[0] > dots[1][1] && goals[1] < dots[2][1]);
});

test("names are text, whatever is in them", () => {
  assert.ok(picture.includes("a &#60;b&#62; &#38; c"));
  assert.ok(!picture.includes("<b>"));
});

test("a run that is always right has its place, too", () => {
  const lines = [{ name: "all", points: [{ seconds: 1, accuracy: 1 }] }];
  assert.ok(!curvesPicture({ title: "", goals: [0.97], lines }).includes("NaN"));
});
