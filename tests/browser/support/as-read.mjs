// @ts-check
// Texts as people read them.

/**
 * A regular expression for Playwright that takes any white space for a space, and none for the beginning or the end: by
 * itself it matches the white space of the page's source, which depends on where a template's lines are broken.
 * @template {RegExp | string} T
 * @param {T} text a string is folded by Playwright itself
 * @returns {T}
 */
export function asRead(text) {
  if (typeof text === "string") return text;
  const source = text.source
    // A space within brackets is one of several characters, and stays.
    .replace(/\[(?:\\.|[^\]])*\]| /g, (found) => (found === " " ? "\\s+" : found))
    .replace(/^\^/, "^\\s*")
    .replace(/(?<!\\)\$$/, "\\s*$");
  return /** @type {T} */ (new RegExp(source, text.flags.includes("s") ? text.flags : `${text.flags}s`));
}
