import { computed, effect, untracked } from "@preact/signals-core";

import type { Bench } from "../../bench/bench.js";
import { PanelStore } from "../panel-store.js";

/** What is inspected, as far as it follows the recipe. */
export class InsideStore extends PanelStore {
  readonly #bench: Bench;
  /** The network that is inspected. */
  #network: string | undefined;

  constructor(bench: Bench) {
    super();
    this.#bench = bench;
  }

  protected override follow(): (() => void)[] {
    const { state, subscriptions } = this.#bench;
    const network = computed(() => {
      const { description } = state.recipe;
      return `${description?.title} ${description?.layers.length}`;
    });
    return [
      effect(() => {
        const isAnother = this.#network !== undefined && this.#network !== network.value;
        this.#network = network.value;
        // The layers of another network are others.
        if (isAnother) untracked(() => subscriptions.inspect({ layer: 0 }));
      }),
    ];
  }
}
