import { LitElement, type PropertyValues } from "lit";
import { property } from "lit/decorators.js";

import type { Bench } from "../bench/bench.js";
import type { State } from "../bench/state.js";
import { shared } from "../styles/shared.js";

/** An element that shows part of the bench's state and acts on it. */
export class BenchElement extends LitElement {
  static override styles = [shared];

  @property({ attribute: false }) bench!: Bench;
  @property({ attribute: false }) state!: State;
  /** Whether it shows anything that changes with every step: what does not is left alone while reports come. */
  protected readonly followsSteps: boolean = true;

  protected override shouldUpdate(changed: PropertyValues): boolean {
    const before = changed.get("state") as State | undefined;
    return this.followsSteps || changed.size > 1 || !before || !isLaterOnly(before, this.state);
  }
}

/** What changes while a run goes on, and only few elements show. */
const PASSING: readonly (keyof State)[] = ["step", "imagesPerSecond", "guess", "inside"];

/** Whether nothing differs but how far the run is, and what the network makes of something. */
function isLaterOnly(before: State, after: State): boolean {
  const keys = Object.keys(after) as (keyof State)[];
  return before.step > 0 && keys.every((key) => PASSING.includes(key) || before[key] === after[key]);
}
