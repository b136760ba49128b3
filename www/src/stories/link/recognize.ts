/** What a page has to know of story links before it reads one. */
import { mend } from "./damage.js";

/** The most characters of a story link: more is cut off by some programs that pass links on. */
export const MOST_CHARACTERS = 4_000;

/** Whether a page's fragment is a story link. Any other is a recipe's. */
export function isStoryLink(fragment: string): boolean {
  return /(?:^|&)story=/i.test(mend(fragment.slice(0, 2 * MOST_CHARACTERS)).text);
}
