// Names that people and programs gave, as they can be shown.

/** The most characters that are shown of a name. */
const MAX_LENGTH = 200;

/** Control characters, those that set the direction of text, and those without width: the list of `crate/src/printable.rs`. */
const DECEPTIVE =
  /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0001}-\u{e007f}]/gu;

/**
 * A text as it can be shown in a sentence: what would be invisible, or would turn the text around it, stands there by its number, as
 * `[U+202E]`. Long texts are shortened.
 * @param most of which the first so many characters are shown
 */
export function printable(text: string, most = MAX_LENGTH): string {
  const characters = Array.from(text);
  const shown = characters.slice(0, most).join("").replace(DECEPTIVE, numberOf);
  return characters.length > most ? `${shown}…` : shown;
}

function numberOf(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}
