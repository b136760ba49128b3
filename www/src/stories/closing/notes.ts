/** What has to be said beside a story's closing sentences, so that nobody takes them for more than they are. */
import { count, points } from "../../format.js";
import { errorOf } from "../../outcome/evidence.js";
import { withMirrors } from "../../score-text.js";
import { finalScore, isOver, type RunResult } from "../result.js";
import type { Story } from "../story.js";
import { runsOf, type Runs } from "./samples.js";
import { NORMAL } from "./statistics.js";

/** In the order in which they are read. @param hasSpreads whether a ± is to be explained */
export function notesOf(story: Story, results: readonly RunResult[], hasSpreads: boolean): string[] {
  const runs = runsOf(story, results);
  const all = [...runs.values()].flat();
  if (all.length === 0) return ["Nothing of it is trained to the end yet."];
  return [missing(story, runs, results), endedAsNaN(story, runs), seeds(runs, hasSpreads), scored(all)].filter(
    (note) => note !== "",
  );
}

/** Which runs are not in the result, and how far they are. */
function missing({ recipes, seeds }: Story, runs: Runs, results: readonly RunResult[]): string {
  const parts = recipes.flatMap(({ id, name }) => {
    const there = new Set(runs.get(id)?.map(({ seed }) => seed));
    const gone = seeds.filter((seed) => !there.has(seed));
    if (gone.length === 0) return [];
    const which = seeds.length === 1 ? "" : gone.length === seeds.length ? ", all seeds" : `, ${seedsText(gone)}`;
    return [`${name}${which}${progress(results, id, gone)}`];
  });
  return parts.length > 0 ? `Not in this result yet: ${parts.join("; ")}.` : "";
}

/** " (at step 40 of 125)", where one run is under way. */
function progress(results: readonly RunResult[], id: string, gone: readonly number[]): string {
  const begun = results.filter((run) => run.recipe === id && gone.includes(run.seed) && run.done > 0 && !isOver(run));
  const [run] = begun;
  if (!run || begun.length > 1) return "";
  const seed = gone.length > 1 ? `seed ${run.seed} is ` : "";
  const where = run.done >= run.steps ? "not scored at its end" : `at step ${count(run.done)} of ${count(run.steps)}`;
  return ` (${seed}${where})`;
}

/** Runs without an accuracy. */
function endedAsNaN({ recipes, seeds }: Story, runs: Runs): string {
  const parts = recipes.flatMap(({ id, name }) =>
    (runs.get(id) ?? [])
      .filter((run) => run.endedAsNaN)
      .map((run) => {
        const seed = seeds.length > 1 ? ` with seed ${run.seed}` : "";
        return `${name}${seed} ended at step ${count(run.divergedAt ?? run.done)}`;
      }),
  );
  return parts.length > 0 ? `Without an accuracy, because the loss was no number any more: ${parts.join("; ")}.` : "";
}

/** What ± is; where nothing was repeated, that nobody knows how much luck there was. */
function seeds(runs: Runs, hasSpreads: boolean): string {
  const counts = [...runs.values()].map(({ length }) => length).filter((length) => length > 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most === 1) return "One seed each: how much of it is luck, only more seeds can tell.";
  const of = least === most ? `${most} seeds` : `${least} to ${most} seeds`;
  return hasSpreads ? `± is the standard deviation over the seeds, ${of} each.` : `Trained with ${of} each.`;
}

/** On how many images, and what their choice alone may change. */
function scored(all: readonly RunResult[]): string {
  const scores = all.flatMap((run) => {
    const score = finalScore(run);
    return score ? [{ ...score, split: run.split }] : [];
  });
  const [first] = scores;
  if (!first) return "";
  const counts = scores.map(({ images }) => images);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const images = least === most ? count(most) : `${count(least)} to ${count(most)}`;
  const splits = [...new Set(scores.map(({ split }) => split))].sort().reverse().join(" or ");
  const noise = Math.max(...scores.map((score) => NORMAL * errorOf(score.accuracy, score.images)));
  const tta = scores.find((score) => score.tta)?.tta;
  const isAll = scores.every((score) => score.tta);
  const mirrors = tta ? (isAll ? withMirrors({ tta }) : ", some with their mirror images") : "";
  const how = `Scored on ${images} ${splits} images${mirrors}`;
  return noise > 0 ? `${how}: which images these are may change an accuracy by ${points(noise)}.` : `${how}.`;
}

function seedsText(seeds: readonly number[]): string {
  return `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`;
}
