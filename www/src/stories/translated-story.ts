import { once } from "../words/once.js";
import { translated } from "../words/translated.js";
import { DEFAULT_CLOSING, defaultClosing } from "./closing/default.js";
import { OWN_STORY, type Story } from "./story.js";

/** A story of Bunsen's own in the language of the page, to be shown. Of a person's own nothing is looked up: its words are theirs. */
export const translatedStory = once((story: Story): Story => {
  if (story.id === OWN_STORY)
    return story.closing === DEFAULT_CLOSING ? { ...story, closing: defaultClosing() } : story;
  return {
    ...story,
    title: translated(story.title),
    question: translated(story.question),
    about: translated(story.about),
    recipes: story.recipes.map((recipe) => ({ ...recipe, name: translated(recipe.name) })),
    closing: story.closing.map(translated),
  };
});
