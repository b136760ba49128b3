import { computed, effect, signal, untracked } from "@preact/signals-core";

import type { Bench } from "../../bench/bench.js";
import type { DataInfo, Example, Predictions } from "../../module.js";
import { PanelStore } from "../panel-store.js";
import { analyse, type Analysis, type ClassifiedExample } from "./analysis.js";
import type { Cell } from "./confusion-matrix.js";

/** Images in the gallery at most. */
const GALLERY_SIZE = 24;

/** While it trains, another score is analysed no sooner: faster, nobody can read it, and drawing it would slow the run. */
const ANALYSIS_INTERVAL_MS = 2_000;

/** The predictions of the last score, analysed, and the images of those that are shown. */
export class MistakesStore extends PanelStore {
  readonly #bench: Bench;
  readonly #analysis = signal<Analysis | null>(null);
  readonly #cell = signal<Cell | null>(null);
  /** Test images by their index: those that were asked for, null until they are here. */
  readonly #images = signal<ReadonlyMap<number, Example | null>>(new Map());
  readonly #gallery = computed(() => galleryOf(this.#analysis.value, this.#cell.value));
  #analysed: Predictions | null = null;
  #analysedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #shownIn: string;

  /** @param shownIn the tag of what shows them: nothing is worked out while that is closed */
  constructor(bench: Bench, shownIn = "mistakes-panel") {
    super();
    this.#bench = bench;
    this.#shownIn = shownIn;
  }

  get analysis(): Analysis | null {
    return this.#analysis.value;
  }

  /** The cell of the confusion matrix whose images are shown; null for the worst mistakes. */
  get cell(): Cell | null {
    return this.#cell.value;
  }

  choose(cell: Cell | null): void {
    this.#cell.value = cell;
  }

  /** The worst mistakes, or the examples of the chosen cell. */
  get gallery(): readonly ClassifiedExample[] {
    return this.#gallery.value;
  }

  /** The image of one of them, once it is here. */
  image(index: number): Example | null {
    return this.#images.value.get(index) ?? null;
  }

  protected override follow(): (() => void)[] {
    const { state } = this.#bench;
    const predictions = computed(() => state.inspection.predictions);
    const isOpen = computed(() => state.panels.open.has(this.#shownIn));
    return [
      effect(() => {
        if (state.runId > 0) this.#images.value = new Map();
      }),
      effect(() => {
        if (!isOpen.value) return;
        const [now, { info }, rests] = [predictions.value, state.data, state.run.phase !== "training"];
        untracked(() => this.#analyse(now, info, rests));
      }),
      effect(() => {
        const indices = this.gallery.map(({ index }) => index);
        if (isOpen.value) untracked(() => void this.#request(indices));
      }),
      () => clearTimeout(this.#timer),
    ];
  }

  /** @param rests whether nothing is trained now, so that there is time for it at once */
  #analyse(predictions: Predictions | null, info: DataInfo | null, rests: boolean): void {
    if (predictions === this.#analysed && predictions) return;
    clearTimeout(this.#timer);
    if (!predictions || !info) {
      this.#analysed = this.#analysis.value = this.#cell.value = null;
      return;
    }
    const wait = rests || !this.#analysed ? 0 : this.#analysedAt + ANALYSIS_INTERVAL_MS - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#analyse(predictions, info, true), wait);
      return;
    }
    this.#analysed = predictions;
    this.#analysedAt = performance.now();
    this.#analysis.value = analyse(predictions, info.classes.length);
  }

  async #request(indices: number[]): Promise<void> {
    const known = this.#images.peek();
    const missing = indices.filter((index) => !known.has(index));
    if (missing.length === 0) return;
    this.#images.value = new Map([...known, ...missing.map((index): [number, null] => [index, null])]);
    const examples = await this.#bench.connection.request("testExamples", { indices: missing });
    if (examples) {
      this.#images.value = new Map([...this.#images.peek(), ...examples]);
    } else {
      // They are asked for again with the next choice.
      const others = [...this.#images.peek()].filter(([index]) => !missing.includes(index));
      this.#images.value = new Map(others);
    }
  }
}

function galleryOf(analysis: Analysis | null, cell: Cell | null): readonly ClassifiedExample[] {
  if (!analysis) return [];
  const { wrong, correct } = analysis;
  if (!cell) return wrong.slice(0, GALLERY_SIZE);
  const examples = cell.label === cell.predicted ? correct : wrong;
  return examples
    .filter(({ label, predicted }) => label === cell.label && predicted === cell.predicted)
    .slice(0, GALLERY_SIZE);
}
