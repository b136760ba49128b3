import { expect, test } from "vitest";

import { readTemplate, recipesOf } from "./closing/template.js";
import { fillClosing } from "./closing/fill.js";
import { STORIES } from "./registry.js";
import { LIMITS, OWN_STORY, RECIPE_ID } from "./story.js";
import { finished } from "./testing.js";
import { TITLES } from "./titles.js";

test("every file of a story is in the registry, by its id", () => {
  const modules = import.meta.glob<object>(["./*.ts", "!./*.test.ts", "!./testing.ts"], { eager: true });
  const isStory = (exported: unknown): boolean => typeof Object(exported).id === "string";
  const files = Object.entries(modules)
    .filter(([, module]) => Object.values(module).some(isStory))
    .map(([path]) => path.slice(2, -3));
  expect(STORIES.map(({ id }) => id).sort()).toEqual(files.sort());
  expect(STORIES.map(({ id }) => id)).not.toContain(OWN_STORY);
});

test("the row has the title of every story, in their order", () => {
  expect(TITLES).toEqual(STORIES.map(({ id, title }) => ({ id, title })));
});

test.each(STORIES)("$id is within its limits, and its sentences can be filled", (story) => {
  expect(story.id).toMatch(/^[a-z][a-z-]*$/);
  for (const text of ["title", "question", "about"] as const) {
    expect(story[text].length, text).toBeGreaterThan(0);
    expect(story[text].length, text).toBeLessThanOrEqual(LIMITS[text]);
  }
  expect(story.question).toMatch(/\?$/);
  expect(story.recipes.length).toBeGreaterThanOrEqual(2);
  expect(story.recipes.length).toBeLessThanOrEqual(LIMITS.recipes);
  const ids = story.recipes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, name, link } of story.recipes) {
    expect(id).toMatch(RECIPE_ID);
    expect(name.length).toBeLessThanOrEqual(LIMITS.name);
    expect(link).not.toMatch(/seed=/);
  }
  expect(story.seeds.length).toBeLessThanOrEqual(LIMITS.seeds);
  expect(story.closing.join("\n").length).toBeLessThanOrEqual(LIMITS.closing);
  const named = new Set(story.closing.flatMap((sentence) => [...recipesOf(readTemplate(sentence, ids))]));
  expect([...named].every((id) => ids.includes(id))).toBe(true);
});

/** A result in which the recipes, in their order, come to these accuracies. */
const result = (story: (typeof STORIES)[number], accuracies: readonly number[]) =>
  story.recipes.flatMap(({ id }, at) => story.seeds.map((seed) => finished(id, accuracies[at] ?? 0.5, { seed })));

test.each(STORIES)("$id says a whole sentence whichever way it turns out", (story) => {
  for (const accuracies of [
    [0.9, 0.5, 0.6, 0.1],
    [0.1, 0.6, 0.5, 0.9],
    [0.5, 0.5, 0.5, 0.5],
    [0.1, 0.1, 0.1, 0.1],
  ]) {
    const { sentences } = fillClosing(story, result(story, accuracies));
    expect(sentences).toHaveLength(story.closing.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z][^{}|]*\.$/);
  }
});
