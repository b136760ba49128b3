import { LitElement } from "lit";
import { property } from "lit/decorators.js";

import type { Bench } from "../bench/bench.js";
import type { State } from "../bench/state.js";
import { shared } from "../styles/shared.js";

/** An element that shows part of the bench's state and acts on it. */
export class BenchElement extends LitElement {
  static override styles = [shared];

  @property({ attribute: false }) bench!: Bench;
  @property({ attribute: false }) state!: State;
}
