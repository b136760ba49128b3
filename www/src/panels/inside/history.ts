import type { GradientStatistics } from "../../module.js";

/** One parameter's sizes over the steps at which somebody looked. */
export interface Story {
  steps: number[];
  weight: number[];
  gradient: number[];
  /** The update's length as a share of the parameter's. */
  ratio: number[];
}

/** The sizes of all parameters, as far as they were looked at. */
export class NormHistory {
  readonly #stories = new Map<string, Story>();

  /** Takes what a step was like, each step once. */
  add(step: number, norms: readonly GradientStatistics[]): void {
    for (const { name, weight, gradient, update } of norms) {
      const story = this.#stories.get(name) ?? { steps: [], weight: [], gradient: [], ratio: [] };
      if ((story.steps.at(-1) ?? 0) >= step) continue;
      story.steps.push(step);
      story.weight.push(weight);
      story.gradient.push(gradient);
      story.ratio.push(weight > 0 ? update / weight : NaN);
      this.#stories.set(name, story);
    }
  }

  of(name: string): Story | undefined {
    return this.#stories.get(name);
  }

  /** Forgets what came after a step: for a run that goes on from a checkpoint. */
  truncate(step: number): void {
    for (const story of this.#stories.values()) {
      const kept = story.steps.filter((at) => at <= step).length;
      for (const list of [story.steps, story.weight, story.gradient, story.ratio]) list.length = kept;
    }
    if (step === 0) this.#stories.clear();
  }
}
