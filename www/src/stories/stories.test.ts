import { afterEach, describe, expect, test } from "vitest";

import { useLanguage, type Catalogue } from "../words/catalogue.js";
import { readTemplate, recipesOf, type Template } from "./closing/template.js";
import { fillClosing } from "./closing/fill.js";
import { storyLink } from "./link/write.js";
import { STORIES } from "./registry.js";
import { LIMITS, OWN_STORY, RECIPE_ID } from "./story.js";
import { finished } from "./testing.js";
import { TITLES } from "./titles.js";
import { translatedStory } from "./translated-story.js";

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

const TRANSLATIONS = Object.entries(
  import.meta.glob<Catalogue>("../words/*.json", { eager: true, import: "default" }),
).map(([path, catalogue]) => ({ language: path.slice(9, -5), catalogue }));

/** What a closing sentence asks of the result: its holes and its choices, in no order, for another language may have another. */
const skeleton = (template: Template): string[] =>
  template
    .flatMap((part): string[] => {
      if (typeof part === "string") return [];
      return [JSON.stringify("branches" in part ? { ...part, branches: part.branches.map(skeleton) } : part)];
    })
    .sort();
const asked = (text: string, ids: readonly string[]): string[] => skeleton(readTemplate(text, ids));

describe.each(TRANSLATIONS)("in $language", ({ language, catalogue }) => {
  afterEach(() => useLanguage("en", null));

  test.each(STORIES)("$id asks the same, and a person may make it their own", (story) => {
    useLanguage(language, catalogue);
    const shown = translatedStory(story);
    expect(shown.question).not.toBe(story.question);
    for (const text of ["title", "question", "about"] as const)
      expect(shown[text].length, text).toBeLessThanOrEqual(LIMITS[text]);
    for (const { name } of shown.recipes) expect(name.length, name).toBeLessThanOrEqual(LIMITS.name);
    expect(shown.closing.join("\n").length).toBeLessThanOrEqual(LIMITS.closing);
    const ids = story.recipes.map(({ id }) => id);
    expect(shown.closing.map((text) => asked(text, ids))).toEqual(story.closing.map((text) => asked(text, ids)));
    expect(storyLink({ ...shown, id: OWN_STORY })).not.toBeNull();
    const { sentences } = fillClosing(shown, result(shown, [0.5, 0.5, 0.5, 0.5]));
    expect(sentences).toHaveLength(story.closing.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^\p{L}[^{}|]*\.$/u);
  });

  test("of a person's own story nothing is looked up", () => {
    useLanguage(language, catalogue);
    const own = { ...STORIES[0]!, id: OWN_STORY };
    expect(translatedStory(own)).toBe(own);
  });
});
