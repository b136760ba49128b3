/** A story as a link's text: of the registry by its id, and one's own with all that it says. */
import { linkText } from "../../../../crate/js/link-text.js";
import { OWN_STORY, type Story } from "../story.js";
import { MOST_CHARACTERS } from "./recognize.js";
import { encodeText } from "./text.js";

/** The version of how a story is written into a link. */
export const FORMAT = 1;
/** The link of a story, without `#`; null where it would be too long to be passed on. */
export function storyLink(story: Story): string | null {
  const link = story.id === OWN_STORY ? ownLink(story) : `story=${story.id}`;
  return link.length <= MOST_CHARACTERS ? link : null;
}

/**
 * What all recipes have in common stands there once, as `all.model=lenet5`, and what is one's own with its id, as `large.lr=0.1`. The link
 * ends in its version: so one that was cut is known by that.
 */
function ownLink({ title, question, about, recipes, seeds, closing }: Story): string {
  const pairs = recipes.map(({ link }) => [...new URLSearchParams(link)].filter(([key]) => key !== "seed"));
  const isCommon = ([key, value]: [string, string]): boolean =>
    pairs.every((of) => of.some(([other, otherValue]) => other === key && otherValue === value));
  const texts: [string, string][] = [
    ["title", title],
    ["question", question],
    ["about", about],
    ["closing", closing.join("\n")],
  ];
  return linkText([
    ["story", OWN_STORY],
    ...texts.filter(([, text]) => text.trim() !== "").map(([key, text]): [string, string] => [key, encodeText(text)]),
    ["seeds", seeds.join(",")],
    ["recipes", recipes.map(({ id }) => id).join(",")],
    ...(pairs[0] ?? []).filter(isCommon).map(([key, value]): [string, string] => [`all.${key}`, value]),
    ...recipes.flatMap(({ id, name }, at): [string, string][] => [
      [`name.${id}`, encodeText(name)],
      ...(pairs[at] ?? [])
        .filter((pair) => !isCommon(pair))
        .map(([key, value]): [string, string] => [`${id}.${key}`, value]),
    ]),
    ["format", String(FORMAT)],
  ]);
}

/** A recipe's link with that seed. */
export function withSeed(link: string, seed: number): string {
  const recipe = new URLSearchParams(link);
  recipe.set("seed", String(seed));
  return linkText(recipe);
}
