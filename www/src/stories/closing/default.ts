import { defineMessage } from "../../words/msg.js";
import { once } from "../../words/once.js";
import { translated } from "../../words/translated.js";

/** Said of a story whose author wrote no closing sentence, or none that can be filled. It fits any recipes. */
export const DEFAULT_CLOSING: readonly string[] = [
  defineMessage(
    "{best | The best of them is {name}, {difference} better than the next. | None of them is clearly the best: the two best differ by {difference}, and up to {margin} may be luck.}",
  ),
];

const inWords = once((closing: readonly string[]): readonly string[] => closing.map(translated));

/** The same in the language of the page. */
export function defaultClosing(): readonly string[] {
  return inWords(DEFAULT_CLOSING);
}
