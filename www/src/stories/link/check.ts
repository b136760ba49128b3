/** Which recipes of a story the module takes, and why not the others. */
import type { Story, StoryRecipe } from "../story.js";
import { defaultClosing } from "../closing/default.js";
import type { ReadStory } from "./read.js";
import { readTemplate, recipesOf } from "../closing/template.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { sentences } from "../../words/sentences.js";

/** What the module says of a recipe's link: its canonical form, or why it is refused, as a sentence. */
export type CheckedRecipe =
  { type: "recipe"; link: string; notices: readonly string[] } | { type: "refused"; message: string };

/** The story with the recipes that can be trained, as their canonical links. @param read asks the module */
export async function checkRecipes(story: Story, read: (link: string) => Promise<CheckedRecipe>): Promise<ReadStory> {
  const notices: string[] = [];
  const recipes: StoryRecipe[] = [];
  for (const recipe of story.recipes) {
    const checked = await read(recipe.link);
    if (checked.type === "refused") {
      notices.push(msg("“{name}” is left out: {why}", { name: recipe.name, why: checked.message }));
      continue;
    }
    notices.push(
      ...checked.notices.map((notice) => msg("“{name}”: {notice}", { name: recipe.name, notice: translated(notice) })),
    );
    const same = recipes.find(({ link }) => link === checked.link);
    if (same) {
      const names = { first: same.name, second: recipe.name };
      notices.push(msg("“{first}” and “{second}” are the same recipe: the second is left out.", names));
    } else recipes.push({ ...recipe, link: checked.link });
  }
  if (recipes.length === 0)
    return { type: "refused", message: sentences(msg("None of this story's recipes can be trained."), ...notices) };
  return { type: "story", story: { ...story, recipes, closing: closingOf(story, recipes) }, notices };
}

/** The sentences that speak of no recipe that was left out. */
function closingOf(story: Story, recipes: readonly StoryRecipe[]): readonly string[] {
  const ids = recipes.map(({ id }) => id);
  const all = story.recipes.map(({ id }) => id);
  const left = story.closing.filter((sentence) =>
    [...recipesOf(readTemplate(sentence, all))].every((id) => ids.includes(id)),
  );
  return left.length > 0 ? left : defaultClosing();
}
