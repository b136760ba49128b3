import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { AppState } from "../state/app-state.js";
import { sharedStory } from "./share.js";
import { SKIPS } from "./testing.js";

beforeEach(() => void vi.stubGlobal("location", { href: "https://bench.example/#model=lenet5" }));
afterEach(() => void vi.unstubAllGlobals());

test("while a story is open it is shared, unless it is too long for a link", () => {
  const state = new AppState();
  expect(sharedStory(state)).toBeNull();
  state.stores.story.update({ open: SKIPS, link: "story=skips" });
  expect(sharedStory(state)?.address).toBe("https://bench.example/#story=skips");
  state.stores.story.update({ link: null });
  expect(sharedStory(state)).toBeNull();
});
