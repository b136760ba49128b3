import { computed, effect, signal, untracked } from "@preact/signals-core";

import type { Bench } from "../../bench/bench.js";
import type { Plan } from "../../module.js";
import {
  answered,
  indicesOf,
  initialExploration,
  type Exploration,
  type ExplorerRequest,
  type Outcome,
  type Split,
} from "./exploration.js";
import { PanelStore } from "../panel-store.js";

/** Images of a page. */
export const PAGE_SIZE = 60;
/** So many epochs' augmentations of an image are shown. */
export const EPOCHS = 8;

/** Which examples a person chose to see. */
export interface Filter {
  split: Split;
  /** A class; null for all. */
  label: number | null;
  outcome: Outcome;
}

export interface Selection extends Filter {
  page: number;
  /** The index of the image that is shown large. */
  chosen: number | null;
}

const INITIAL: Selection = { split: "train", label: null, outcome: "all", page: 0, chosen: null };

/** What is chosen of the data set, and what is known of it. What is shown and not known is asked for while the panel is open. */
export class ExplorerStore extends PanelStore {
  readonly #bench: Bench;
  readonly #selection = signal(INITIAL);
  readonly #exploration = signal(initialExploration);
  /** The data set and the run that were asked about last. */
  #digest: string | null = null;
  #plan: Plan | null = null;
  #runId = 0;
  /** What was last asked for, of each kind. */
  readonly #requested = new Map<string, string>();
  /** The images that the choices leave; null while the labels are not here. */
  readonly #indices = computed(() => {
    const { split, label, outcome } = this.#selection.value;
    const { labels, predicted } = this.#exploration.value;
    const ofSplit = labels[split];
    return ofSplit ? indicesOf(ofSplit, label, outcome, outcome === "all" ? null : predicted) : null;
  });

  constructor(bench: Bench) {
    super();
    this.#bench = bench;
  }

  get exploration(): Exploration {
    return this.#exploration.value;
  }

  /** What is chosen. A new score may leave fewer pages: then the last one is. */
  get selection(): Selection {
    const selection = this.#selection.value;
    return { ...selection, page: Math.min(selection.page, this.pages - 1) };
  }

  get indices(): readonly number[] {
    return this.#indices.value ?? [];
  }

  get pages(): number {
    return Math.max(1, Math.ceil(this.indices.length / PAGE_SIZE));
  }

  get indicesOnPage(): readonly number[] {
    const { page } = this.selection;
    return this.indices.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  }

  choose(change: Partial<Filter>): void {
    this.#selection.value = { ...this.#selection.peek(), ...change, page: 0, chosen: null };
  }

  chooseImage(index: number): void {
    this.#selection.value = { ...this.selection, chosen: index };
  }

  canTurn(by: number): boolean {
    const { page } = this.selection;
    return page + by >= 0 && page + by < this.pages;
  }

  turn(by: number): void {
    const { selection } = this;
    if (this.canTurn(by)) this.#selection.value = { ...selection, page: selection.page + by, chosen: null };
  }

  protected override follow(): (() => void)[] {
    const { state } = this.#bench;
    const digest = computed(() => state.data.info?.digest ?? null);
    return [
      effect(() => {
        // What is known stays while the panel is moved in the document, and its store stands still for a moment.
        if (state.runId === this.#runId) return;
        this.#runId = state.runId;
        this.#exploration.value = initialExploration;
      }),
      effect(() => {
        if (digest.value === null || digest.value === this.#digest) return;
        this.#digest = digest.value;
        untracked(() => this.choose({ label: null, outcome: "all" }));
      }),
      effect(() => {
        const { plan, panels } = state;
        // Another run, or the same one in another worker: what was asked before may never be answered.
        if (plan !== this.#plan) this.#requested.clear();
        this.#plan = plan;
        if (plan && digest.value !== null && panels.open.has("explorer-panel")) this.#requestAll();
      }),
    ];
  }

  /** Asks for what is shown and not here yet. */
  #requestAll(): void {
    const { results, recipe } = this.#bench.state;
    const { split, label, chosen } = this.selection;
    this.#request(`labels ${split}`, "", { what: "labels", split });
    const { score } = results;
    if (split === "test" && score) this.#request("predicted", String(score.step), { what: "predictedLabels" });
    this.#request("mean", `${split} ${label}`, { what: "mean", split, label });
    if (this.#indices.value) {
      const indices = [...this.indicesOnPage];
      this.#request("images", `${split} ${indices.join()}`, { what: "images", split, indices });
    }
    if (split === "train" && chosen !== null && recipe.parsed?.values["aug"]) {
      this.#request("augmentations", String(chosen), { what: "augmentations", index: chosen, epochs: EPOCHS });
    }
  }

  /** Asks once for each thing of a kind. */
  #request(kind: string, key: string, request: ExplorerRequest): void {
    if (this.#requested.get(kind) === key) return;
    this.#requested.set(kind, key);
    untracked(() => void this.#send(kind, request));
  }

  async #send(kind: string, request: ExplorerRequest): Promise<void> {
    const response = await this.#bench.connection.request("explore", request);
    if (response) this.#exploration.value = answered(this.#exploration.peek(), response);
    // What failed is asked for again with the next choice.
    else this.#requested.delete(kind);
  }
}
