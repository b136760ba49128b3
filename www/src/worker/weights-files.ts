import { imageOptions } from "../../../crate/js/custom-dataset-keys.js";
import { INIT_KEY } from "../../../crate/js/init-key.js";
import type { BunsenError, Lab, Model, ParsedLink, WeightsInfo } from "../module.js";
import type { HeldWeights, MissedWeights, WorkerEvent } from "../protocol.js";
import type { Answers } from "./request-context.js";
import { trainedFile } from "./trained-file.js";
import { WeightsStorage } from "./weights-storage.js";

/** How an error says that the data are not here. */
const WITHOUT_DATA: readonly unknown[] = ["dataset-missing", "mirrors-not-asked"];

/** The files of weights that runs start from. The lab holds them, and the browser's storage keeps them. */
export class WeightsFiles {
  readonly #lab: Lab;
  readonly #storage: WeightsStorage | null;
  readonly #post: (event: WorkerEvent) => void;
  /** Those that the lab was given, by their digests. */
  readonly #held = new Map<string, HeldWeights>();
  #found: Promise<void> = Promise.resolve();
  /** The network that answers without its data. */
  #model: Model | undefined;
  #alone: Answers | undefined;
  readonly #shipped: typeof trainedFile;

  /**
   * @param keeps whether the browser's storage is to keep them
   * @param shipped gets the files that come with the page
   */
  constructor(lab: Lab, post: (event: WorkerEvent) => void, keeps: boolean, shipped = trainedFile) {
    this.#lab = lab;
    this.#post = post;
    this.#shipped = shipped;
    this.#storage = keeps ? new WeightsStorage() : null;
  }

  /** Takes over the file that the page has from another worker. */
  async adopt(held: HeldWeights): Promise<void> {
    this.#lab.addWeights(new Uint8Array(await held.file.arrayBuffer()));
    this.#held.set(held.digest, held);
  }

  /** Has the lab hold a file, and the storage keep it. Throws a `file` error where it is none. */
  async keep(bytes: Uint8Array): Promise<HeldWeights> {
    const { digest } = this.#hold(bytes);
    const isKept = await this.#store(digest, bytes);
    const held = { digest, file: new Blob([bytes as BlobPart]), isKept, isShipped: false };
    this.#held.set(digest, held);
    return held;
  }

  /** Whether a recipe with these values starts from a file that is not here. */
  lacks(values: Readonly<Record<string, string>>): boolean {
    const digest = values[INIT_KEY];
    return Boolean(digest) && !this.#held.has(digest ?? "");
  }

  /** Settles when it is known whether the file that was looked for last is here. */
  get found(): Promise<void> {
    return this.#found;
  }

  /** Tells the page whether the file is here that a recipe with these values starts from. Nothing where it needs none. */
  find(id: number, values: Readonly<Record<string, string>>): Promise<void> {
    const digest = values[INIT_KEY];
    if (digest) this.#found = this.#find(id, digest);
    return this.#found;
  }

  /**
   * The run of a recipe cannot be prepared, as its data are not here: where it starts from a file, the network answers by that alone, and the page is
   * told so. Whether it does.
   */
  async answerAlone(id: number, recipe: ParsedLink | undefined, code: unknown): Promise<boolean> {
    const held = this.#held.get(recipe?.values[INIT_KEY] ?? "");
    if (!held || !recipe || !WITHOUT_DATA.includes(code)) return false;
    const bytes = new Uint8Array(await held.file.arrayBuffer());
    // A file of other classes gives no network for these: the run says why, once it is asked for.
    const model = await this.#lab.load(recipe.link, bytes).catch((thrown: Partial<BunsenError>) => {
      if (thrown.kind !== "file") throw thrown;
    });
    if (!model) return false;
    this.#model = model;
    this.#alone = answersOf(model, recipe.values);
    this.#post({ type: "answering", id, data: this.#alone.data });
    return true;
  }

  /** What answers without its data; nothing where the run does. */
  get alone(): Answers | undefined {
    return this.#alone;
  }

  /** Another run takes its place. */
  dropAlone(): void {
    this.#model?.free();
    this.#model = this.#alone = undefined;
  }

  async #find(id: number, digest: string): Promise<void> {
    if (!this.#held.has(digest)) await this.#takeStored(digest);
    const missed = this.#held.has(digest) ? null : await this.#takeShipped(digest);
    this.#post({ type: "weights", id, digest, held: this.#held.get(digest) ?? null, missed });
  }

  async #takeStored(digest: string): Promise<void> {
    const bytes = await this.#storage?.read(digest);
    if (bytes && !this.#take(digest, bytes, false)) await this.#storage?.setAside(digest);
  }

  /** Why a file that comes with the page is not here; null where it is, and of one that does not come with it. */
  async #takeShipped(digest: string): Promise<MissedWeights | null> {
    const bytes = await this.#shipped(digest);
    if (bytes === undefined) return null;
    if (bytes === null) return "unreachable";
    return this.#take(digest, bytes, true) ? null : "damaged";
  }

  /** Holds a file that should have that digest. Whether it does. */
  #take(digest: string, bytes: Uint8Array, isShipped: boolean): boolean {
    try {
      if (this.#lab.readWeights(bytes).digest !== digest) return false;
      this.#hold(bytes);
    } catch {
      // The page asks for the file.
      return false;
    }
    this.#held.set(digest, { digest, file: new Blob([bytes as BlobPart]), isKept: true, isShipped });
    return true;
  }

  #hold(bytes: Uint8Array): WeightsInfo {
    return this.#lab.addWeights(bytes);
  }

  async #store(digest: string, bytes: Uint8Array): Promise<boolean> {
    if (!this.#storage) return false;
    return this.#storage.write(digest, bytes).then(
      () => true,
      () => false,
    );
  }
}

/** @param values of the recipe, of whose data nothing is here */
function answersOf(model: Model, values: ParsedLink["values"]): Answers {
  const [channels, height, width] = model.input;
  const { fit } = imageOptions(values);
  const counts = { synthetic: false, train: 0, test: 0, digest: "" };
  return {
    data: {
      name: values["data"] ?? "",
      title: "",
      classes: [...model.classes],
      channels,
      height,
      width,
      fit,
      ...counts,
    },
    predict: (pixels) => model.predict(pixels),
    forward: (pixels, layers) => model.forward(pixels, layers),
    activations: (pixels, layer) => model.activations(pixels, layer),
    saliency: (pixels, label) => model.saliency(pixels, label),
    normalization: () => model.normalization(),
    weights: () => model.weights(),
    examples: () => [],
  };
}
