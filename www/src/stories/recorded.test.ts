import { expect, test } from "vitest";

import { fillClosing } from "./closing/fill.js";
import { readRecorded, type RecordedRun } from "./recorded.js";
import { finished, SKIPS } from "./testing.js";

const run = (recipe: "plain" | "skips", accuracy: number): RecordedRun => ({
  link: SKIPS.recipes.find(({ id }) => id === recipe)!.link,
  result: finished(recipe, accuracy),
  curve: { every: 50, losses: [2, 1], steps: 100 },
  run: `${recipe}-1.bunsen.json`,
  weights: { file: `${recipe}.weights.bin`, bits: 16 },
});
const index = (more = {}): string =>
  JSON.stringify({
    format: 2,
    story: "skips",
    date: "2026-11-28",
    runs: [run("plain", 0.41), run("skips", 0.58)],
    ...more,
  });

test("recorded runs fill the closing sentences", () => {
  const recorded = readRecorded(index(), SKIPS);
  if (recorded.type === "refused") throw new Error(recorded.message);
  expect(recorded.notices).toEqual([]);
  expect(
    fillClosing(
      SKIPS,
      recorded.runs.map(({ result }) => result),
    ).sentences,
  ).toEqual(["Without 41.0 %, with 58.0 %."]);
});

test("a run whose loss was no number any more has a result and no file", () => {
  const none = { ...run("plain", 0), run: null, weights: null };
  expect(readRecorded(index({ runs: [none] }), SKIPS)).toMatchObject({ type: "recorded", runs: [{ run: null }] });
});

test("recorded runs of another version are refused", () => {
  expect(readRecorded(index({ format: 1, runs: "otherwise" }), SKIPS)).toEqual({
    type: "refused",
    message: "The recorded runs are of another version of Bunsen. Train all to see it here.",
  });
});

test("runs of recipes that the story has no more are left out", () => {
  const other = { ...run("plain", 0.41), link: "model=resnet-8&skip=off&lr=0.5&v=1" };
  const elsewhere = { ...run("skips", 0.9), result: finished("skips", 0.9, { seed: 8 }) };
  expect(readRecorded(index({ runs: [other, run("skips", 0.58)] }), SKIPS)).toMatchObject({
    runs: [{ result: { recipe: "skips" } }],
    notices: ["1 recorded run is of other recipes than this story has now, and is left out."],
  });
  expect(readRecorded(index({ runs: [other, run("skips", 0.58), elsewhere] }), SKIPS)).toMatchObject({
    notices: ["2 recorded runs are of other recipes than this story has now, and are left out."],
  });
  expect(readRecorded(index({ runs: [other] }), SKIPS)).toEqual({
    type: "refused",
    message: "What was recorded are other recipes than this story has now. Train all to see it here.",
  });
});

test.each([
  "",
  "<!doctype html>",
  "null",
  "[]",
  index({ date: "today" }),
  index({ runs: null }),
  index({ runs: [null] }),
  index({ runs: [{ ...run("plain", 0.4), run: "../../secret" }] }),
  index({ runs: [{ ...run("plain", 0.4), result: {} }] }),
  index({ runs: [{ ...run("plain", 0.4), weights: undefined }] }),
  index({ runs: [{ ...run("plain", 0.4), weights: { file: "https://elsewhere.example/a", bits: 16 } }] }),
  index({ runs: [{ ...run("plain", 0.4), weights: { file: "plain.weights.bin", bits: "few" } }] }),
  index({ runs: [{ ...run("plain", 0.4), run: null }] }),
  index({ runs: [{ ...run("plain", 0.4), curve: undefined }] }),
])("what is no index is refused: %s", (text) => {
  expect(readRecorded(text, SKIPS)).toEqual({
    type: "refused",
    message: "The recorded runs of this story cannot be read. Train all to see it here.",
  });
});
