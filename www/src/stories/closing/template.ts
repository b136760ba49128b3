/**
 * A closing sentence as a template. Whatever compares stands in a choice that has a wording for each way that it can turn out, so that no
 * sentence says what the result does not show. `plain` and `skips` stand for recipes, by their ids:
 *
 *   {test plain}           its test accuracy, with mean and spread where several seeds were trained
 *   {training plain}       the share of the training images that was right over its last epoch
 *   {parameters plain}     how many parameters it trains
 *   {compare skips plain | higher | lower | within the noise}            by test accuracy
 *   {compare-training skips plain | higher | lower | within the noise}   by training accuracy
 *   {best | one is best | none is clearly best}                          of all recipes, by test accuracy; {worst …} too
 *   {learned plain | all of its runs are better than chance | none is | some are}
 *   {diverged plain | all of its runs diverged | none did | some did}
 *   {reached plain 90 | all of its runs reached 90 % | none did | some did}
 *
 * Some holes mean something only within a choice: {difference} and {margin} (points, and how many of them are noise) within `compare`,
 * `compare-training`, `best` and `worst`; {name} within `best` and `worst`; {step} within `reached`.
 */
import { count } from "../../format.js";
import { msg } from "../../words/msg.js";

export type Metric = "test" | "training";

/** A hole that is filled with a number or a name. */
export type Hole =
  | { kind: "accuracy"; metric: Metric; recipe: string }
  | { kind: "parameters"; recipe: string }
  /** Of the choice around it. */
  | { kind: "difference" | "margin" | "name" | "step" };

/** What is said depends on the result. The branches are in the order of `BRANCHES`. */
export type Choice = { branches: readonly Template[] } & (
  | { kind: "compare"; metric: Metric; first: string; second: string }
  | { kind: "best" | "worst" }
  | { kind: "learned" | "diverged"; recipe: string }
  | { kind: "reached"; recipe: string; percent: number }
);

export type Template = readonly (string | Hole | Choice)[];

/** How many ways each choice can turn out. */
const BRANCHES: { [K in Choice["kind"]]: number } = {
  compare: 3,
  best: 2,
  worst: 2,
  learned: 3,
  diverged: 3,
  reached: 3,
};

/** What a choice gives to the holes within it. */
const GIVES: { [K in Choice["kind"]]: readonly Hole["kind"][] } = {
  compare: ["difference", "margin"],
  best: ["difference", "margin", "name"],
  worst: ["difference", "margin", "name"],
  learned: [],
  diverged: [],
  reached: ["step"],
};

const OF_A_CHOICE = ["difference", "margin", "name", "step"] as const;

/** A choice within a choice within a choice is read by nobody. */
const MOST_DEPTH = 3;

/** A sentence that cannot be filled; the message says why. */
export class TemplateError extends Error {}

/**
 * Reads a closing sentence. Throws a `TemplateError` where it has a hole that there is not.
 * @param recipes the ids that it may name
 */
export function readTemplate(text: string, recipes: readonly string[]): Template {
  const reader = new Reader(text, recipes);
  const template = reader.template([]);
  if (!reader.isAtEnd)
    throw new TemplateError(msg("There is a “{sign}” without a “{” before it.", { sign: reader.next }));
  return template;
}

/** The ids that a template names. The whole story is named by `best` and `worst`, so these name none. */
export function recipesOf(template: Template): Set<string> {
  const ids = new Set<string>();
  for (const part of template) {
    if (typeof part === "string") continue;
    if ("recipe" in part) ids.add(part.recipe);
    if ("first" in part) ids.add(part.first).add(part.second);
    if ("branches" in part) for (const branch of part.branches) for (const id of recipesOf(branch)) ids.add(id);
  }
  return ids;
}

class Reader {
  readonly #text: string;
  readonly #recipes: readonly string[];
  #at = 0;

  constructor(text: string, recipes: readonly string[]) {
    this.#text = text;
    this.#recipes = recipes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get next(): string {
    return this.#text[this.#at] ?? "";
  }

