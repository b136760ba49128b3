/** Loads what was recorded of a story, from beside the page. */
import type { Bench } from "../../bench/bench.js";
import { day } from "../../format.js";
import { msg } from "../../words/msg.js";
import { RECORDED_STORIES, readRecorded } from "../recorded.js";
import type { Story } from "../story.js";
import type { StoryResult } from "./results.js";

/** Recorded runs, to be shown. */
export interface RecordedStory {
  type: "recorded";
  results: readonly StoryResult[];
  /** When and how it was recorded, as a sentence. */
  words: string;
  notices: readonly string[];
  /** The addresses of the run files of each recipe's first seed, by its id. */
  files: ReadonlyMap<string, string>;
}

export type Recording = RecordedStory | { type: "refused"; message: string };

export function hasRecording(id: string): boolean {
  return RECORDED_STORIES.includes(id);
}

export async function readRecording(story: Story): Promise<Recording> {
  const folder = new URL(`stories/${story.id}/`, document.baseURI);
  let text: string;
  try {
    const response = await fetch(new URL("index.json", folder));
    if (!response.ok) throw new Error(String(response.status));
    text = await response.text();
  } catch {
    return {
      type: "refused",
      message: msg("The recorded runs could not be loaded. Look at the connection, or train all."),
    };
  }
  return shownOf(text, story, folder);
}

/** @param text of its `index.json` @param folder where that lies */
export function shownOf(text: string, story: Story, folder: URL): Recording {
  const read = readRecorded(text, story);
  if (read.type === "refused") return read;
  const files = new Map<string, string>();
  for (const { result, run } of read.runs)
    if (run !== null && !files.has(result.recipe)) files.set(result.recipe, new URL(run, folder).href);
  return {
    type: "recorded",
    results: read.runs.map(({ result, curve }) => ({ result, curve, isRunning: false })),
    words: msg(
      "Recorded on {day} by the CPU engine, not computed here. The weights were not kept: to try a network, open its run and train it.",
      { day: day(new Date(`${read.date}T12:00`)) },
    ),
    notices: read.notices,
    files,
  };
}

/** Opens the run file: its recipe is chosen, its curve is drawn, and the next run is compared with it. */
export async function openRecorded(bench: Bench, address: string): Promise<void> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(msg("The server answers {status}.", { status: String(response.status) }));
  const name = decodeURIComponent(new URL(address).pathname.split("/").at(-1) ?? "run");
  await bench.files.openRun(new File([await response.text()], name));
}
