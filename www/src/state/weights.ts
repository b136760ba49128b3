/** What a network answers with before anything is trained here. */
import { INIT_KEY } from "../../../crate/js/init-key.js";
import { count } from "../format.js";
import { msg } from "../words/msg.js";
import type { AppState } from "./app-state.js";
import type { RunState } from "./run-state.js";
import type { RecipeState } from "./recipe.js";

/** `part`: by those of a file, but for layers that have another shape there. */
export type InitialWeights = "random" | "file" | "part";

/** How the module says that layers start anew. */
const ANEW = /start anew/;

export function initialWeightsOf({ recipe: { parsed }, results: { notices } }: AppState): InitialWeights {
  if (!parsed?.values[INIT_KEY]) return "random";
  return notices.some((notice) => ANEW.test(notice)) ? "part" : "file";
}

/** What numbers are by that were computed before the first step. */
function initialWeightsText(weights: InitialWeights): string {
  switch (weights) {
    case "random":
      return msg("Not trained yet: all weights are random.");
    case "file":
      return msg("By the weights of the file: nothing is trained here yet.");
    case "part":
      return msg("By the weights of the file, but for layers that start anew: nothing is trained here yet.");
  }
}

/** When numbers were computed, as a sentence: after which step, or by which weights before the first. */
export function whenText(state: AppState, step: number): string {
  return step === 0 ? initialWeightsText(initialWeightsOf(state)) : msg("After step {step}.", { step: count(step) });
}

/** As a note beside an answer. */
export function initialWeightsNote(weights: InitialWeights): string {
  switch (weights) {
    case "random":
      return msg("Not trained yet: a guess");
    case "file":
      return msg("By the weights of the file");
    case "part":
      return msg("A guess: some layers are not trained yet");
  }
}

/** Whether a run stands at its end, and what is trained next is not another recipe: then it can be trained further. */
export function canTrainFurther(
  run: RunState<unknown>,
  { next, nextRefusal, isReading }: Pick<RecipeState, "next" | "nextRefusal" | "isReading">,
): boolean {
  return run.phase === "finished" && !next && !nextRefusal && !isReading;
}
