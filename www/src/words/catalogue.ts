/**
 * The page's language and its texts. English is in the code; a translation is a table by the English texts, which {@link useLanguage} is
 * given. Whoever reads a text while it draws itself is drawn again when the language changes.
 */
import { computed, signal } from "@preact/signals-core";

/** A text in another language, or its forms by the plural categories of that language: "one", "few", "other". */
export type Translation = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

/** What a translation's file holds. */
export interface Catalogue {
  /** The page's own texts. */
  page: Readonly<Record<string, Translation>>;
  /** What comes in English from the module and from the page's worker: labels, help, refusals, errors. */
  module: Readonly<Record<string, Translation>>;
}

interface Words {
  /** As a BCP 47 tag. */
  language: string;
  /** What numbers and dates are written as in: an embed may ask for one whose texts are not here. */
  numbers: string;
  texts: ReadonlyMap<string, Translation>;
  /** Which of them the module says. */
  ofModule: ReadonlySet<string>;
}

/** Those of a person who was asked nothing, and of every worker. */
const ENGLISH: Words = { language: "en", numbers: "en", texts: new Map(), ofModule: new Set() };

const words = signal(ENGLISH);
const plurals = computed(() => new Intl.PluralRules(words.value.language));

/** From now on the page speaks this language. @param catalogue null for English */
export function useLanguage(language: string, catalogue: Catalogue | null, numbers = language): void {
  const texts = catalogue ? new Map(Object.entries({ ...catalogue.module, ...catalogue.page })) : ENGLISH.texts;
  const ofModule = catalogue ? new Set(Object.keys(catalogue.module)) : ENGLISH.ofModule;
  words.value = { language, numbers, texts, ofModule };
}

/** The language of the page's texts. */
export function languageNow(): string {
  return words.value.language;
}

/** The language that numbers and dates are written in. */
export function numbersNow(): string {
  return words.value.numbers;
}

/** All that is translated into the language of the page; none where that is English. */
export function textsNow(): ReadonlyMap<string, Translation> {
  return words.value.texts;
}

/** Whether a text that is translated is one of the module's. */
export function isOfModule(english: string): boolean {
  return words.value.ofModule.has(english);
}

/** The translation of a text, in the form for a number; undefined where there is none. */
export function translationOf(english: string, number?: number): string | undefined {
  const found = words.value.texts.get(english);
  if (found === undefined || typeof found === "string") return found || undefined;
  const form = number === undefined ? "other" : plurals.value.select(number);
  return found[form] || found.other || undefined;
}
