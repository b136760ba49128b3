/**
 * Story links that mail, chat or Markdown changed on their way, read as they were meant where that is certain: as a recipe's links are, which the
 * module reads. A story link has letters, digits and `=&,.()-_` alone, so that whatever else stands in one came on the way.
 */

const MEANT: readonly (readonly [found: RegExp, meant: string])[] = [
  [/&(?:amp;|#0*38;|#x26;)/gi, "&"],
  [/&(?:#0*61;|#x3d;)/gi, "="],
  [/\\u0026/gi, "&"],
  [/\\u003d/gi, "="],
  // Markdown's own escapes.
  [/\\(?=[&=()_.,-])/g, ""],
  // What nobody sees.
  [/[\u00ad\u200b-\u200d\u2060\ufeff]/g, ""],
  // Hyphens of word processors.
  [/[\u2010\u2011\u2013\u2212]/g, "-"],
  // A link that was broken into lines, with the marks of a quoted mail. It has no spaces of its own.
  [/\s*\n[\s>]*/g, ""],
];

/** What others append. */
const APPENDED = /(?:\?|&)(?:utm_\w*|fbclid|gclid|mc_cid|mc_eid|igsh|si)=[^&#]*/gi;
const MOST_ESCAPES = 4;

/** The text of a link as it was shared, and whether that is not what came. @param given with or without what stands before its `#` */
export function mend(given: string): { text: string; isDamaged: boolean } {
  const start = given.replace(/^\s*(?:[a-z][a-z0-9+.-]*:\/\/[^#\s]*)?#?/i, "");
  let text = start.replace(/:~:text=.*$/s, "");
  for (let times = 0; times < MOST_ESCAPES && text.includes("%"); times++) text = unescaped(text);
  for (const [found, meant] of MEANT) text = text.replace(found, meant);
  text = text
    .replace(APPENDED, "")
    .replace(/^[^a-z]+/i, "")
    .replace(/[^a-z0-9]+$/i, "");
  return { text, isDamaged: text !== start };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
