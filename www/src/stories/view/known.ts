/** The recipes and the runs of a story, as the module describes them. */
import { choiceLabel } from "../../fields.js";
import type { Field } from "../../module.js";
import { settingText } from "../../panels/recipe/changes.js";
import { msg, plural } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { refusalText } from "../../panels/recipe/refusal.js";
import { runCost, runsOfStory, type RunCost, type StoryRun } from "../duration.js";
import { checkRecipes, type CheckedRecipe } from "../link/check.js";
import type { ReadStory } from "../link/read.js";
import type { DescribedRecipe, StoriesRequests } from "../requests.js";
import type { Story } from "../story.js";

type Describe = (links: readonly string[]) => Promise<StoriesRequests["describeRecipes"]["result"]>;

/** One of a story's runs: `link` is canonical. */
export interface KnownRun extends StoryRun {
  described: DescribedRecipe;
  cost: RunCost | null;
}

/** A story whose recipes the module takes. */
export interface KnownStory {
  story: Story;
  notices: readonly string[];
  /** In the order of training. */
  runs: readonly KnownRun[];
}

/** What the module says of a story; why it is refused, or null where no worker can say now. */
export async function knowStory(
  story: Story,
  fields: readonly Field[],
  describe: Describe,
): Promise<KnownStory | Extract<ReadStory, { type: "refused" }> | null> {
  const answers = await describe(story.recipes.map(({ link }) => link));
  if (!answers) return null;
  const said = new Map(story.recipes.map(({ link }, at) => [link, answers[at]]));
  const checked = await checkRecipes(story, (link) => Promise.resolve(checkedOf(said.get(link), link, fields)));
  if (checked.type === "refused") return checked;
  const runs = runsOfStory(checked.story);
  const described = await describe(runs.map(({ link }) => link));
  if (!described) return null;
  const known = runs.flatMap((run, at): KnownRun[] => {
    const recipe = described[at];
    if (recipe?.type !== "recipe") return [];
    const cost = runCost(recipe.values, recipe.multiplyAdds);
    return [{ ...run, link: recipe.link, described: recipe, cost }];
  });
  return { story: checked.story, notices: checked.notices, runs: known };
}

type Answer = NonNullable<StoriesRequests["describeRecipes"]["result"]>[number];

function checkedOf(answer: Answer | undefined, link: string, fields: readonly Field[]): CheckedRecipe {
  if (answer?.type !== "refused") return answer ?? { type: "refused", message: msg("It was not looked at.") };
  const { key } = answer.refusal;
  const value = key === null ? null : new URLSearchParams(link).get(key);
  return { type: "refused", message: refusalText(answer.refusal, fields, value ?? undefined) };
}

/** What nobody calls a difference: it follows from others, or is what each recipe is told apart by anyway. */
const UNTOLD: ReadonlySet<string> = new Set(["seed", "v"]);
/** More is read by nobody. */
const MOST_TOLD = 3;

/** What each of a story's recipes has that not all have, in the words of the controls; empty where nothing differs. */
export function whatDiffers(recipes: readonly Readonly<Record<string, string>>[], fields: readonly Field[]): string[] {
  const byNetwork = new Set(recipes.map(({ model }) => model)).size > 1;
  const hasSteps = recipes.every(({ steps }) => Number(steps) > 0);
  const keys = fields
    .map(({ key }) => key)
    .filter((key) => !UNTOLD.has(key) && !(hasSteps && key === "epochs"))
    // What only one network has follows from which it is.
    .filter((key) => !byNetwork || recipes.every((values) => key in values))
    .filter((key) => new Set(recipes.map((values) => values[key])).size > 1);
  return recipes.map((values) => {
    const told = keys
      .filter((key) => values[key] !== undefined)
      .map((key) => `${labelOf(fields, key)}: ${shown(fields, key, values[key]!)}`);
    const more = told.length - MOST_TOLD;
    return more > 0
      ? msg("{told} and {more} more", { told: told.slice(0, MOST_TOLD).join(", "), more: String(more) })
      : told.join(", ");
  });
}

/** What a recipe's link says, in the words of the controls: "LeNet-5, Learning rate: 0.02". */
export function settingsText(link: string, fields: readonly Field[]): string {
  const { model = "", ...values } = Object.fromEntries(new URLSearchParams(link));
  const told = Object.entries(values).filter(([key]) => !UNTOLD.has(key));
  return [
    choiceLabel(fields, "model", model),
    ...told.map(([key, value]) => `${labelOf(fields, key)}: ${shown(fields, key, value)}`),
  ].join(", ");
}

function labelOf(fields: readonly Field[], key: string): string {
  return translated(fields.find((field) => field.key === key)?.label ?? key);
}

function shown(fields: readonly Field[], key: string, value: string): string {
  if (key === "layers") return layersOf(value);
  return translated(settingText(fields, key, value));
}

/** How many layers of each kind that matters a network of one's own has: "40 convolutions, 19 skip connections". */
function layersOf(text: string): string {
  const kinds = text.split(/[,()]+/).map((layer) => /^[a-z]+/.exec(layer)?.[0]);
  const number = (kind: string): number => kinds.filter((one) => one === kind).length;
  const [conv, linear, skip] = [number("conv"), number("fc"), number("res")];
  return [
    conv > 0 && plural(conv, "{count} convolution", "{count} convolutions"),
    linear > 0 && plural(linear, "{count} linear layer", "{count} linear layers"),
    skip > 0 && plural(skip, "{count} skip connection", "{count} skip connections"),
  ]
    .filter(Boolean)
    .join(", ");
}
