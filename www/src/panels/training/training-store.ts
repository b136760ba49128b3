import { effect, signal, untracked } from "@preact/signals-core";

import type { Bench } from "../../bench/bench.js";
import type { Example, Plan } from "../../module.js";
import { isLocked } from "../../state/run-state.js";
import { PanelStore } from "../panel-store.js";

/** The batch of the run's current step, which is requested while it is shown. */
export class TrainingStore extends PanelStore {
  readonly #bench: Bench;
  readonly #batch = signal<{ step: number; examples: Example[] } | null>(null);
  readonly #isBatchOpen = signal(false);
  /** What was asked for last: a new run has new batches. */
  #requested: { plan: Plan; step: number } | undefined;
  #runId = 0;

  constructor(bench: Bench) {
    super();
    this.#bench = bench;
  }

  get batch(): { step: number; examples: Example[] } | null {
    return this.#batch.value;
  }

  get isBatchOpen(): boolean {
    return this.#isBatchOpen.value;
  }

  openBatch(isOpen: boolean): void {
    this.#requested = undefined;
    this.#isBatchOpen.value = isOpen;
  }

  protected override follow(): (() => void)[] {
    const { state } = this.#bench;
    return [
      effect(() => {
        // The batch stays while the panel is moved in the document.
        if (state.runId === this.#runId) return;
        this.#runId = state.runId;
        this.#batch.value = null;
      }),
      effect(() => {
        const { panels, run, plan } = state;
        if (!panels.open.has("training-panel") || !this.isBatchOpen || !plan) return;
        // While it trains, the next batch is there before this one is seen.
        if (isLocked(run)) return;
        const step = Math.max(1, state.progress.step);
        untracked(() => void this.#request(plan, step));
      }),
    ];
  }

  async #request(plan: Plan, step: number): Promise<void> {
    if (this.#requested?.plan === plan && this.#requested.step === step) return;
    this.#requested = { plan, step };
    const examples = await this.#bench.connection.request("batch", { step });
    if (examples) this.#batch.value = { step, examples };
    else this.#requested = undefined;
  }
}
