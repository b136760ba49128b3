/** A small story and results of its runs, for the tests. */
import type { RunResult } from "./result.js";
import type { Story } from "./story.js";

export const SKIPS: Story = {
  id: "skips",
  title: "Skips",
  question: "Do skips help?",
  about: "Look at the loss.",
  recipes: [
    { id: "plain", name: "plain", link: "model=resnet-8&skip=off&v=1" },
    { id: "skips", name: "with skips", link: "model=resnet-8&v=1" },
  ],
  seeds: [1],
  closing: ["Without {test plain}, with {test skips}."],
};

/** A run that is finished. @param accuracy at its end, of 1,000 test images */
export function finished(recipe: string, accuracy: number, more: Partial<RunResult> = {}): RunResult {
  return {
    recipe,
    seed: 1,
    steps: 100,
    done: 100,
    scores: [
      { step: 50, accuracy: accuracy / 2, images: 1_000 },
      { step: 100, accuracy, images: 1_000 },
    ],
    split: "test",
    training: { accuracy, images: 1_000 },
    divergedAt: null,
    endedAsNaN: false,
    chance: 0.1,
    parameters: 75_290,
    ...more,
  };
}

/** A run whose loss was no number any more at a step. */
export function endedAsNaN(recipe: string, step: number, more: Partial<RunResult> = {}): RunResult {
  return finished(recipe, 0, { done: step, scores: [], training: null, divergedAt: step, endedAsNaN: true, ...more });
}
