/** A person's own story while it is written: what its editor holds, and the story that comes of it. */
import { defaultClosing } from "../closing/default.js";
import { readTemplate, TemplateError } from "../closing/template.js";
import { LIMITS, OWN_STORY, RECIPE_ID, type Story, type StoryRecipe } from "../story.js";

/** The sentences that can be filled, and why the others cannot. */
export function readClosing(
  text: string,
  ids: readonly string[],
): { sound: readonly string[]; wrong: readonly string[] } {
  const [sound, wrong]: [string[], string[]] = [[], []];
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (line === "") continue;
    try {
      readTemplate(line, ids);
      sound.push(line);
    } catch (thrown) {
      if (!(thrown instanceof TemplateError)) throw thrown;
      wrong.push(thrown.message);
    }
  }
  return { sound: sound.length > 0 ? sound : defaultClosing(), wrong };
}

/** Seeds as a person writes them; null where that is no list of different whole numbers, or too long a one. */
export function readSeeds(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  const seeds = [...new Set(parts)].filter((part) => /^\d{1,15}$/.test(part)).map(Number);
  return seeds.length > 0 && seeds.length === parts.length && seeds.length <= LIMITS.seeds ? seeds : null;
}

/** Puts a recipe to the story, under an id that says its name where it can. Null where the story is full, or has it. */
export function withRecipe(story: Story, name: string, link: string): Story | null {
  const { recipes } = story;
  if (recipes.length >= LIMITS.recipes || recipes.some((recipe) => recipe.link === link)) return null;
  const recipe: StoryRecipe = { id: freeId(name, recipes), name: cut(name), link };
  return { ...story, id: OWN_STORY, recipes: [...recipes, recipe] };
}

/** Without a recipe, and without the sentences that speak of it. */
export function withoutRecipe(story: Story, id: string): Story {
  const recipes = story.recipes.filter((recipe) => recipe.id !== id);
  const { sound } = readClosing(
    story.closing.join("\n"),
    recipes.map((recipe) => recipe.id),
  );
  return { ...story, recipes, closing: sound };
}

function freeId(name: string, recipes: readonly StoryRecipe[]): string {
  const letters = name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replace(/^[0-9]+/, "")
    .slice(0, LIMITS.id - 1);
  // These two stand for something else in a link.
  const isFree = (id: string): boolean =>
    RECIPE_ID.test(id) && id !== "all" && id !== "name" && recipes.every((recipe) => recipe.id !== id);
  if (isFree(letters)) return letters;
  for (let number = recipes.length + 1; ; number++) {
    const id = `${letters || "recipe"}${number}`;
    if (isFree(id)) return id;
  }
}

function cut(name: string): string {
  return Array.from(name).slice(0, LIMITS.name).join("");
}
