/** How long the runs of a story take here, before any of them is begun. */
import { durationRange } from "../format.js";
import type { Estimate, Speeds } from "../state/timing.js";
import { msg } from "../words/msg.js";
import { withSeed } from "./link/write.js";
import type { Story, StoryRecipe } from "./story.js";

/** What two cores of a laptop compute in a second, in floating-point operations, when they train the networks of the zoo: docs/performance.md. */
export const TWO_CORES = 18e9;

/** One of a story's runs. */
export interface StoryRun {
  recipe: StoryRecipe;
  seed: number;
  link: string;
  /** As the queue of runs calls it. */
  title: string;
}

/** All runs of a story, in the order in which they are trained: each recipe once before any a second time, so that there is soon something to compare. */
export function runsOfStory({ recipes, seeds }: Pick<Story, "recipes" | "seeds">): StoryRun[] {
  const title = (name: string, seed: number): string =>
    seeds.length > 1 ? msg("{name}, seed {seed}", { name, seed: String(seed) }) : name;
  return seeds.flatMap((seed) =>
    recipes.map((recipe) => ({ recipe, seed, link: withSeed(recipe.link, seed), title: title(recipe.name, seed) })),
  );
}

/** Floating-point operations of a run, as {@link workOf} counts them. */
export interface RunCost {
  training: number;
  scoring: number;
}

/** Images to train on and to test with, of the data that Bunsen draws: of others a recipe that takes all of them does not tell. */
const DRAWN_IMAGES: Readonly<Record<string, { train: number; test: number }>> = {
  digits: { train: 10_000, test: 2_000 },
  shapes: { train: 10_000, test: 2_000 },
};
/**
 * How much longer a multiply-add takes in networks that compute much else: of the original LeNet-5 the tanh, the trained pooling and the codes that
 * it is compared with. A step of it against one of `lenet5`, by multiply-adds, took 3.2 to 4.3 times as long
 * (`cargo xtask bench profile 'model=lenet5-1998&data=digits&batch=64&epochs=1000' 60`, and the same of `lenet5`).
 */
const DEAR: Readonly<Record<string, number>> = { "lenet5-1998": 3.5 };

/** What a network's multiply-adds and all else that it computes come to, in multiply-adds of the others. @param model its name in a link */
export function workOf(model: string | undefined, multiplyAdds: number): number {
  return multiplyAdds * (DEAR[model ?? ""] ?? 1);
}

/** A multiply-add is two operations. Forward and backward together are three times the forward pass. */
const PER_MULTIPLY_ADD = { training: 6, scoring: 2 };
/** A plan scores so often at most where the recipe does not say how often, and takes half of the training's computation for it at most. */
const MOST_SCORES = 20;

/** How many images a run trains on, of those that it may see; NaN where the recipe alone does not tell. @param values every key of the recipe, as the module has read it */
export function examplesOf(values: Readonly<Record<string, string>>): number {
  const drawn = DRAWN_IMAGES[values["data"] ?? ""]?.train ?? NaN;
  return (Number(values["subset"] ?? 0) || drawn) - Number(values["val"] ?? 0);
}

/**
 * What a run computes; null where the recipe alone does not tell.
 * @param values every key of the recipe, as the module has read it
 * @param multiplyAdds of the forward pass of an image, as it describes the network
 */
export function runCost(values: Readonly<Record<string, string>>, multiplyAdds: number): RunCost | null {
  const number = (key: string): number => Number(values[key] ?? 0);
  const drawn = DRAWN_IMAGES[values["data"] ?? ""];
  const examples = examplesOf(values);
  const stepsPerEpoch = Math.floor(examples / number("batch"));
  const steps = number("steps") || number("epochs") * stepsPerEpoch;
  const test = Math.min(number("test") || (drawn?.test ?? NaN), drawn?.test ?? Infinity);
  const images = steps * number("batch");
  const passes = test * (values["tta"] === "flip" ? 2 : 1);
  const scores =
    number("score") > 0
      ? Math.ceil(steps / number("score"))
      : plannedScores(steps, stepsPerEpoch, Math.floor((1.5 * images) / passes));
  const work = workOf(values["model"], multiplyAdds);
  const training = PER_MULTIPLY_ADD.training * work * images;
  const scoring = PER_MULTIPLY_ADD.scoring * work * scores * (passes + number("val"));
  return Number.isFinite(training + scoring) && training > 0 ? { training, scoring } : null;
}

/**
 * How often a plan scores: at the ends of epochs and, where there are few, evenly within them, and at the end.
 * @param affordable in half of the training
 */
function plannedScores(steps: number, stepsPerEpoch: number, affordable: number): number {
  const epochs = Math.ceil(steps / stepsPerEpoch);
  const most = Math.min(MOST_SCORES, Math.max(1, affordable));
  const perEpoch = Math.floor(most / epochs) || 1 / Math.ceil(epochs / most);
  const length = Math.min(steps, stepsPerEpoch) / perEpoch;
  return Math.min(most, Math.ceil(steps / length));
}

/** Networks come to more or fewer operations a second than the one that was measured, by this factor at most: those of the zoo do. */
const APART = 1.6;

/** Seconds that it takes at least and at most. */
export interface StoryDuration {
  least: number;
  most: number;
}

/**
 * How long these runs take one after the other; null where one of them cannot be told, or nothing was measured here.
 * @param estimate of a network that was measured here, whichever it is
 * @param work of that network, for one image
 */
export function storyDuration(
  costs: readonly (RunCost | null)[],
  estimate: Estimate | "unknown" | null,
  work: number,
): StoryDuration | null {
  if (estimate === null || estimate === "unknown") return null;
  let [quickest, median] = [0, 0];
  for (const cost of costs) {
    if (!cost) return null;
    quickest += seconds(cost, estimate.quickest, work);
    median += seconds(cost, estimate.median, work);
  }
  const range = { least: quickest / APART, most: median * APART };
  return Number.isFinite(range.most) ? range : null;
}

function seconds({ training, scoring }: RunCost, speeds: Speeds, work: number): number {
  const trained = speeds.training * PER_MULTIPLY_ADD.training * work;
  // Until scoring was measured, its operations take as long as training's.
  const scored = speeds.scoring > 0 ? speeds.scoring * PER_MULTIPLY_ADD.scoring * work : trained;
  return training / trained + scoring / scored;
}

/** What the button that trains runs says: "Train all (2 to 3 minutes here)". @param which of the story's runs these are */
export function trainAllLabel(duration: StoryDuration | null, which: "all" | "rest" | "again" = "all"): string {
  const time = duration && durationRange(duration.least, duration.most);
  if (time === null)
    return { all: msg("Train all"), rest: msg("Train the rest"), again: msg("Train all again") }[which];
  switch (which) {
    case "all":
      return msg("Train all ({time} here)", { time });
    case "rest":
      return msg("Train the rest ({time} here)", { time });
    case "again":
      return msg("Train all again ({time} here)", { time });
  }
}
