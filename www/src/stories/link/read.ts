/**
 * Reads a story link. What is wrong with a part of it costs that part, with a sentence, and the rest of the story stands; only where there
 * is no story left is the link refused. Whether its recipes can be trained, the module says: see `check.ts`.
 */
import { linkText } from "../../../../crate/js/link-text.js";
import { printable } from "../../../../crate/js/printable.js";
import { count } from "../../format.js";
import { defaultClosing } from "../closing/default.js";
import { readTemplate, TemplateError } from "../closing/template.js";
import { LIMITS, OWN_STORY, RECIPE_ID, type Story, type StoryRecipe } from "../story.js";
import { mend } from "./damage.js";
import { MOST_CHARACTERS } from "./recognize.js";
import { decodeText } from "./text.js";
import { FORMAT } from "./write.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { sentences } from "../../words/sentences.js";

/** What a story link is: a story and what is worth knowing of how it was read, or none, and why. All are sentences for a person. */
export type ReadStory =
  { type: "story"; story: Story; notices: readonly string[] } | { type: "refused"; message: string };

/** @param registry the stories that a link may name */
export function readStoryLink(fragment: string, registry: readonly Story[]): ReadStory {
  if (fragment.length > 2 * MOST_CHARACTERS) return tooLong(fragment.length);
  const { text, isDamaged } = mend(fragment);
  if (text.length > MOST_CHARACTERS) return tooLong(text.length);
  const alien = /[^A-Za-z0-9=&,.()_-]/u.exec(text);
  if (alien)
    return refused(
      msg("This story link was changed on its way, near “{text}”. Ask for it again.", {
        text: near(text, alien.index),
      }),
    );
  const pairs = text.split("&").map((part): [string, string] => {
    const at = part.indexOf("=");
    return at < 0 ? [part, ""] : [part.slice(0, at).toLowerCase(), part.slice(at + 1)];
  });
  const values = new Map(pairs);
  if (values.size < pairs.length) {
    const twice = pairs.find(([key], at) => pairs.findIndex(([other]) => other === key) < at)?.[0] ?? "";
    return refused(
      msg("This story link says “{key}” twice, so that nobody knows which is meant.", { key: shortened(twice) }),
    );
  }
  const id = values.get("story") ?? "";
  const notices = isDamaged ? [msg("This link was changed on its way, and was read as it was meant.")] : [];
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
    const known = registry.map(({ title }) => translated(title)).join(", ");
    return refused(msg("There is no story “{name}” here. There are: {known}.", { name: shortened(id), known }));
  }
  const others = [...values.keys()].filter((key) => key !== "story" && key !== "format");
  if (others.length > 0)
    notices.push(
      msg("A link to one of Bunsen's own stories says nothing but its name: {keys} was left out.", {
        keys: shortened(others.join(", ")),
      }),
    );
  return { type: "story", story, notices };
}

function ownStory(values: ReadonlyMap<string, string>, notices: string[]): ReadStory {
  const format = values.get("format") ?? "";
  if (!/^[1-9]\d{0,5}$/.test(format))
    return refused(msg("The end of this story link is missing. Ask for the whole link."));
  if (Number(format) > FORMAT)
    return refused(
      msg(
        "This story link is of version {version}, and only version {known} is known here. Open it with a newer Bunsen.",
        {
          version: format,
          known: String(FORMAT),
        },
      ),
    );

  const told = (key: string, what: string, most: number): string => {
    const encoded = values.get(key) ?? "";
    const text = decodeText(encoded);
    if (text === null) notices.push(msg("{part} was changed on its way: it is left out.", { part: what }));
    const [whole, characters] = [printableLines(text ?? ""), Array.from(printableLines(text ?? ""))];
    if (characters.length <= most) return whole;
    notices.push(
      msg("{part} has {number} characters, and is cut after {most}.", {
        part: what,
        number: count(characters.length),
        most: count(most),
      }),
    );
    return `${characters.slice(0, most).join("")}…`;
  };
  const recipes = recipesOf(values, told, notices);
  if (recipes.length === 0)
    return refused(sentences(msg("This story link has no recipe that can be read."), ...notices));
  const title = told("title", msg("The title"), LIMITS.title) || msg("A story");
  const question = told("question", msg("The question"), LIMITS.question);
  const about = told("about", msg("The text under the question"), LIMITS.about);
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
    notices.push(msg("Some recipes of this link have names that it cannot have: they are left out."));
  const taken = ids.slice(0, LIMITS.recipes);
  if (taken.length < ids.length)
    notices.push(
      msg("A story has {most} recipes at most, and this link has {number}: the first {most} are taken.", {
        most: count(LIMITS.recipes),
        number: count(ids.length),
      }),
    );
  const fields = (prefix: string): [string, string][] =>
    [...values].flatMap(([key, value]): [string, string][] =>
      key.startsWith(`${prefix}.`) ? [[key.slice(prefix.length + 1), value]] : [],
    );
  const common = fields("all");
  return taken.flatMap((id): StoryRecipe[] => {
    const name = told(`name.${id}`, msg("The name of recipe {id}", { id }), LIMITS.name) || id;
    const own = fields(id);
    // One that has nothing of its own is the common recipe, if the link names it.
    if (own.length === 0 && !(common.length > 0 && values.has(`name.${id}`))) {
      notices.push(msg("Recipe “{name}” is missing in this link: the others are here.", { name }));
      return [];
    }
    const recipe = new Map([...common, ...own]);
    if (recipe.delete("seed"))
      notices.push(msg("The seed of “{name}” is left out: the story says the seeds of all.", { name }));
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
  if (text === null) notices.push(msg("The closing sentence was changed on its way: another one stands in its place."));
  if (text === null || text.trim() === "") return defaultClosing();
  if (Array.from(text).length > LIMITS.closing) {
    notices.push(
      msg("The closing sentence has more than {most} characters: another one stands in its place.", {
        most: count(LIMITS.closing),
      }),
    );
    return defaultClosing();
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
      notices.push(msg("A closing sentence is left out: {why}", { why: thrown.message }));
      return false;
    }
  });
  return sound.length > 0 ? sound : defaultClosing();
}

function seedsOf(text: string | undefined, notices: string[]): number[] {
  if (text === undefined) return [1];
  const seeds = [...new Set(text.split(","))].filter((seed) => /^\d{1,15}$/.test(seed)).map(Number);
  if (seeds.length === 0) {
    notices.push(
      msg("“{text}” is no list of seeds, which are whole numbers: seed 1 is taken.", { text: shortened(text) }),
    );
    return [1];
  }
  if (seeds.length < text.split(",").length)
    notices.push(msg("Some seeds of this link are no whole numbers, or are there twice: they are left out."));
  if (seeds.length > LIMITS.seeds)
    notices.push(
      msg("A story has {most} seeds at most, and this link has {number}: the first {most} are taken.", {
        most: count(LIMITS.seeds),
        number: count(seeds.length),
      }),
    );
  return seeds.slice(0, LIMITS.seeds);
}

function tooLong(length: number): ReadStory {
  return refused(
    msg("This story link has {number} characters, and {most} are the most.", {
      number: count(length),
      most: count(MOST_CHARACTERS),
    }),
  );
}

function refused(message: string): ReadStory {
  return { type: "refused", message };
}

/** A text that somebody else wrote, line by line. `printable` shortens what is longer than any text here. */
function printableLines(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.match(/[^]{1,100}/gu) ?? []).map((part) => printable(part)).join(""))
    .join("\n");
}

function shortened(text: string): string {
  return printable(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function near(text: string, at: number): string {
  return printable(text.slice(Math.max(0, at - 12), at + 12));
}
