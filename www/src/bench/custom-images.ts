import { signal } from "@preact/signals-core";

import {
  CUSTOM_DATA,
  DIGEST_KEY,
  customDatasetValues,
  imageOptions,
  isCustom,
} from "../../../crate/js/custom-dataset-keys.js";
import { messageOf } from "../../../crate/js/errors.js";
import { fittedBatch, fittedSteps } from "../panels/custom-images/few-images.js";
import type { Photos } from "../panels/custom-images/photos/photos.js";
import { requestPersistence } from "../runs/persistence.js";
import type { CustomDatasetInfo, GivenFile, ReadFiles } from "../protocol.js";
import type { AppState } from "../state/app-state.js";
import { isLocked } from "../state/run-state.js";
import type { Connection } from "./connection.js";
import { underWay } from "./files.js";
import type { RecipeEditor } from "./recipe-editor.js";
import { msg } from "../words/msg.js";
import { translated } from "../words/translated.js";

/** A person's own images, and a known data set's own files. */
export class CustomImages {
  readonly #state: AppState;
  readonly #connection: Connection;
  readonly #editor: RecipeEditor;
  /** What was given last, to be read anew where it is to be made into something else. */
  #files: GivenFile[] = [];
  /** Whether this browser decodes those of them that nothing else here reads. */
  #browserDecoder = false;
  /** What is collected class by class; it is taken when a person says so. */
  readonly photos = signal<Photos | null>(null);
  /** How often it was asked to store images, or no longer. */
  #storeRequests = 0;

  constructor(state: AppState, connection: Connection, editor: RecipeEditor) {
    this.#state = state;
    this.#connection = connection;
    this.#editor = editor;
  }

