import { expect, test } from "vitest";

import { RECORDED_STORIES } from "../recorded.js";
import { fillClosing } from "../closing/fill.js";
import { STORIES } from "../registry.js";
import { endedAsNaN, finished, SKIPS } from "../testing.js";
import { shownOf } from "./recording.js";

const FOLDER = new URL("https://bench.example/stories/skips/");
const curve = { every: 50, losses: [2, 1], steps: 100 };
const [plain, skips] = SKIPS.recipes;
const NETWORK = { file: "skips.weights.bin", bits: 16 };
const index = (more = {}): string =>
  JSON.stringify({
    ...{ format: 2, story: "skips", date: "2026-11-28" },
    runs: [
      { link: plain!.link, result: endedAsNaN("plain", 12), curve, run: null, weights: null },
      { link: skips!.link, result: finished("skips", 0.58), curve, run: "skips.bunsen.json", weights: NETWORK },
    ],
    ...more,
  });

test("what is recorded says when, and that it was not computed here, and never that it is the same", () => {
  const recording = shownOf(index(), SKIPS, FOLDER);
  if (recording.type === "refused") throw new Error(recording.message);
  expect(recording.words).toMatch(/^Recorded on November 28, 2026 by the CPU engine, not computed here\./);
  expect(recording.words).not.toContain("same");
  const files = { run: `${FOLDER.href}skips.bunsen.json`, weights: `${FOLDER.href}skips.weights.bin` };
  expect([...recording.files]).toEqual([["skips", files]]);
  expect(recording.results).toHaveLength(2);
});

test("which networks there are to try, and of which the weights are rounded or left out, is told", () => {
  const runOf = (recipe: string, weights: object | null) => ({
    ...{ link: SKIPS.recipes.find(({ id }) => id === recipe)!.link, curve, weights },
    ...{ result: finished(recipe, 0.5), run: `${recipe}.bunsen.json` },
  });
  const words = (...runs: object[]): string => {
    const recording = shownOf(index({ runs }), SKIPS, FOLDER);
    return recording.type === "refused" ? recording.message : recording.words.replace(/^.*? not computed here\. /, "");
  };
  const brings = "“Open this run” brings its network, with seed 1, onto the stage.";
  expect(words(runOf("plain", { ...NETWORK, bits: 32 }), runOf("skips", NETWORK))).toBe(
    `${brings} The weights of “with skips” are rounded to 16 bits.`,
  );
  expect(words(runOf("plain", { ...NETWORK, bits: 32 }))).toBe(brings);
  expect(words(runOf("plain", null), runOf("skips", null))).toBe(
    "The weights of “plain”, “with skips” are too large to be shipped: to try such a network, open its run and train it.",
  );
});

test("a recording of another version, or of other recipes, is not shown, and why", () => {
  expect(shownOf(index({ format: 1 }), SKIPS, FOLDER)).toEqual({
    type: "refused",
    message: "The recorded runs are of another version of Bunsen. Train all to see it here.",
  });
  const others = { ...SKIPS, recipes: [{ ...plain!, link: "model=lenet5&v=1" }] };
  expect(shownOf(index(), others, FOLDER)).toEqual({
    type: "refused",
    message: "What was recorded are other recipes than this story has now. Train all to see it here.",
  });
});

const FILES = import.meta.glob<string>("../../../public/stories/*/index.json", { query: "?raw", import: "default" });
const idOf = (path: string): string => path.split("/").at(-2)!;

test("every recording that the site has is offered, and no other", () => {
  expect(Object.keys(FILES).map(idOf).sort()).toEqual([...RECORDED_STORIES].sort());
});

test.each(Object.entries(FILES))(
  "%s has every run of its story, and fills its closing sentences",
  async (path, load) => {
    const story = STORIES.find(({ id }) => id === idOf(path))!;
    const recording = shownOf(await load(), story, FOLDER);
    if (recording.type === "refused") throw new Error(recording.message);
    expect(recording.notices).toEqual([]);
    const results = recording.results.map(({ result }) => result);
    expect(results.length).toBe(story.recipes.length * story.seeds.length);
    const { sentences, notes } = fillClosing(story, results);
    expect(sentences.length).toBeGreaterThan(0);
    expect(notes.join()).not.toContain("Not in this result yet");
  },
);
