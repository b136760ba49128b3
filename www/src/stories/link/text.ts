/**
 * A text of a person in a link's alphabet, which mail, chat, course platforms and Markdown leave as it is: letters, digits, points and commas
 * stay, a space is a hyphen, and anything else stands in parentheses by its number: `Does-it-learn(3f)`.
 */

/** The text as a link has it, with single spaces. Line breaks stay. */
export function encodeText(text: string): string {
  const plain = text
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .trim();
  // Three points would become one sign on their way.
  return plain.replace(/(?<=\.)\.|[^A-Za-z0-9., ]+/gu, numbered).replace(/ /g, "-");
}

/** The text that was encoded so; null where it is none. */
export function decodeText(text: string): string | null {
  let isSound = /^(?:[A-Za-z0-9.,-]|\([0-9a-f]{1,6}(?:,[0-9a-f]{1,6})*\))*$/.test(text);
  const decoded = text.replace(/-/g, " ").replace(/\(([0-9a-f,]*)\)/g, (_, numbers: string) => {
    const points = numbers.split(",").map((number) => Number.parseInt(number, 16));
    const isCharacter = (point: number): boolean => point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
    if (points.every(isCharacter)) return String.fromCodePoint(...points);
    isSound = false;
    return "";
  });
  return isSound ? decoded : null;
}

function numbered(characters: string): string {
  return `(${Array.from(characters, (character) => character.codePointAt(0)!.toString(16)).join(",")})`;
}
