/**
 * Reads a story link. What is wrong with a part of it costs that part, with a sentence, and the rest of the story stands; only where there
 * is no story left is the link refused. Whether its recipes can be trained, the module says: see `check.ts`.
 */
import { linkText } from "../../../../crate/js/link-text.js";
import { printable } from "../../../../crate/js/printable.js";
import { count } from "../../format.js";
import { DEFAULT_CLOSING } from "../closing/default.js";
import { readTemplate, TemplateError } from "../closing/template.js";
import { LIMITS, OWN_STORY, RECIPE_ID, type Story, type StoryRecipe } from "../story.js";
import { mend } from "./damage.js";
import { MOST_CHARACTERS } from "./recognize.js";
import { decodeText } from "./text.js";
import { FORMAT } from "./write.js";

/** What a story link is: a story and what is worth knowing of how it was read, or none, and why. All are sentences for a person. */
export type ReadStory =
  { type: "story"; story: Story; notices: readonly string[] } | { type: "refused"; message: string };

const CHANGED = "This link was changed on its way, and was read as it was meant.";

/** @param registry the stories that a link may name */
export function readStoryLink(fragment: string, registry: readonly Story[]): ReadStory {
  if (fragment.length > 2 * MOST_CHARACTERS) return tooLong(fragment.length);
  const { text, isDamaged } = mend(fragment);
  if (text.length > MOST_CHARACTERS) return tooLong(text.length);
  const alien = /[^A-Za-z0-9=&,.()_-]/u.exec(text);
  if (alien)
    return refused(`This story link was changed on its way, near “${near(text, alien.index)}”. Ask for it again.`);
  const pairs = text.split("&").map((part): [string, string] => {
    const at = part.indexOf("=");
    return at < 0 ? [part, ""] : [part.slice(0, at).toLowerCase(), part.slice(at + 1)];
  });
  const values = new Map(pairs);
  if (values.size < pairs.length) {
    const twice = pairs.find(([key], at) => pairs.findIndex(([other]) => other === key) < at)?.[0] ?? "";
    return refused(`This story link says “${shortened(twice)}” twice, so that nobody knows which is meant.`);
  }
  const id = values.get("story") ?? "";
  const notices = isDamaged ? [CHANGED] : [];
  return id === OWN_STORY ? ownStory(values, notices) : listed(id, values, registry, notices);
}

function listed(
  id: string,
  values: ReadonlyMap<string, string>,
  registry: readonly Story[],
  notices: string[],
): ReadStory {
  const story = registry.find((one) => one.id === id.toLowerCase());
  if (!story) {
    const known = registry.map(({ title }) => title).join(", ");
    return refused(`There is no story “${shortened(id)}” here. There are: ${known}.`);
  }
  const others = [...values.keys()].filter((key) => key !== "story" && key !== "format");
  if (others.length > 0)
    notices.push(
      `A link to one of Bunsen's own stories says nothing but its name: ${shortened(others.join(", "))} was left out.`,
    );
  return { type: "story", story, notices };
}

function ownStory(values: ReadonlyMap<string, string>, notices: string[]): ReadStory {
  const format = values.get("format") ?? "";
  if (!/^[1-9]\d{0,5}$/.test(format)) return refused("The end of this story link is missing. Ask for the whole link.");
  if (Number(format) > FORMAT)
    return refused(
      `This story link is of version ${format}, and only version ${FORMAT} is known here. Open it with a newer Bunsen.`,
    );

  const told = (key: string, what: string, most: number): string => {
    const encoded = values.get(key) ?? "";
    const text = decodeText(encoded);
    if (text === null) notices.push(`${what} was changed on its way: it is left out.`);
    const [whole, characters] = [printableLines(text ?? ""), Array.from(printableLines(text ?? ""))];
    if (characters.length <= most) return whole;
    notices.push(`${what} has ${count(characters.length)} characters, and is cut after ${count(most)}.`);
    return `${characters.slice(0, most).join("")}…`;
  };
  const recipes = recipesOf(values, told, notices);
  if (recipes.length === 0) return refused(["This story link has no recipe that can be read.", ...notices].join(" "));
  const title = told("title", "The title", LIMITS.title) || "A story";
  const question = told("question", "The question", LIMITS.question);
  const about = told("about", "The text under the question", LIMITS.about);
  const closing = closingOf(values, recipes, notices);
  const seeds = seedsOf(values.get("seeds"), notices);
  return { type: "story", story: { id: OWN_STORY, title, question, about, recipes, seeds, closing }, notices };
}

