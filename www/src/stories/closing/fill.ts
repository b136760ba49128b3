/** Fills the closing sentences of a story from what came out of its runs. */
import { byChance } from "../../outcome/rules.js";
import { mean } from "../../outcome/evidence.js";
import { count, percent, points, spreadPercent } from "../../format.js";
import type { Story } from "../story.js";
import { finalScore, type RunResult } from "../result.js";
import { notesOf } from "./notes.js";
import { runsOf, sampleOf, type Runs } from "./samples.js";
import { deviation, difference, type Difference, type Sample } from "./statistics.js";
import { readTemplate, recipesOf, type Choice, type Hole, type Metric, type Template } from "./template.js";
import { msg } from "../../words/msg.js";

/** What a story says at its end. */
export interface FilledClosing {
  /** The closing sentences that the result fills: those that speak of a run that there is not are left out. */
  sentences: readonly string[];
  /** What belongs to them: which runs are missing, what ± is, how much is noise. */
  notes: readonly string[];
}

/** What came out, in the story's words. @param results all runs that there are of it, in any order; those under way count as missing */
export function fillClosing(story: Story, results: readonly RunResult[]): FilledClosing {
  const ids = story.recipes.map(({ id }) => id);
  const filler = new Filler(story, runsOf(story, results));
  const filled = story.closing.map((text) => filler.sentence(readTemplate(text, ids)));
  const sentences = filled.filter((text) => text !== null);
  const hasSpreads = sentences.some((text) => text.includes("±"));
  return { sentences, notes: notesOf(story, results, hasSpreads) };
}

/** A number that the result does not have. */
class Missing extends Error {}

/** What the choice around a hole found out. */
interface Found {
  difference?: Difference;
  name?: string;
  step?: string;
}

class Filler {
  readonly #story: Story;
  readonly #runs: Runs;

  constructor(story: Story, runs: Runs) {
    this.#story = story;
    this.#runs = runs;
  }

  /** Null where a run or a number is missing that it speaks of. */
  sentence(template: Template): string | null {
    const isThere = (id: string): boolean => (this.#runs.get(id) ?? []).length > 0;
    if (![...recipesOf(template)].every(isThere)) return null;
    try {
      // A choice may have no wording where there is nothing to say.
      return this.#text(template, {}).trim() || null;
    } catch (thrown) {
      if (thrown instanceof Missing) return null;
      throw thrown;
    }
  }

  #text(template: Template, found: Found): string {
    return template
      .map((part) => {
        if (typeof part === "string") return part;
        return "branches" in part ? this.#choice(part, found) : this.#hole(part, found);
      })
      .join("");
  }

  #hole(hole: Hole, found: Found): string {
    switch (hole.kind) {
      case "accuracy":
        return accuracyText(this.#sample(hole.recipe, hole.metric).values);
      case "parameters":
        return count(known(this.#of(hole.recipe)[0]?.parameters));
      case "difference":
        return points(known(found.difference).points);
      case "margin":
        return points(known(found.difference).margin);
      case "name":
        return known(found.name);
      case "step":
        return known(found.step);
    }
  }

  #choice(choice: Choice, around: Found): string {
    const [branch, found] = this.#decided(choice);
    return this.#text(choice.branches[branch] ?? [], { ...around, ...found });
  }

  /** Which wording is true, and what it may speak of. */
  #decided(choice: Choice): [branch: number, found: Found] {
    switch (choice.kind) {
      case "compare": {
        const { first, second, metric } = choice;
        const found = difference(this.#sample(first, metric), this.#sample(second, metric));
        return [["higher", "lower", "even"].indexOf(found.verdict), { difference: found }];
      }
      case "best":
      case "worst":
        return this.#extreme(choice.kind);
      case "learned":
        return [this.#share(choice.recipe, learned), {}];
      case "diverged":
        return [this.#share(choice.recipe, ({ divergedAt }) => divergedAt !== null), {}];
      case "reached": {
        const steps = this.#of(choice.recipe).map((run) => reachedAt(run, choice.percent / 100));
        const found = steps.filter((step) => step !== null);
        return [branchOf(found.length, steps.length), found.length > 0 ? { step: stepText(found) } : {}];
      }
    }
  }

  /** Whether one recipe is above, or below, all others by more than the noise. */
  #extreme(kind: "best" | "worst"): [branch: number, found: Found] {
    const recipes = this.#story.recipes.map(({ id, name }) => ({ name, runs: this.#of(id) }));
    // Who ended without a score is not the best; which of those is the worst, nobody can say.
    const scored = recipes
      .filter(({ runs }) => kind === "worst" || runs.length === 0 || runs.some(({ endedAsNaN }) => !endedAsNaN))
      .map(({ name, runs }) => ({ name, sample: known(sampleOf(runs, "test")) }));
    if (scored.length === 0) throw new Missing();
    const sign = kind === "best" ? 1 : -1;
    const sorted = scored.sort((a, b) => sign * (mean(b.sample.values) - mean(a.sample.values)));
    const [first, ...others] = sorted;
    // The next one may spread so much that another one further away is nearer to it than the noise.
    const differences = others.map(({ sample }) => difference(first!.sample, sample));
    const isClear = differences.every(({ verdict }) => verdict === (kind === "best" ? "higher" : "lower"));
    return [isClear ? 0 : 1, { ...(differences[0] && { difference: differences[0] }), name: first!.name }];
  }

  #share(id: string, is: (run: RunResult) => boolean): number {
    const runs = this.#of(id);
    return branchOf(runs.filter(is).length, runs.length);
  }

  #sample(id: string, metric: Metric): Sample {
    return known(sampleOf(this.#of(id), metric));
  }

  #of(id: string): readonly RunResult[] {
    return this.#runs.get(id) ?? [];
  }
}

/** The wording for all, none or some of them. */
function branchOf(yes: number, all: number): number {
  return yes === all ? 0 : yes === 0 ? 1 : 2;
}

function learned(run: RunResult): boolean {
  if (run.endedAsNaN) return false;
  const score = known(finalScore(run));
  return score.accuracy > byChance(known(run.chance), score.images);
}

/** The first step after which it was scored that well; null where it never was. */
function reachedAt({ scores }: RunResult, accuracy: number): number | null {
  return scores.find((score) => score.accuracy >= accuracy)?.step ?? null;
}

/** "58.0 %", or with mean and standard deviation "58.0 ± 1.2 %". */
export function accuracyText(values: readonly number[]): string {
  const spread = deviation(values);
  return spread === null ? percent(mean(values)) : spreadPercent(mean(values), spread);
}

/** "step 94"; of several runs their range. */
function stepText(steps: readonly number[]): string {
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  return least === most
    ? msg("at|step {step}", { step: count(least) })
    : msg("at|steps {least} to {most}", { least: count(least), most: count(most) });
}

function known<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Missing();
  return value;
}
