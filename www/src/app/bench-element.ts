import { property } from "lit/decorators.js";

import type { Bench } from "../bench/bench.js";
import type { AppState } from "../state/app-state.js";
import { shared } from "../styles/shared.js";
import { SignalElement } from "../ui/signal-element.js";

/** An element that shows part of the bench's state and acts on it. It updates when a subject changes that it read. */
export class BenchElement extends SignalElement {
  static override styles = [shared];

  @property({ attribute: false }) bench!: Bench;

  protected get state(): AppState {
    return this.bench.state;
  }
}