/** The recipes that the link lists and says something of. */
function recipesOf(
  values: ReadonlyMap<string, string>,
  told: (key: string, what: string, most: number) => string,
  notices: string[],
): StoryRecipe[] {
  const listed = (values.get("recipes") ?? "").split(",").filter(Boolean);
  const ids = [...new Set(listed)].filter((id) => RECIPE_ID.test(id) && id !== "all" && id !== "name");
  if (ids.length < listed.length)
    notices.push("Some recipes of this link have names that it cannot have: they are left out.");
  const taken = ids.slice(0, LIMITS.recipes);
  if (taken.length < ids.length)
    notices.push(
      `A story has ${LIMITS.recipes} recipes at most, and this link has ${count(ids.length)}: the first ${LIMITS.recipes} are taken.`,
    );
  const fields = (prefix: string): [string, string][] =>
    [...values].flatMap(([key, value]): [string, string][] =>
      key.startsWith(`${prefix}.`) ? [[key.slice(prefix.length + 1), value]] : [],
    );
  const common = fields("all");
  return taken.flatMap((id): StoryRecipe[] => {
    const name = told(`name.${id}`, `The name of recipe ${id}`, LIMITS.name) || id;
    const own = fields(id);
    // One that has nothing of its own is the common recipe, if the link names it.
    if (own.length === 0 && !(common.length > 0 && values.has(`name.${id}`))) {
      notices.push(`Recipe “${name}” is missing in this link: the others are here.`);
      return [];
    }
    const recipe = new Map([...common, ...own]);
    if (recipe.delete("seed")) notices.push(`The seed of “${name}” is left out: the story says the seeds of all.`);
    return [{ id, name, link: linkText(recipe) }];
  });
}

/** The sentences that can be filled. */
function closingOf(
  values: ReadonlyMap<string, string>,
  recipes: readonly StoryRecipe[],
  notices: string[],
): readonly string[] {
  const text = decodeText(values.get("closing") ?? "");
  if (text === null) notices.push("The closing sentence was changed on its way: another one stands in its place.");
  if (text === null || text.trim() === "") return DEFAULT_CLOSING;
  if (Array.from(text).length > LIMITS.closing) {
    notices.push(
      `The closing sentence has more than ${count(LIMITS.closing)} characters: another one stands in its place.`,
    );
    return DEFAULT_CLOSING;
  }
  const ids = recipes.map(({ id }) => id);
  const sentences = printableLines(text)
    .split("\n")
    .filter((sentence) => sentence.trim() !== "");
  const sound = sentences.filter((sentence) => {
    try {
      readTemplate(sentence, ids);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof TemplateError)) throw thrown;
      notices.push(`A closing sentence is left out: ${thrown.message}`);
      return false;
    }
  });
  return sound.length > 0 ? sound : DEFAULT_CLOSING;
}

function seedsOf(text: string | undefined, notices: string[]): number[] {
  if (text === undefined) return [1];
  const seeds = [...new Set(text.split(","))].filter((seed) => /^\d{1,15}$/.test(seed)).map(Number);
  if (seeds.length === 0) {
    notices.push(`“${shortened(text)}” is no list of seeds, which are whole numbers: seed 1 is taken.`);
    return [1];
  }
  if (seeds.length < text.split(",").length)
    notices.push("Some seeds of this link are no whole numbers, or are there twice: they are left out.");
  if (seeds.length > LIMITS.seeds)
    notices.push(
      `A story has ${LIMITS.seeds} seeds at most, and this link has ${count(seeds.length)}: the first ${LIMITS.seeds} are taken.`,
    );
  return seeds.slice(0, LIMITS.seeds);
}

function tooLong(length: number): ReadStory {
  return refused(`This story link has ${count(length)} characters, and ${count(MOST_CHARACTERS)} are the most.`);
}

function refused(message: string): ReadStory {
  return { type: "refused", message };
}

/** A text that somebody else wrote, line by line. `printable` shortens what is longer than any text here. */
function printableLines(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.match(/[^]{1,100}/gu) ?? []).map(printable).join(""))
    .join("\n");
}

function shortened(text: string): string {
  return printable(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function near(text: string, at: number): string {
  return printable(text.slice(Math.max(0, at - 12), at + 12));
}
