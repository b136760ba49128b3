import { addressOf } from "../bench/link.js";
import { msg } from "../words/msg.js";
import type { AppState } from "../state/app-state.js";

/** What Share gives away while a story is open: the story. Null where none is, or it is too long for a link: then the run is shared. */
export function sharedStory({ story }: AppState): { address: string; text: string } | null {
  const { open, link } = story;
  if (!open || link === null) return null;
  return {
    address: addressOf(link),
    text: msg(
      "The link is copied, of this story: whoever opens it finds its question and its recipes, and trains them.",
    ),
  };
}