  /** Reads up to the end, or to what ends a branch. @param around the choices around it */
  template(around: readonly Choice["kind"][]): Template {
    const parts: (string | Hole | Choice)[] = [];
    for (;;) {
      const text = this.#until(/[{}|]/g);
      if (text !== "") parts.push(text);
      // Outside of a hole it is a character like others.
      if (this.next === "|" && around.length === 0) parts.push(this.#take());
      else if (this.next === "{") parts.push(this.#hole(around));
      else return parts;
    }
  }

  #hole(around: readonly Choice["kind"][]): Hole | Choice {
    const start = this.#at;
    this.#at++;
    const [name = "", ...of] = this.#until(/[{}|]/g).trim().split(/\s+/);
    const hole = this.#holeOf(name, of, around);
    if (hole) {
      if (this.next !== "}")
        this.#fail(start, (text) => msg("“{text}” has no “}” behind it, or wordings that it does not take.", { text }));
      this.#at++;
      return hole;
    }
    const choice = this.#choiceOf(name, of);
    if (!choice)
      return this.#fail(start, (text) => msg("“{text}” is none that a closing sentence can have.", { text }));
    if (around.length >= MOST_DEPTH)
      this.#fail(start, (text) => msg("“{text}” stands within too many others.", { text }));
    const branches: Template[] = [];
    while (this.next === "|") {
      this.#at++;
      branches.push(trimmed(this.template([...around, choice.kind])));
    }
    if (this.next !== "}") this.#fail(start, (text) => msg("“{text}” has no “}” behind it.", { text }));
    this.#at++;
    const wanted = BRANCHES[choice.kind];
    if (branches.length !== wanted)
      this.#fail(start, (text) =>
        msg("“{text}” needs {wanted} wordings, one for each way that it can turn out, and has {number}.", {
          text,
          wanted: count(wanted),
          number: count(branches.length),
        }),
      );
    return { ...choice, branches };
  }

  #holeOf(name: string, of: readonly string[], around: readonly Choice["kind"][]): Hole | null {
    const [recipe] = of;
    if (of.length === 1 && recipe !== undefined) {
      if (name === "test" || name === "training")
        return { kind: "accuracy", metric: name, recipe: this.#recipe(recipe) };
      if (name === "parameters") return { kind: "parameters", recipe: this.#recipe(recipe) };
    }
    const kind = OF_A_CHOICE.find((each) => each === name);
    if (!kind || of.length > 0) return null;
    if (around.some((choice) => GIVES[choice].includes(kind))) return { kind };
    throw new TemplateError(msg("“{hole}” stands outside of a choice that has one.", { hole: `{${kind}}` }));
  }

  #choiceOf(name: string, of: readonly string[]): DistributedChoice | null {
    const [first, second] = of;
    if (of.length === 2 && first !== undefined && second !== undefined) {
      if (name === "compare" || name === "compare-training") {
        const metric = name === "compare" ? "test" : "training";
        return { kind: "compare", metric, first: this.#recipe(first), second: this.#recipe(second) };
      }
      const percent = Number(second);
      if (name === "reached" && percent > 0 && percent < 100)
        return { kind: "reached", recipe: this.#recipe(first), percent };
    }
    if ((name === "learned" || name === "diverged") && of.length === 1 && first !== undefined)
      return { kind: name, recipe: this.#recipe(first) };
    return (name === "best" || name === "worst") && of.length === 0 ? { kind: name } : null;
  }

  #recipe(id: string): string {
    if (this.#recipes.includes(id)) return id;
    throw new TemplateError(msg("“{name}” is no recipe of this story.", { name: shortened(id) }));
  }

  #until(ends: RegExp): string {
    ends.lastIndex = this.#at;
    const end = ends.exec(this.#text)?.index ?? this.#text.length;
    const text = this.#text.slice(this.#at, end);
    this.#at = end;
    return text;
  }

  #take(): string {
    return this.#text[this.#at++]!;
  }

  #fail(start: number, why: (text: string) => string): never {
    throw new TemplateError(why(shortened(this.#text.slice(start))));
  }
}

type Without<T> = T extends unknown ? Omit<T, "branches"> : never;
type DistributedChoice = Without<Choice>;

/** Spaces around the wording are there to be read by its author. */
function trimmed(template: Template): Template {
  return template
    .map((part, at) => {
      if (typeof part !== "string") return part;
      const text = at === 0 ? part.trimStart() : part;
      return at === template.length - 1 ? text.trimEnd() : text;
    })
    .filter((part) => part !== "");
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
