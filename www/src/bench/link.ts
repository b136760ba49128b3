import { CUSTOM_DATA, CUSTOM_DATASET_KEYS } from "../../../crate/js/custom-dataset-keys.js";
import { INIT_KEY } from "../../../crate/js/init-key.js";
import { linkText } from "../../../crate/js/link-text.js";
import type { Field, ParsedLink } from "../module.js";
import { isStoryLink } from "../stories/link/recognize.js";

/** What a choice of another network takes along: its own recipe is better than the other's. */
const CARRIED: readonly Field["group"][] = ["data", "run"];

/** The link that the controls mean: what differs from the network's defaults, and the changes. */
export function compose(parsed: ParsedLink | null, fields: Field[], changes: Record<string, string>): string {
  const link = new URLSearchParams();
  const otherNetwork = "model" in changes && changes["model"] !== parsed?.values["model"];
  const data = changes["data"] ?? parsed?.values["data"];
  for (const { key, group, kind } of fields) {
    // They mean nothing of other data: a digest has the name of its data set, but for that of weights.
    if (kind.type === "digest" && key !== data && key !== INIT_KEY) continue;
    if (CUSTOM_DATASET_KEYS.includes(key) && (changes["data"] ?? CUSTOM_DATA) !== CUSTOM_DATA) continue;
    const kept = !otherNetwork || CARRIED.includes(group);
    const value = changes[key] ?? (kept ? parsed?.values[key] : undefined);
    const differs = key in changes || key === "model" || value !== parsed?.defaults[key];
    if (value !== undefined && differs) link.set(key, value);
  }
  return linkText(link);
}

/** Where a bench has its link from, and writes the one that it trains. */
export interface Address {
  read(): string;
  write(link: string): void;
  /** What is written next is another recipe, to which the browser's Back leads from there: a change of a setting is none. */
  beginEntry(): void;
}

/** The page's address. While it is a story's, it stays that one, and the recipe at hand is known beside it. */
class PageAddress implements Address {
  #recipe = "";
  /** The fragment that was read or written last. */
  #seen = "";
  /** Whether it stays in the browser's history when another is written. */
  #stays = false;

  /** What stands in the address, be it a recipe's link or a story's. */
  get fragment(): string {
    return location.hash.replace(/^#/, "");
  }

  read(): string {
    const { fragment } = this;
    if (fragment !== this.#seen) this.#stays = false;
    this.#seen = fragment;
    if (!isStoryLink(fragment)) this.#recipe = fragment;
    return this.#recipe;
  }

  write(link: string): void {
    // Another was opened just now, by Back maybe, of which the page is told in a moment.
    if (this.fragment !== this.#seen) return;
    this.#recipe = link;
    if (isStoryLink(this.fragment)) this.#stays = false;
    else this.#write(link);
  }

  beginEntry(): void {
    // In a frame, Back is its host's.
    this.#stays = parent === window;
  }

  /** The address becomes that of a story; of none any more, it is the recipe's again. */
  showStory(link: string | null): void {
    // Remembers the recipe that stands there.
    this.read();
    this.#write(link ?? this.#recipe);
  }

  #write(link: string): void {
    if (this.#stays && link !== this.#seen) history.pushState(null, "", `#${link}`);
    else history.replaceState(history.state, "", `#${link}`);
    this.#seen = this.fragment;
    this.#stays = false;
  }
}

export const PAGE_ADDRESS = new PageAddress();

/** The address of a bench beside that which has the page's. */
export function ownAddress(link: string): Address {
  return { read: () => link, write: (written) => void (link = written), beginEntry: () => {} };
}

/** The page's own address with that recipe. */
export function addressOf(link: string): string {
  const url = new URL(location.href);
  url.hash = link;
  return url.href;
}
