/** A chart of a story as a figure: the runs of its recipes, a colour for each recipe, a line for each seed. */
import { printable } from "../../../../crate/js/printable.js";
import { addressOf } from "../../bench/link.js";
import type { Figure, Series, Value } from "../../figure/figure.js";
import { lightColourOf } from "../../panels/runs/run-colours.js";
import type { Field } from "../../module.js";
import { quantityLabel } from "../../ui/chart/axes.js";
import { msg, plural } from "../../words/msg.js";
import { withSeed } from "../link/write.js";
import type { Story, StoryRecipe } from "../story.js";
import { settingsText } from "./known.js";
import { drawnRuns, type Quantity } from "./plot.js";
import { chartTitle } from "./chart-title.js";
import type { StoryResult } from "./results.js";

/** What a figure of a story is made of. */
export interface FigureParts {
  story: Story;
  results: readonly StoryResult[];
  /** When and how what is shown was recorded, as a sentence; null where it was trained here. */
  recorded: string | null;
  fields: readonly Field[];
}

/** @param parts of which at least one run has something to draw */
export function storyFigure(quantity: Quantity, { story, results, recorded, fields }: FigureParts): Figure {
  const { recipes } = story;
  const { runs, last, top } = drawnRuns(
    quantity,
    recipes.map(({ id }) => id),
    results,
  ) ?? { runs: [], last: 1, top: 1 };
  const drawn = new Set(runs.map(({ recipe }) => recipe));
  const series = runs.map(({ recipe, points }, at): Series => {
    const isFirst = runs.findIndex((run) => run.recipe === recipe) === at;
    return {
      name: isFirst ? printable(recipes[recipe]!.name) : "",
      colour: lightColourOf(recipe),
      as: quantity === "loss" ? "line" : "rings",
      x: points.map(([step]) => step),
      y: points.map(([, value]) => value),
    };
  });
  return {
    title: `${chartTitle(quantity)}: ${printable(story.title)}`,
    fileName: `story-${story.id}-${quantity}`,
    notes: [...notesOf(quantity, results), ...(recorded === null ? [] : [recorded])],
    recipes: recipes
      .filter((_, at) => drawn.has(at))
      .map((recipe) => ({
        mark: "",
        words: recipeWords(recipe, results, fields),
        address: addressOf(withSeed(recipe.link, story.seeds[0] ?? 1)),
      })),
    picture: {
      kind: "plot",
      across: { label: msg("step"), from: 0, to: last },
      up: {
        label: quantityLabel(quantity, { from: 0, to: top }),
        from: 0,
        to: top,
        isShare: quantity === "accuracy",
      },
      series: quantity === "loss" ? series : [...series.map(joined), ...series],
    },
    table: {
      header: [
        ...["recipe", "name", "seed", "link", "step"],
        ...(quantity === "loss" ? ["loss", "steps in the mean"] : ["test accuracy", "test images"]),
      ],
      rows: () => rowsOf(quantity, story, results),
    },
  };
}

/** The line through rings, of which the legend says nothing. */
function joined(series: Series): Series {
  return { ...series, name: "", as: "line" };
}

function notesOf(quantity: Quantity, results: readonly StoryResult[]): string[] {
  const running = results.filter(
    ({ result, isRunning }) => isRunning || (result.done < result.steps && !result.endedAsNaN),
  );
  return [
    quantity === "loss"
      ? msg("A line for each seed; each of its points is the mean of several steps.")
      : msg("A line for each seed. Rings: test images."),
    ...(running.length > 0
      ? [plural(running.length, "{count} run is not finished.", "{count} runs are not finished.")]
      : []),
  ];
}

/** "plain: ResNet-8, Skip connections: Off, seeds 1, 2, 3" */
function recipeWords(
  { id, name, link }: StoryRecipe,
  results: readonly StoryResult[],
  fields: readonly Field[],
): string {
  const seeds = results.filter(({ result }) => result.recipe === id).map(({ result }) => String(result.seed));
  const told =
    seeds.length === 1 ? msg("seed {seed}", { seed: seeds[0]! }) : msg("seeds {seeds}", { seeds: seeds.join(", ") });
  return printable(`${name}: ${settingsText(link, fields)}, ${told}`);
}

/** Every point that is drawn. */
function* rowsOf(quantity: Quantity, { recipes }: Story, results: readonly StoryResult[]): Generator<Value[]> {
  for (const { result, curve } of results) {
    const recipe = recipes.find(({ id }) => id === result.recipe);
    if (!recipe) continue;
    const start = [recipe.id, recipe.name, result.seed, withSeed(recipe.link, result.seed)];
    if (quantity === "accuracy")
      for (const { step, accuracy, images } of result.scores) yield [...start, step, accuracy, images];
    else
      for (const [at, loss] of curve.losses.entries()) {
        const step = Math.min(curve.steps, (at + 1) * curve.every);
        yield [...start, step, loss, step - at * curve.every];
      }
  }
}