  /**
   * Takes a person's own images, or a known data set's own files.
   * @param anyImages whether they may be others than the link names
   */
  async take(gathered: GivenFile[] | Promise<GivenFile[]>, anyImages = false): Promise<void> {
    const { customDataset, files: opened, run, recipe } = this.#state.stores;
    customDataset.update({ refused: null, knownFiles: null });
    if (isLocked(run.current)) return opened.update({ unreadable: underWay(msg("What you gave")) });
    let files: GivenFile[];
    try {
      files = await gathered;
    } catch (thrown) {
      return customDataset.update({
        refused: {
          message: msg("It could not be read: {why}", { why: translated(messageOf(thrown)) }),
          sound: false,
          browserDecoder: false,
        },
      });
    }
    if (files.length === 0) return;
    if (files !== this.#files) this.#browserDecoder = false;
    this.#files = files;
    const { parsed, draft, link } = recipe.current;
    const values = { ...parsed?.values, ...draft };
    const { dataset } = customDataset.current;
    const unnamed = !isCustom(values) || !values[DIGEST_KEY] || values[DIGEST_KEY] === dataset?.digest;
    const options = {
      ...imageOptions(values),
      seed: Number(values["seed"] ?? 1),
      browserDecoder: this.#browserDecoder,
    };
    this.#connection.reopenIfDead();
    const read = this.#connection.request("readFiles", {
      files,
      own: isCustom(values),
      data: values["data"],
      options: anyImages || unnamed ? options : { ...options, link },
    });
    customDataset.update({ reading: { done: 0, total: files.length } });
    this.#wereRead(await read);
  }

  /** The files that were given last. */
  get given(): readonly GivenFile[] {
    return this.#files;
  }

  /** Takes what was given last, though the link names others. */
  takeAnyway(): void {
    void this.take(this.#files, true);
  }

  /** Takes them again, with what this browser decodes. */
  decodeInBrowser(): void {
    this.#browserDecoder = true;
    void this.take(this.#files);
  }

  /** Another size, other channels, another way to make them square, or other folders as classes: the images are read again. */
  reshape(key: "size" | "channels" | "fit" | "folder", value: string): void {
    const { customDataset, run, recipe } = this.#state.stores;
    if (isLocked(run.current)) return;
    const { dataset, refused } = customDataset.current;
    const isNamed = dataset !== null && dataset.digest === recipe.current.parsed?.values[DIGEST_KEY];
    // What was refused may be taken when it is smaller.
    const again = (isNamed || refused !== null) && this.#files.length > 0;
    this.#editor.changeAll({ [key]: value, [DIGEST_KEY]: "" });
    if (again) void this.take(this.#files, true);
  }

  /** Keeps the images that are shown in the browser's storage, or no longer. */
  async store(store: boolean): Promise<void> {
    const { customDataset } = this.#state.stores;
    const request = ++this.#storeRequests;
    if (store) void requestPersistence();
    customDataset.update({ storing: store });
    this.#connection.reopenIfDead();
    await this.#connection.request("storeDataset", { store });
    if (request === this.#storeRequests) customDataset.update({ storing: null });
  }

  /** Removes all images that were stored. Those that the recipe names stay until the page is closed. */
  async removeStored(): Promise<void> {
    const { customDataset, recipe } = this.#state.stores;
    const named = recipe.current.parsed?.values[DIGEST_KEY] ?? "";
    const { dataset, stored } = customDataset.current;
    const isStored = stored.datasets.some(({ digest }) => digest === dataset?.digest);
    this.#connection.reopenIfDead();
    const removed = await this.#connection.request("removeStoredDatasets", { named });
    if (removed === undefined || !isStored || dataset?.digest === named) return;
    // Nothing holds their bytes any longer.
    if (customDataset.current.dataset === dataset) customDataset.update({ dataset: null });
    this.#files = [];
  }

  /** Images are here: they were read, or found in the storage. */
  loaded(dataset: CustomDatasetInfo): void {
    const { customDataset, recipe, run } = this.#state.stores;
    customDataset.update({ dataset, reading: null });
    const { parsed, link } = recipe.current;
    if (parsed && isCustom(parsed.values) && parsed.values[DIGEST_KEY] === dataset.digest) {
      // Those that the link names: they were found in the storage, or given for it just now.
      if (dataset.split && !isLocked(run.current)) this.#connection.restart(link);
      return;
    }
    // Train was pressed while they were read. They are here all the same.
    if (isLocked(run.current))
      return this.#notUsed(
        msg("Your images are read, and not used: a run is going on. Pause it, then choose them under Data."),
      );
    this.#editor.changeAll(customDatasetValues(dataset));
  }

  /** They may be fewer than a network's usual batch: unless that was asked for, another recipe is taken that learns from them. */
  fitRecipe(asked: Record<string, string>): void {
    const { customDataset, recipe, data } = this.#state.stores;
    const { parsed } = recipe.current;
    if (!parsed || !isCustom(parsed.values)) return;
    const { dataset } = customDataset.current;
    const { info } = data.current;
    const here = dataset && dataset.digest === parsed.values[DIGEST_KEY] ? dataset.split?.train : undefined;
    const images = here ?? (info?.name === CUSTOM_DATA ? info.train : Infinity);
    const { values, defaults } = parsed;
    const isUsual = (key: string): boolean => !(key in asked) && values[key] === defaults[key];
    const changes: Record<string, string> = {};
    const usual = { batch: Number(values["batch"]), shards: Number(values["shards"]) };
    const fitted = "batch" in asked ? undefined : fittedBatch(usual, images);
    if (fitted) {
      changes["batch"] = String(fitted.batch);
      if (!("shards" in asked)) changes["shards"] = String(fitted.shards);
      if (fitted.plain && values["aug"] && !("aug" in asked)) changes["aug"] = "";
    }
    const length = {
      batch: fitted?.batch ?? usual.batch,
      epochs: Number(values["epochs"]),
      steps: Number(values["steps"] ?? 0),
    };
    const fittedTo = isUsual("epochs") && isUsual("steps") ? fittedSteps(length, images) : undefined;
    if (fittedTo) changes["steps"] = String(fittedTo);
    if (Object.keys(changes).length > 0) this.#editor.changeAll(changes);
  }

  #wereRead(read: ReadFiles | null | undefined): void {
    const { customDataset, run } = this.#state.stores;
    // They could not be read at all, of which the panel tells.
    if (!read) return customDataset.update({ reading: null });
    switch (read.type) {
      case "customDataset":
        return this.loaded(read.dataset);
      case "knownFiles": {
        const { given } = read;
        customDataset.update({ reading: null, knownFiles: given });
        if (given.missing.length > 0) return;
        if (isLocked(run.current))
          return this.#notUsed(
            msg(
              "The files of {title} are kept, and not used: a run is going on. Pause it, then choose them under Data.",
              {
                title: given.title,
              },
            ),
          );
        // What the link names is compared when the run starts.
        const { values = {} } = this.#state.stores.recipe.current.parsed ?? {};
        const digest = values[given.name] || given.digest;
        this.#editor.changeAll({ data: given.name, ...(digest ? { [given.name]: digest } : {}) });
        return;
      }
      case "refused": {
        const { type: _, ...refused } = read;
        return customDataset.update({ reading: null, refused });
      }
      default:
        read satisfies never;
    }
  }

  #notUsed(unreadable: string): void {
    this.#state.stores.files.update({ unreadable });
  }
}
