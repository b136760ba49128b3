/** Finds settings by what a person types: in their labels, their keys, their choices and their help. */
import { choicesOf } from "../../fields.js";
import type { Field } from "../../module.js";

/** How much a place counts, from where a person would look for it first. */
const LABEL = 8;
const KEY = 6;
const CHOICE = 4;
const HELP = 1;

/** The settings in which every word is found, the best first; all where nothing is typed. */
export function findSettings(fields: readonly Field[], text: string): Field[] {
  const words = wordsOf(text);
  return fields
    .map((field, order) => ({ field, order, worth: worthOf(field, words) }))
    .filter(({ worth }) => worth > 0 || words.length === 0)
    .sort((a, b) => b.worth - a.worth || a.order - b.order)
    .map(({ field }) => field);
}

/** 0 where one of the words is not found. */
function worthOf(field: Field, words: readonly string[]): number {
  const { key, label, help } = field;
  const choices = choicesOf(field).map((choice) => `${choice.label} ${choice.value}`);
  const worths = words.map((word) =>
    Math.max(
      LABEL * foundIn(label, word),
      KEY * foundIn(key, word),
      CHOICE * foundIn(choices.join(" "), word),
      HELP * foundIn(help, word),
    ),
  );
  return worths.includes(0) ? 0 : worths.reduce((sum, worth) => sum + worth, 0);
}

/** 3 at its start, 2 at the start of a word of it, 1 within. */
function foundIn(text: string, word: string): number {
  const all = wordsOf(text);
  if (all[0]?.startsWith(word)) return 3;
  if (all.some((one) => one.startsWith(word))) return 2;
  // Two letters are in almost anything.
  return word.length > 2 && all.some((one) => one.includes(word)) ? 1 : 0;
}

function wordsOf(text: string): string[] {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}
