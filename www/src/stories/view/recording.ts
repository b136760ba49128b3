/** Loads what was recorded of a story, from beside the page. */
import type { Bench } from "../../bench/bench.js";
import { day } from "../../format.js";
import { msg } from "../../words/msg.js";
import { sentences } from "../../words/sentences.js";
import { fromPlanes } from "../byte-planes.js";
import { RECORDED_STORIES, readRecorded, type RecordedRun } from "../recorded.js";
import type { Story } from "../story.js";
import type { StoryResult } from "./results.js";

/** Recorded runs, to be shown. */
export interface RecordedStory {
  type: "recorded";
  results: readonly StoryResult[];
  /** When and how it was recorded, as a sentence. */
  words: string;
  notices: readonly string[];
  /** Where the run of each recipe's first seed lies, by its id. */
  files: ReadonlyMap<string, RecordedFiles>;
}

/** The addresses of a recorded run. */
export interface RecordedFiles {
  /** Of its run file. */
  run: string;
  /** Of its network; null where that is too large. */
  weights: string | null;
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
  const files = new Map<string, RecordedFiles>();
  for (const { result, run, weights } of read.runs)
    if (run !== null && !files.has(result.recipe))
      files.set(result.recipe, {
        run: new URL(run, folder).href,
        weights: weights && new URL(weights.file, folder).href,
      });
  return {
    type: "recorded",
    results: read.runs.map(({ result, curve }) => ({ result, curve, isRunning: false })),
    words: sentences(
      msg("Recorded on {day} by the CPU engine, not computed here.", { day: day(new Date(`${read.date}T12:00`)) }),
      ...weightsText(read.runs, story),
    ),
    notices: read.notices,
    files,
  };
}

/** Which of the networks can be tried, and which of them are not as they were trained. */
function weightsText(runs: readonly RecordedRun[], { recipes }: Story): string[] {
  const named = (isWanted: (run: RecordedRun) => boolean): string =>
    recipes
      .filter(({ id }) => runs.some((run) => run.run !== null && run.result.recipe === id && isWanted(run)))
      .map(({ name }) => msg("“{name}”", { name }))
      .join(", ");
  const there = named(({ weights }) => weights !== null);
  const rounded = named(({ weights }) => weights !== null && weights.bits < 32);
  const missing = named(({ weights }) => weights === null);
  const bits = String(Math.min(32, ...runs.flatMap(({ weights }) => weights?.bits ?? [])));
  return [
    there && msg("“Open this run” brings its network, with seed {seed}, onto the stage.", { seed: seedOf(runs) }),
    rounded && msg("The weights of {names} are rounded to {bits} bits.", { names: rounded, bits }),
    missing &&
      msg("The weights of {names} are too large to be shipped: to try such a network, open its run and train it.", {
        names: missing,
      }),
  ].filter((text) => text !== "");
}

/** Of the runs that have files. */
function seedOf(runs: readonly RecordedRun[]): string {
  return String(runs.find(({ run }) => run !== null)?.result.seed ?? "");
}

/** Opens the run: its recipe is chosen, its curve is drawn, the next run is compared with it, and its network is on the stage where there is one. */
export async function openRecorded(bench: Bench, { run, weights }: RecordedFiles): Promise<void> {
  const [text, network] = await Promise.all([
    fetched(run).then((response) => response.text()),
    weights === null ? null : fetched(weights).then(networkOf),
  ]);
  const name = decodeURIComponent(new URL(run).pathname.split("/").at(-1) ?? "run");
  await bench.files.openRun(new File([text], name), network);
}

async function fetched(address: string): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(msg("The server answers {status}.", { status: String(response.status) }));
  return response;
}

/** The checkpoint in a file of `pack-weights.mjs`. */
async function networkOf(packed: Response): Promise<Uint8Array> {
  const planes = packed.body!.pipeThrough(new DecompressionStream("gzip"));
  return fromPlanes(new Uint8Array(await new Response(planes).arrayBuffer()));
}
