/** Opens stories: of the row by their ids, and of links. */
import type { Bench } from "../../bench/bench.js";
import { PAGE_ADDRESS } from "../../bench/link.js";
import { readStoryLink } from "../link/read.js";
import { storyLink } from "../link/write.js";
import { STORIES } from "../registry.js";
import { OWN_STORY, type Story } from "../story.js";
import { translatedStory } from "../translated-story.js";

/** A story of the row, from which Back leads to what was there before. Of Yours a person's own begins. */
export function openStory(bench: Bench, id: string): void {
  const story = STORIES.find((one) => one.id === id);
  PAGE_ADDRESS.beginEntry();
  if (story) showStory(bench, id === "yours" ? { ...translatedStory(story), id: OWN_STORY } : story);
}

/** The story of a link; or the page as without one, and why. Whether it is open. */
export function openStoryLink(bench: Bench, fragment: string): boolean {
  const read = readStoryLink(fragment, STORIES);
  if (read.type === "refused") {
    refuseStory(bench, read.message);
    return false;
  }
  showStory(bench, read.story, read.notices);
  return true;
}

/** The story is open from now on, and the page's address is its link. */
export function showStory(bench: Bench, story: Story, notices: readonly string[] = []): void {
  const link = storyLink(story);
  bench.state.stores.story.set({ open: story, link, notices, refusal: null });
  if (link !== null) PAGE_ADDRESS.showStory(link);
}

export function refuseStory(bench: Bench, refusal: string): void {
  bench.state.stores.story.set({ open: null, link: null, notices: [], refusal });
  PAGE_ADDRESS.showStory(null);
}
