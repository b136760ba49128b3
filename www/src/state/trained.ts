/** What a change of the recipe leaves of a trained network. */
import type { Field } from "../module.js";
import type { RunState } from "./run-state.js";

/** Of the data's fields, those that say how its training images are used, and not what they are. */
const USE_OF_IMAGES: readonly string[] = ["subset", "val", "aug", "pad"];

type Values = Readonly<Record<string, string>>;

/** Whether a network stands trained, so that a change would throw it away. @param step how far it is trained */
export function isTrained(run: RunState<unknown>, step: number): boolean {
  if (step === 0) return false;
  return run.phase === "finished" || run.phase === "paused" || (run.phase === "suspended" && run.prepared !== null);
}

/** Whether a field says how a network is trained: it can be changed beside one that is. All others are of another network or other data. */
export function isOfTraining(key: string, fields: readonly Field[]): boolean {
  const group = fields.find((field) => field.key === key)?.group;
  return group === "training" || group === "run" || USE_OF_IMAGES.includes(key);
}

/** Whether a field is an option of a network, and not which network it is, nor its layers. */
export function isOption(key: string, fields: readonly Field[]): boolean {
  const field = fields.find((field) => field.key === key);
  return field?.group === "network" && key !== "model" && field.kind.type !== "layers";
}

/** Whether two recipes differ in nothing but how their network is trained. */
export function sharesNetwork(from: Values, to: Values, fields: readonly Field[]): boolean {
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...keys].every((key) => from[key] === to[key] || isOfTraining(key, fields));
}

/** What the button that trains does with a run that stands. */
export interface TrainsAgain {
  /** Whether it trains a new network, from the first step. */
  isOffered: boolean;
  /** Whether there is anything to train: not where a changed setting is refused. */
  isPossible: boolean;
}

/** Whether what is trained next is a new network: the run is finished, or its settings were changed. */
export function trainsAgain(
  run: RunState<unknown>,
  recipe: { next: unknown; nextRefusal: unknown; isReading: boolean },
): TrainsAgain {
  const isChanged = recipe.next !== null || recipe.nextRefusal !== null || recipe.isReading;
  return { isOffered: isChanged || run.phase === "finished", isPossible: recipe.nextRefusal === null };
}
