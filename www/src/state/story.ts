import type { Story } from "../stories/story.js";

/** The story that is open beside the run at hand. */
export interface StoryState {
  /** Null where none is. */
  open: Story | null;
  /** Its link; null of one that is too long for one, and of none. */
  link: string | null;
  /** What is worth knowing of how it was read. */
  notices: readonly string[];
  /** Why the story of the last link is not open, as a sentence; null where nothing is wrong. */
  refusal: string | null;
}

export const initialStory: StoryState = { open: null, link: null, notices: [], refusal: null };
