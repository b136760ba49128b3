/** The recorded runs of a story, as `record.mjs` writes them beside the site: their results, and where the run files lie. */
import type { ThinCurve } from "./curve.js";
import type { RunResult } from "./result.js";
import type { Story } from "./story.js";
import { msg, plural } from "../words/msg.js";
import { sentences } from "../words/sentences.js";

/** The version of how they are written. */
export const RECORDED_FORMAT = 2;

/** The stories that have recorded runs in `www/public/stories`. */
export const RECORDED_STORIES: readonly string[] = [
  "watch-it-learn",
  "learning-rate",
  "depth-without-skips",
  "vgg-linear-layers",
  "auxiliary-classifiers",
  "vit-little-data",
  "few-images",
  "split-network",
];

/** A run that was recorded. */
export interface RecordedRun {
  /** The recipe's link as the story had it then. */
  link: string;
  result: RunResult;
  curve: ThinCurve;
  /** The name of its run file, beside the index; null of one whose loss was no number any more, which has none. */
  run: string | null;
  /** Where its network lies, of a run that has a file; null where that is too large. */
  weights: RecordedWeights | null;
}

/** The network of a recorded run: a checkpoint as `pack-weights.mjs` writes it. */
export interface RecordedWeights {
  /** The name of its file, beside the index. */
  file: string;
  /** Of each weight so many are kept: 32, or the weights are rounded. */
  bits: number;
}

/** What `index.json` holds. */
export interface RecordedIndex {
  format: number;
  story: string;
  /** When: "2026-11-28". */
  date: string;
  runs: readonly RecordedRun[];
}

/** Recorded runs that the story still has, or why there are none, as a sentence. */
export type ReadRecorded =
  | { type: "recorded"; date: string; runs: readonly RecordedRun[]; notices: readonly string[] }
  | { type: "refused"; message: string };

/** @param text of the story's `index.json` */
export function readRecorded(text: string, story: Story): ReadRecorded {
  const index = parsed(text);
  if (!index)
    return { type: "refused", message: sentences(msg("The recorded runs of this story cannot be read."), retrain()) };
  if (index.format !== RECORDED_FORMAT)
    return {
      type: "refused",
      message: sentences(msg("The recorded runs are of another version of Bunsen."), retrain()),
    };
  const isOf = ({ link, result }: RecordedRun): boolean =>
    story.seeds.includes(result.seed) &&
    story.recipes.some((recipe) => recipe.id === result.recipe && recipe.link === link);
  const runs = index.runs.filter(isOf);
  if (runs.length === 0)
    return {
      type: "refused",
      message: sentences(msg("What was recorded are other recipes than this story has now."), retrain()),
    };
  const left = index.runs.length - runs.length;
  const notice = plural(
    left,
    "{count} recorded run is of other recipes than this story has now, and is left out.",
    "{count} recorded runs are of other recipes than this story has now, and are left out.",
  );
  return { type: "recorded", date: index.date, runs, notices: left > 0 ? [notice] : [] };
}

function retrain(): string {
  return msg("Train all to see it here.");
}

/** Null where the text is no index of this version; one of another version is taken at its word. */
function parsed(text: string): RecordedIndex | null {
  try {
    const index = JSON.parse(text) as RecordedIndex;
    if (typeof index?.format !== "number") return null;
    if (index.format !== RECORDED_FORMAT) return index;
    return /^\d{4}-\d\d-\d\d$/.test(index.date) && Array.isArray(index.runs) && index.runs.every(isRun) ? index : null;
  } catch {
    return null;
  }
}

function isRun(value: unknown): value is RecordedRun {
  const { link, result, curve, run, weights } = Object(value) as Partial<RecordedRun>;
  const { recipe, seed, steps, done, scores } = Object(result) as Partial<RunResult>;
  const { every, losses, steps: drawn } = Object(curve) as Partial<ThinCurve>;
  const isName = (name: unknown): boolean => typeof name === "string" && /^[\w.-]+$/.test(name);
  return (
    typeof link === "string" &&
    (run === null || isName(run)) &&
    (weights === null || (run !== null && isName(weights?.file) && Number.isInteger(weights?.bits))) &&
    typeof recipe === "string" &&
    [seed, steps, done].every(Number.isFinite) &&
    Array.isArray(scores) &&
    [every, drawn].every(Number.isFinite) &&
    Array.isArray(losses)
  );
}
