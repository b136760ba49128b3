/** What was trained, in plain words: under a figure, and in a sentence. */
import type { Bench } from "../bench/bench.js";
import { addressOf } from "../bench/link.js";
import { shareOf, sharedOf } from "../bench/share.js";
import { choiceLabel } from "../fields.js";
import { count } from "../format.js";
import type { Field, ParsedLink } from "../module.js";
import { changesOf } from "../panels/recipe/changes.js";
import type { RecipeState } from "../state/recipe.js";
import type { RecipeLine } from "./figure.js";
import { msg, plural } from "../words/msg.js";

/** These are told of every recipe, whether they are the network's own or not. */
export const TOLD: readonly string[] = ["epochs", "steps", "seed"];

type Values = Readonly<Record<string, string>>;

/** "LeNet-5, MNIST": the network and its data. */
export function subjectOf(values: Values, fields: readonly Field[]): string {
  return `${choiceLabel(fields, "model", values["model"] ?? "")}, ${choiceLabel(fields, "data", values["data"] ?? "")}`;
}

/** ", 4 epochs, seed 1": how long, and from which random numbers. */
export function lengthAndSeed(values: Values): string {
  const { epochs = "", steps = "0", seed = "" } = values;
  const number = steps === "0" ? epochs : steps;
  const long = (): string =>
    steps === "0"
      ? plural(Number(number), "{count} epoch", "{count} epochs")
      : plural(Number(number), "{count} step", "{count} steps");
  const told = [...(number === "" ? [] : [long()]), ...(seed === "" ? [] : [msg("seed {seed}", { seed })])];
  return told.map((part) => `, ${part}`).join("");
}

/** "LeNet-5, MNIST, 4 epochs, seed 1 (Learning rate: 0.02)": what is not as in the network's own recipe is told by the controls' labels. */
export function recipeWords(parsed: ParsedLink, fields: readonly Field[]): string {
  const { values } = parsed;
  const changes = changesOf(parsed, fields)
    .filter(({ key }) => !TOLD.includes(key))
    .map(({ label, value }) => `${label}: ${value}`);
  const told = changes.length > 0 ? ` (${changes.join("; ")})` : "";
  return `${subjectOf(values, fields)}${lengthAndSeed(values)}${told}`;
}

/** The recipe of the run at hand, with the link that **Share** gives of it: settings that were changed since are not in it. */
export function recipeLineOf({ state }: Bench): RecipeLine {
  const { parsed, fields } = state.recipe;
  const { link } = shareOf({ ...sharedOf(state), next: null });
  return { mark: "", words: parsed ? recipeWords(parsed, fields) : "", address: withoutMarks(addressOf(link)) };
}

/** A text has no room for the losses of 32 steps: the check tells whether a run is the same, and only where it differs is not told. */
export function withoutMarks(address: string): string {
  return address.replace(/&marks=[^&]*/, "");
}

/** "Loss: LeNet-5, MNIST" */
export function titleOf(what: string, { parsed, fields }: RecipeState): string {
  return parsed ? `${what}: ${subjectOf(parsed.values, fields)}` : what;
}

/** What a file of the run at hand is called: "lenet5-mnist-loss". */
export function fileNameOf(what: string, { parsed }: RecipeState): string {
  const { model = "", data = "" } = parsed?.values ?? {};
  const name = [model, data, what].filter(Boolean).join("-").toLowerCase();
  return name.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 100);
}

/** That the run has not come to its end, where that is so: a note of a figure. */
export function unfinished(step: number, steps: number): string[] {
  if (steps === 0 || step >= steps) return [];
  if (step === 0) return [msg("Not trained yet.")];
  return [msg("After step {step} of {steps}: the run is not finished.", { step: count(step), steps: count(steps) })];
}
