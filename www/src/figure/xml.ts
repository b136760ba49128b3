/** Pieces of an SVG file as text. */
import { printable } from "../../../crate/js/printable.js";

/** A text as XML has it. Half a character and control characters are no XML at all. */
export function escaped(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\p{Cs}\ufffe\uffff]/gu, "\ufffd")
      .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  );
}

/** A name of somebody's own, no longer than there is room for. */
export function shortened(name: string, characters: number): string {
  const all = Array.from(printable(name));
  return all.length > characters ? `${all.slice(0, characters - 1).join("")}…` : all.join("");
}

/** Places to a tenth of a pixel. */
export function at(place: number): string {
  return String(Math.round(place * 10) / 10);
}

/** An element. Attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content = "",
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? at(value) : escaped(String(value))}"`)
    .join("");
  return content === "" ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** A line of text. */
export function line(
  x: number,
  y: number,
  words: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
): string {
  return element("text", { x, y, ...attributes }, escaped(words));
}

/** About how wide a text is: the font is the reader's, so it is measured generously. */
export function widthOf(words: string, size: number): number {
  let width = 0;
  for (const character of words) {
    const code = character.codePointAt(0) ?? 0;
    // Characters of East Asian scripts and pictures fill a square.
    width +=
      code > 0x2e80 ? 1.05 : /[mwMW%@]/.test(character) ? 0.95 : /[iljt.,:;!|' ()[\]]/.test(character) ? 0.36 : 0.6;
  }
  return width * size;
}

/** Words on lines that are no wider than that; a word that is wider, as a link is, is broken where it must be. */
export function wrapped(words: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of words.split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (widthOf(longer, size) <= width) {
      current = longer;
      continue;
    }
    if (current !== "") lines.push(current);
    current = "";
    for (const character of word) {
      if (widthOf(current + character, size) > width) {
        lines.push(current);
        current = "";
      }
      current += character;
    }
  }
  return current === "" ? lines : [...lines, current];
}
