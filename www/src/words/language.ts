/** Which language the page speaks: what it was told, what was chosen in it before, or what the browser prefers; English otherwise. */
import { useLanguage, type Catalogue } from "./catalogue.js";

/** A translation is a file in this folder, by its language's tag. It is loaded when that language is asked for. */
const FILES = import.meta.glob<Catalogue>("./*.json", { import: "default" });

/** The languages of the page: English, which is in the code, and those that it is translated into. */
export const LANGUAGES: readonly string[] = ["en", ...Object.keys(FILES).map((path) => /(\w+)\.json$/.exec(path)![1]!)];

const KEY = "bunsen-language";

/** What a language calls itself. */
export function nameOf(language: string): string {
  const name = new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

/** Of these tags the first whose language the page has. */
export function bestOf(tags: readonly string[]): string | undefined {
  const languages = tags.map((tag) => tag.toLowerCase().split("-", 1)[0]!);
  return languages.find((language) => LANGUAGES.includes(language));
}

/** Takes the language for this visit, and settles when its texts are here. @param asked by the page's address, as a BCP 47 tag */
export function startLanguage(asked: string | null = null): Promise<void> {
  if (asked === null) return speak(bestOf([chosenBefore(), ...navigator.languages]) ?? "en");
  // One that the page has not is still taken for its numbers.
  return speak(bestOf([asked]) ?? "en", new Intl.Locale(asked, { numberingSystem: "latn" }).toString());
}

/** Speaks the language that a person has chosen, now and the next time. */
export async function chooseLanguage(language: string): Promise<void> {
  await speak(language);
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // A frame may have no storage: then it is forgotten with the page.
  }
}

let last = 0;

async function speak(language: string, numbers = language): Promise<void> {
  const mine = ++last;
  const load = FILES[`./${language}.json`];
  let catalogue: Catalogue | null = null;
  try {
    catalogue = (await load?.()) ?? null;
  } catch {
    // Of a page that is newer on its server, or without a network: it stays usable, in English.
  }
  // Another one was asked for meanwhile.
  if (mine !== last) return;
  const spoken = catalogue ? language : "en";
  document.documentElement.lang = spoken;
  useLanguage(spoken, catalogue, numbers);
}

function chosenBefore(): string {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}
