/** What has to be said beside a story's closing sentences, so that nobody takes them for more than they are. */
import { count, points } from "../../format.js";
import { errorOf } from "../../outcome/evidence.js";
import { withMirrors } from "../../score-text.js";
import { finalScore, isOver, type RunResult } from "../result.js";
import type { Story } from "../story.js";
import { runsOf, type Runs } from "./samples.js";
import { NORMAL } from "./statistics.js";
import { msg } from "../../words/msg.js";

/** In the order in which they are read. @param hasSpreads whether a ± is to be explained */
export function notesOf(story: Story, results: readonly RunResult[], hasSpreads: boolean): string[] {
  const runs = runsOf(story, results);
  const all = [...runs.values()].flat();
  if (all.length === 0) return [msg("Nothing of it is trained to the end yet.")];
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
    const which = seeds.length === 1 ? "" : gone.length === seeds.length ? msg(", all seeds") : `, ${seedsText(gone)}`;
    return [`${name}${which}${progress(results, id, gone)}`];
  });
  return parts.length > 0 ? msg("Not in this result yet: {runs}.", { runs: parts.join("; ") }) : "";
}

/** " (at step 40 of 125)", where one run is under way. */
function progress(results: readonly RunResult[], id: string, gone: readonly number[]): string {
  const begun = results.filter((run) => run.recipe === id && gone.includes(run.seed) && run.done > 0 && !isOver(run));
  const [run] = begun;
  if (!run || begun.length > 1) return "";
  const seed = String(run.seed);
  const at = { step: count(run.done), steps: count(run.steps) };
  const isAtEnd = run.done >= run.steps;
  if (gone.length > 1) {
    return ` ${isAtEnd ? msg("(seed {seed} is not scored at its end)", { seed }) : msg("(seed {seed} is at step {step} of {steps})", { seed, ...at })}`;
  }
  return ` ${isAtEnd ? msg("(not scored at its end)") : msg("(at step {step} of {steps})", at)}`;
}

/** Runs without an accuracy. */
function endedAsNaN({ recipes, seeds }: Story, runs: Runs): string {
  const parts = recipes.flatMap(({ id, name }) =>
    (runs.get(id) ?? [])
      .filter((run) => run.endedAsNaN)
      .map((run) => {
        const step = count(run.divergedAt ?? run.done);
        return seeds.length > 1
          ? msg("{name} with seed {seed} ended at step {step}", { name, seed: String(run.seed), step })
          : msg("{name} ended at step {step}", { name, step });
      }),
  );
  return parts.length > 0
    ? msg("Without an accuracy, because the loss was no number any more: {runs}.", { runs: parts.join("; ") })
    : "";
}

/** What ± is; where nothing was repeated, that nobody knows how much luck there was. */
function seeds(runs: Runs, hasSpreads: boolean): string {
  const counts = [...runs.values()].map(({ length }) => length).filter((length) => length > 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most === 1) return msg("One seed each: how much of it is luck, only more seeds can tell.");
  const number = least === most ? count(most) : msg("{least} to {most}", { least: count(least), most: count(most) });
  return hasSpreads
    ? msg("± is the standard deviation over the seeds, {number} seeds each.", { number })
    : msg("Trained with {number} seeds each.", { number });
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
  const number = least === most ? count(most) : msg("{least} to {most}", { least: count(least), most: count(most) });
  const splits = new Set(scores.map(({ split }) => split));
  const noise = Math.max(...scores.map((score) => NORMAL * errorOf(score.accuracy, score.images)));
  const tta = scores.find((score) => score.tta)?.tta;
  const isAll = scores.every((score) => score.tta);
  const mirrors = tta ? (isAll ? withMirrors({ tta }) : msg(", some with their mirror images")) : "";
  const images =
    splits.size > 1
      ? msg("{number} validation or test images", { number })
      : splits.has("test")
        ? msg("on|{number} test images", { number })
        : msg("on|{number} validation images", { number });
  return noise > 0
    ? msg("Scored on {images}{mirrors}: which images these are may change an accuracy by {points}.", {
        images,
        mirrors,
        points: points(noise),
      })
    : msg("Scored on {images}{mirrors}.", { images, mirrors });
}

function seedsText(seeds: readonly number[]): string {
  return seeds.length === 1
    ? msg("seed {seed}", { seed: String(seeds[0]) })
    : msg("seeds {seeds}", { seeds: seeds.join(", ") });
}
