import { batch, computed, signal } from "@preact/signals-core";

import type { Plan } from "../module.js";
import { initialCustomDataset } from "./custom-dataset.js";
import { initialData } from "./data.js";
import { initialEngine } from "./engine.js";
import { initialFiles } from "./files.js";
import { initialInspection } from "./inspection.js";
import { initialPanels } from "./panels.js";
import { initialProgress } from "./progress.js";
import { initialQueue } from "./queue.js";
import { initialRecipe, type RecipeState } from "./recipe.js";
import { initialRequests } from "./requests.js";
import { initialResults } from "./results.js";
import { preparedOf, transition, type RunEvent, type RunState } from "./run-state.js";
import { initialRuns } from "./runs.js";
import { Store, ThrottledStore } from "./store.js";
import { initialStory } from "./story.js";
import {
  translatedDescription,
  translatedFields,
  translatedInfo,
  translatedLayerKinds,
} from "../words/module-texts.js";

/** Its texts that come from the module, in the language of the page. */
function inWords(recipe: RecipeState): RecipeState {
  const { fields, layerKinds, description } = recipe;
  return changed(recipe, {
    fields: translatedFields(fields),
    layerKinds: translatedLayerKinds(layerKinds),
    description: description && translatedDescription(description),
  });
}

/** The value itself where nothing of it is another. */
function changed<T extends object>(value: T, change: Partial<T>): T {
  const isOther = Object.entries(change).some(([key, other]) => value[key as keyof T] !== other);
  return isOther ? { ...value, ...change } : value;
}

/** The run at hand, in the states of `run-state.ts`. */
class RunStore {
  readonly #state = signal<RunState<Plan>>({ phase: "none", reason: "opening" });

  get value(): RunState<Plan> {
    return this.#state.value;
  }

  get current(): RunState<Plan> {
    return this.#state.peek();
  }

  /** Throws an `ImpossibleTransition` where the table does not allow it. */
  dispatch(event: RunEvent<Plan>): void {
    this.#state.value = transition(this.current, event);
  }
}

/**
 * All that the page shows, by subject. Each has a store; the getters read its value, so that an element or an effect
 * that reads one is told when that subject changes, and of no other.
 */
export class AppState {
  readonly stores = {
    run: new RunStore(),
    /** The choice that the run came from: goes up whenever another takes its place. */
    runId: signal(0),
    engine: new Store(initialEngine),
    recipe: new Store(initialRecipe),
    data: new Store(initialData),
    customDataset: new Store(initialCustomDataset),
    files: new Store(initialFiles),
    results: new Store(initialResults),
    requests: new Store(initialRequests),
    panels: new Store(initialPanels),
    runs: new Store(initialRuns),
    queue: new Store(initialQueue),
    story: new Store(initialStory),
    progress: new ThrottledStore(initialProgress),
    inspection: new ThrottledStore(initialInspection),
  } as const;
  readonly #plan = computed(() => preparedOf(this.run));
  /** Their texts that come from the module in the language of the page. */
  readonly #recipe = computed(() => inWords(this.stores.recipe.value));
  readonly #data = computed(() => {
    const data = this.stores.data.value;
    return data.info ? changed(data, { info: translatedInfo(data.info) }) : data;
  });
  readonly #hasTrained = computed(() => this.progress.step > 0);

  get run(): RunState<Plan> {
    return this.stores.run.value;
  }

  get runId(): number {
    return this.stores.runId.value;
  }

  /** Of the run at hand, once it is prepared. */
  get plan(): Plan | null {
    return this.#plan.value;
  }

  get engine() {
    return this.stores.engine.value;
  }

  get recipe() {
    return this.#recipe.value;
  }

  get data() {
    return this.#data.value;
  }

  get customDataset() {
    return this.stores.customDataset.value;
  }

  get files() {
    return this.stores.files.value;
  }

  get results() {
    return this.stores.results.value;
  }

  get requests() {
    return this.stores.requests.value;
  }

  get runs() {
    return this.stores.runs.value;
  }

  get queue() {
    return this.stores.queue.value;
  }

  get story() {
    return this.stores.story.value;
  }

  get panels() {
    return this.stores.panels.value;
  }

  /** Changes with every step: see `hasTrained`. */
  get progress() {
    return this.stores.progress.value;
  }

  /** Whether there are steps: for who shows nothing of their number. */
  get hasTrained(): boolean {
    return this.#hasTrained.value;
  }

  get inspection() {
    return this.stores.inspection.value;
  }

  /** Changes several subjects, and tells of all of it once, with what was held back. */
  change(work: () => void): void {
    batch(() => {
      work();
      this.stores.progress.publish();
      this.stores.inspection.publish();
    });
  }
}
