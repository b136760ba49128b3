/**
 * The page's own texts. Each is written in English where it is shown, with its values in braces, and looked up by that:
 *
 *     msg("Step {step} of {steps}", { step: count(step), steps: count(steps) })
 *
 * The texts have to stand in the code as literals, for `npm run words` reads them there. What a person has written is a value, and never looked up.
 * Where one English text needs two translations, what it is about stands before a bar and is not shown: `msg("answers|Right")`.
 */
import { count } from "../format.js";
import { translationOf } from "./catalogue.js";

/** The names in braces. */
type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Given<T extends string, V> = [Names<T>] extends [never] ? [] : [values: Record<Names<T>, V>];

/** A text in the language of the page. */
export function msg<const T extends string>(english: T, ...[values]: Given<T, string>): string {
  return filled(translationOf(english) ?? shownOf(english), values ?? {});
}

/** A text that depends on a number, which stands in it as `{count}`: "{count} step", "{count} steps". It is looked up by the second form. */
export function plural<const T extends string>(
  number: number,
  one: string,
  other: T,
  ...[values]: Given<T extends `${infer A}{count}${infer B}` ? `${A}${B}` : T, string>
): string {
  const english = number === 1 ? one : other;
  return filled(translationOf(other, number) ?? shownOf(english), { ...values, count: count(number) });
}

/** A text with elements in it, as Lit draws them: its parts in the order of the language. */
export function rich<const T extends string>(english: T, ...[values]: Given<T, unknown>): unknown[] {
  const parts = (translationOf(english) ?? shownOf(english)).split(BRACES);
  // Every second one is a name.
  return parts.map((part, at) => (at % 2 === 0 ? part : ((values as Record<string, unknown>)[part] ?? "")));
}

/** A text that is looked up where it is shown, by {@link translated}: for tables that are made before the language is known. */
export function defineMessage<const T extends string>(english: T): T {
  return english;
}

const BRACES = /\{(\w+)\}/;

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function shownOf(english: string): string {
  return english.replace(/^[a-z ]+\|/, "");
}
