import type { PropertyValues } from "lit";
import { property } from "lit/decorators.js";

import { BenchElement } from "../app/bench-element.js";
import { isLocked } from "../state/run-state.js";
import { VisibilityController } from "../ui/controllers/visibility.js";
import { DrawingBudget } from "./drawing-budget.js";

/** No panel waits longer, however long others took. */
const LONGEST_WAIT_MS = 1_000;

const budget = new DrawingBudget();

/**
 * A panel under a summary, which is closed at first: while it is closed it shows and computes nothing. While a run is trained it is drawn
 * within a time that all panels have together, and out of view once a second.
 */
export class PanelElement extends BenchElement {
  @property({ attribute: false }) open = false;

  /** Whether it waited, and is drawn now. */
  #isDue = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #visibility = new VisibilityController(this, { draw: () => this.#draw() });

  protected override shouldUpdate(changed: PropertyValues): boolean {
    if (changed.has("open")) return true;
    return this.open && super.shouldUpdate(changed) && !this.#waits(changed);
  }

  /** Whether it is drawn later. */
  #waits(changed: PropertyValues): boolean {
    // What a person changes in it is shown at once.
    if (changed.size > 0 || this.#isDue || !this.#isTraining) return false;
    if (this.#visibility.defers()) return true;
    if (budget.wait === 0) return false;
    this.#timer ??= setTimeout(() => this.#draw(), Math.min(LONGEST_WAIT_MS, budget.wait));
    return true;
  }

  get #isTraining(): boolean {
    return isLocked(this.bench.state.stores.run.current);
  }

  #draw(): void {
    this.#isDue = true;
    this.requestUpdate();
  }

  protected override update(changed: PropertyValues): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
    const began = performance.now();
    super.update(changed);
    if (!this.#isTraining) return;
    let took = performance.now() - began;
    // Its parts are drawn in the next frame, which is over when a message is heard that was sent in it.
    requestAnimationFrame(() => {
      const frame = performance.now();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        took += performance.now() - frame;
        budget.spent(took);
      };
      port2.postMessage(null);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
