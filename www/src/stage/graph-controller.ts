import type { ReactiveController, ReactiveControllerHost } from "lit";

import type { Bench } from "../bench/bench.js";
import type { Description, ExportedGraph } from "../module.js";

const graphs = new WeakMap<Description, ExportedGraph | null>();

/** The computation graph of the network at hand: asked for when somebody first looks into it, and once for each network. */
export class GraphController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #asked: Description | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {}

  /** Undefined while it is not here yet; null where there is none. */
  of(bench: Bench): ExportedGraph | null | undefined {
    const { description } = bench.state.recipe;
    if (!description) return undefined;
    const known = graphs.get(description);
    if (known === undefined && this.#asked !== description) {
      this.#asked = description;
      void this.#ask(bench, description);
    }
    return known;
  }

  async #ask(bench: Bench, description: Description): Promise<void> {
    const graph = await bench.connection.request("networkGraph", {});
    // Another network may have come meanwhile.
    const isSame = bench.state.recipe.description === description;
    if (isSame && graph !== undefined) graphs.set(description, graph);
    else if (this.#asked === description) this.#asked = null;
    if (isSame && graph !== undefined) this.#host.requestUpdate();
  }
}
