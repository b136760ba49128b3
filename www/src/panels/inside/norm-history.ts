import type { GradientStatistics } from "../../module.js";

/** One parameter's norms at the steps of which they were recorded. */
export interface ParameterNorms {
  steps: number[];
  weight: number[];
  gradient: number[];
  /** The update's norm divided by the weight's; NaN where the weight is 0. */
  updateRatio: number[];
}

/** Where a parameter has this many steps, every other one of them goes: a picture shows no more. */
const MOST_STEPS = 512;

/** The norms of every parameter of the network, over the steps. */
export class NormHistory {
  readonly #parameters = new Map<string, ParameterNorms>();

  /** Adds what was recorded of a step. A step that is there already is left as it is. */
  add(step: number, statistics: readonly GradientStatistics[]): void {
    for (const { name, weight, gradient, update } of statistics) {
      const norms = this.#parameters.get(name) ?? { steps: [], weight: [], gradient: [], updateRatio: [] };
      if ((norms.steps.at(-1) ?? 0) >= step) continue;
      norms.steps.push(step);
      norms.weight.push(weight);
      norms.gradient.push(gradient);
      norms.updateRatio.push(weight > 0 ? update / weight : NaN);
      if (norms.steps.length > MOST_STEPS) thin(norms);
      this.#parameters.set(name, norms);
    }
  }

  /** By the parameter's name, as PyTorch has it. */
  get(name: string): ParameterNorms | undefined {
    return this.#parameters.get(name);
  }

  /** Each parameter's last norms, in the order of the network. */
  latest(): { name: string; gradient: number; updateRatio: number }[] {
    return Array.from(this.#parameters, ([name, { gradient, updateRatio }]) => ({
      name,
      gradient: gradient.at(-1) ?? NaN,
      updateRatio: updateRatio.at(-1) ?? NaN,
    }));
  }

  /** Forgets what came after a step: for a run that goes on from a checkpoint. */
  truncate(step: number): void {
    for (const norms of this.#parameters.values()) {
      const length = norms.steps.filter((recorded) => recorded <= step).length;
      for (const values of [norms.steps, norms.weight, norms.gradient, norms.updateRatio]) values.length = length;
    }
    if (step === 0) this.#parameters.clear();
  }
}

/** Keeps the first, the last, and every other step between them. */
function thin(norms: ParameterNorms): void {
  const last = norms.steps.length - 1;
  for (const values of [norms.steps, norms.weight, norms.gradient, norms.updateRatio]) {
    const kept = values.filter((_, index) => index % 2 === 0 || index === last);
    values.splice(0, values.length, ...kept);
  }
}
