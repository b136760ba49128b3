import { computed, effect } from "@preact/signals-core";

import { FIRST_INSPECTION, type Pointed } from "../panels/inside/inspection.js";
import type { Example } from "../module.js";
import type { Command } from "../protocol.js";
import type { AppState } from "../state/app-state.js";
import { unitPixels } from "../pixels.js";
import { columnsOf } from "../stage/columns.js";
import { tried, watched, type Choices } from "../state/inspection.js";
import type { Connection } from "./connection.js";

/** What shows the predictions for all test images, by its tag. */
const SHOW_PREDICTIONS = ["mistakes-panel", "report-dialog"];

/**
 * What the page wants to be told again and again while the network learns: its prediction for the picture that is tried,
 * what goes on inside it, its predictions for all test images. The worker hears of every change of that, and a worker
 * that takes the place of another hears of all. Nothing of it changes a run.
 */
export class Subscriptions {
  readonly #state: AppState;
  readonly #connection: Connection;
  readonly #effects: (() => void)[] = [];

  constructor(state: AppState, connection: Connection) {
    this.#state = state;
    this.#connection = connection;
    const picture = computed(() => state.inspection.picture);
    const request = computed(() => state.inspection.request);
    const inspects = computed(() => state.panels.open.has("inside-panel"));
    const wantsPredictions = computed(() => SHOW_PREDICTIONS.some((tag) => state.panels.open.has(tag)));
    // Each by itself: all of them change when one of them is answered.
    const example = computed(() => state.inspection.example);
    const showsMaps = computed(() => state.inspection.showsMaps);
    const description = computed(() => state.recipe.description);
    const pixels = computed(() => picture.value ?? (example.value && unitPixels(example.value.pixels)));
    const layers = computed(() =>
      showsMaps.value && description.value ? columnsOf(description.value).map(({ layer }) => layer) : [],
    );
    const number = computed(() => state.inspection.image);
    const image = computed(() => pixels.value && { image: number.value, pixels: pixels.value, layers: layers.value });
    this.#sync(
      () => image.value,
      (wanted) => ({ type: "predict", ...(wanted ?? { image: number.peek(), pixels: null, layers: [] }) }),
    );
    // The image on the stage, whichever it is.
    const truth = computed(() => (picture.value ? null : (example.value?.label ?? null)));
    const inspection = computed(() =>
      inspects.value ? { ...request.value, pixels: pixels.value, truth: truth.value } : null,
    );
    this.#sync(
      () => inspection.value,
      (wanted) => ({ type: "inspect", request: wanted }),
    );
    this.#sync(
      () => wantsPredictions.value || null,
      (wanted) => ({ type: "sendPredictions", wanted: wanted === true }),
    );
    // Whoever opens the panel again begins anew.
    const startOver = effect(() => {
      if (inspects.value) return;
      const { inspection: store } = state.stores;
      store.update({ request: FIRST_INSPECTION, inspection: null, pointed: null });
    });
    this.#effects.push(startOver);
  }

  /** No worker is told anything any more. */
  dispose(): void {
    for (const end of this.#effects) end();
  }

  /** What the network makes of a picture is shown, until there is none. */
  try(picture: Float32Array | null): void {
    const { inspection } = this.#state.stores;
    inspection.set(tried(inspection.current, picture));
  }

  /** A test image stands for a picture, until a person tries one. */
  watch(example: Example | null): void {
    const { inspection } = this.#state.stores;
    inspection.set(watched(inspection.current, { picture: null, example }));
  }

  /** Whether the maps of the network's layers are in view: nothing is computed for those that are not. */
  showMaps(showsMaps: boolean): void {
    const { inspection } = this.#state.stores;
    if (inspection.current.showsMaps !== showsMaps) inspection.update({ showsMaps });
  }

  /** Something else is inspected. */
  inspect(change: Partial<Choices>): void {
    const { inspection } = this.#state.stores;
    const request = { ...inspection.current.request, ...change };
    // What is inspected already is not asked for once more.
    if (
      Object.entries(inspection.current.request).every(([key, value]) => request[key as keyof typeof request] === value)
    )
      return;
    inspection.update({ request });
  }

  /** Somebody points at a value of a layer, or at none any more. */
  point(pointed: Pointed | null): void {
    this.#state.stores.inspection.update({ pointed });
  }

  /** A run was prepared on images of so many numbers: a picture that was made for others is put away. */
  fit(numbers: number): void {
    const { picture, example } = this.#state.stores.inspection.current;
    const image = picture ?? example?.pixels;
    if (image && image.length !== numbers) this.try(null);
  }

  /** All of the data is here, of which nothing but the inspected test image may have been missing. */
  complete(): void {
    const { inspection, panels } = this.#state.stores;
    const { request, picture, example } = inspection.current;
    if (!panels.current.open.has("inside-panel") || inspection.current.inspection) return;
    const pixels = picture ?? (example && unitPixels(example.pixels));
    this.#send({ type: "inspect", request: { ...request, pixels, truth: picture ? null : (example?.label ?? null) } });
  }

  /** Tells the worker what is wanted whenever that changes, and any other worker, if anything is wanted. */
  #sync<T>(wanted: () => T | null, command: (wanted: T | null) => Command): void {
    const worker = computed(() => this.#state.engine.worker);
    let [sentTo, sent]: [number, T | null] = [worker.peek(), null];
    const follow = effect(() => {
      if (worker.value !== sentTo) [sentTo, sent] = [worker.value, null];
      const now = wanted();
      if (now === sent) return;
      sent = now;
      this.#send(command(now));
    });
    this.#effects.push(follow);
  }

  /** A dead engine answers nothing: the next worker will be told. */
  #send(command: Command): void {
    if (this.#state.stores.run.current.phase !== "dead") this.#connection.send(command);
  }
}
