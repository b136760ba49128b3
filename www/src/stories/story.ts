/** What a story is: a question, a few recipes that answer it, and closing sentences that are filled from what came out. */

/** One of a story's recipes. */
export interface StoryRecipe {
  /** What the closing sentences and a story's link call it: a small letter, then small letters and digits. */
  id: string;
  /** What a person reads, beside its curve and in tables: "plain", "lr 0.02". */
  name: string;
  /** The recipe's link, without a seed: those are the story's. */
  link: string;
}

/** A story, as one file of this folder or as a link has it. All of its texts are plain text. */
export interface Story {
  /** Its name in a link: small letters, digits and hyphens. `OWN_STORY` where the link has all of it. */
  id: string;
  title: string;
  question: string;
  /** What to look at while it trains, and what the recipes have in common, in a few sentences. */
  about: string;
  recipes: readonly StoryRecipe[];
  /** Each recipe is trained once with each of them. */
  seeds: readonly number[];
  /** Sentences with holes: see `closing/template.ts`. */
  closing: readonly string[];
}

/** The id of a story that is none of the registry's: a person's own. */
export const OWN_STORY = "own";

/** What a story's texts and lists may be at most: what is longer cannot be read at a glance, or trained while somebody waits. */
export const LIMITS = { title: 60, question: 200, about: 600, name: 30, id: 16, recipes: 4, seeds: 5, closing: 1_500 };

/** A recipe's id. */
export const RECIPE_ID = /^[a-z][a-z0-9]{0,15}$/;
