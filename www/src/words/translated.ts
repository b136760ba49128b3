/**
 * Texts that come in English from the module or from the page's worker, and those of tables ({@link defineMessage}): looked up where they are
 * shown. What has values in it is known by its pattern: "{name} could not be read: {why}". One without translation stays English.
 */
import { computed } from "@preact/signals-core";
import { count, plainNumber } from "../format.js";
import { isOfModule, textsNow, translationOf } from "./catalogue.js";

interface Pattern {
  matches: RegExp;
  names: readonly string[];
  text: string;
}

/** A text of the page that says less itself, as "{number} of {all}", is not known by it: half of all sentences have it. */
const LEAST_LETTERS = 8;

/** Those first that say most themselves: "convolution {size}, padding {padding}" before "convolution {size}". */
const patterns = computed(() =>
  [...textsNow().keys()]
    .filter((text) => text.includes("{") && (isOfModule(text) || lettersOf(text) >= LEAST_LETTERS))
    .sort((a, b) => fixedOf(b) - fixedOf(a))
    .map(patternOf),
);

/** A text of the module in the language of the page. */
export function translated(english: string): string {
  return found(english) ?? english.replace(/^[a-z ]+\|/, "");
}

/** The same; undefined where there is no translation. */
export function found(english: string): string | undefined {
  if (textsNow().size === 0) return undefined;
  return translationOf(english) ?? bySentences(english) ?? byPattern(english);
}

/** Of sentences one after another, each by itself, where all have a translation. */
function bySentences(english: string): string | undefined {
  for (const { index } of english.matchAll(/\. (?=[\p{Lu}\d])/gu)) {
    const sentence = english.slice(0, index + 1);
    const first = translationOf(sentence) ?? byPattern(sentence);
    const rest = first && found(english.slice(index + 2));
    if (rest) return `${first} ${rest}`;
  }
  return undefined;
}

function byPattern(english: string): string | undefined {
  for (const { matches, names, text } of patterns.value) {
    const values = matches.exec(english);
    const translation = values && translationOf(text);
    if (!translation) continue;
    const value = new Map(names.map((name, at) => [name, values[at + 1] ?? ""]));
    return translation.replace(/\{(\w+)\}/g, (_, name: string) => valueInWords(value.get(name) ?? ""));
  }
  return undefined;
}

/**
 * A value may itself be a text of the module, as a field's name or why a file cannot be read; a person's text is none, or says the same. Numbers
 * keep their digits.
 */
function valueInWords(english: string): string {
  if (/^\d{1,3}(?:,\d{3})+$/.test(english)) return count(Number(english.replaceAll(",", "")));
  if (/^-?\d+\.\d+$/.test(english)) return english.replace(".", plainNumber(0.5).charAt(1));
  return listInWords(english) ?? found(english) ?? partsInWords(english);
}

/** A list of texts of the module: "cat/0.png is dog in the table, cat/1.png is dog in the table". */
function listInWords(english: string): string | undefined {
  const items = english.split(", ");
  const texts = items.length > 1 ? items.map(found) : [];
  return texts.length > 0 && texts.every((text) => text !== undefined) ? texts.join(", ") : undefined;
}

/** What the module says beside names: "a.txt (it is empty), b.png (it is damaged)", "cats has 1, dogs has 1". */
function partsInWords(english: string): string {
  return english
    .replace(/ \((it [^()]*)\)/g, (_, why: string) => ` (${found(why) ?? why})`)
    .replace(/ has (\d+)(?=, |$)/g, ": $1");
}

function fixedOf(text: string): number {
  return text.replace(/\{\w+\}/g, "").length;
}

function lettersOf(text: string): number {
  return text.replace(/\{\w+\}|\P{L}/gu, "").length;
}

function patternOf(text: string): Pattern {
  const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const fixed = text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return { matches: new RegExp(`^${fixed.join("([^]*?)")}$`), names, text };
}
