import { expect, test } from "vitest";

import { RECORDED_STORIES } from "../recorded.js";
import { fillClosing } from "../closing/fill.js";
import { STORIES } from "../registry.js";
import { endedAsNaN, finished, SKIPS } from "../testing.js";
import { shownOf } from "./recording.js";

const FOLDER = new URL("https://bench.example/stories/skips/");
const curve = { every: 50, losses: [2, 1], steps: 100 };
const [plain, skips] = SKIPS.recipes;
const index = (more = {}): string =>
  JSON.stringify({
    ...{ format: 1, story: "skips", date: "2026-11-28" },
    runs: [
      { link: plain!.link, result: endedAsNaN("plain", 12), curve, run: null },
      { link: skips!.link, result: finished("skips", 0.58), curve, run: "skips.bunsen.json" },
    ],
    ...more,
  });

test("what is recorded says when, and that it was not computed here, and never that it is the same", () => {
  const recording = shownOf(index(), SKIPS, FOLDER);
  if (recording.type === "refused") throw new Error(recording.message);
  expect(recording.words).toMatch(/^Recorded on November 28, 2026 by the CPU engine, not computed here\./);
  expect(recording.words).not.toContain("same");
  expect([...recording.files]).toEqual([["skips", "https://bench.example/stories/skips/skips.bunsen.json"]]);
  expect(recording.results).toHaveLength(2);
});

test("a recording of another version, or of other recipes, is not shown, and why", () => {
  expect(shownOf(index({ format: 2 }), SKIPS, FOLDER)).toEqual({
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
