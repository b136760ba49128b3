/** What the module would say of the test story, and results of it. */
import type { Field } from "../../module.js";
import { thinCurve } from "../curve.js";
import type { DescribedRecipe, StoriesRequests } from "../requests.js";
import type { RunResult } from "../result.js";
import type { StoryResult } from "./results.js";

type Answers = StoriesRequests["describeRecipes"]["result"];

export const FIELDS = [
  { key: "model", label: "Network", kind: { type: "choice", choices: [{ value: "resnet-8", label: "ResNet-8" }] } },
  { key: "skip", label: "Skip connections", kind: { type: "choice", choices: [{ value: "off", label: "Off" }] } },
  { key: "subset", label: "Training images", kind: { type: "number", integer: true } },
  { key: "steps", label: "Steps", kind: { type: "number" } },
  { key: "epochs", label: "Epochs", kind: { type: "number" } },
  { key: "lr", label: "Learning rate", kind: { type: "number" } },
  { key: "seed", label: "Seed", kind: { type: "number" } },
] as unknown as Field[];

const DEFAULTS = {
  model: "resnet-8",
  data: "digits",
  skip: "on",
  subset: "0",
  steps: "0",
  epochs: "4",
  lr: "0.1",
  seed: "1",
  batch: "100",
};

/** A module that takes what it knows, refuses `lr=many`, and leaves seed 1 out of a link. */
export async function describe(links: readonly string[]): Promise<Answers> {
  return links.map((link) => {
    const values = { ...DEFAULTS, ...Object.fromEntries(new URLSearchParams(link)) };
    if (values.lr === "many")
      return { type: "refused", refusal: { key: "lr", message: "lr=many is not allowed", allowed: "a number" } };
    return {
      type: "recipe",
      link: link.replace(/&seed=1$/, ""),
      values,
      notices: [],
      multiplyAdds: 1_000,
      parameters: 75_290,
      classes: 10,
    } satisfies DescribedRecipe;
  });
}

export function shownOf(result: RunResult, losses: readonly number[] = [2, 1]): StoryResult {
  return { result, curve: thinCurve(losses, losses.length), isRunning: false };
}
