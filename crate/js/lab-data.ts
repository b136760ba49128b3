// The data of a lab: custom data sets, and what its runs are trained on.

import type {
  AddedFiles,
  BytesLike,
  CustomDataset,
  CustomDatasetOptions,
  DataOptions,
  FileProgress,
  ImageArrays,
  InputFile,
} from "./api.js";
import { datasetOfArrays } from "./array-dataset.js";
import { requireBytes, requireOptions, requireText } from "./arguments.js";
import type { HeldImages } from "./code/own-images.js";
import { CustomDatasetCache } from "./custom-dataset-cache.js";
import { CUSTOM_DATA, CUSTOM_DATASET_KEYS, DIGEST_KEY, imageOptions, isCustom } from "./custom-dataset-keys.js";
import { CustomDatasetStorage } from "./custom-dataset-storage.js";
import { createCustomDataset, parseCustomDataset } from "./custom-dataset.js";
import { DatasetCache, type DatasetLease } from "./dataset-cache.js";
import { addDatasetFiles, hasDatasetFiles } from "./dataset-files.js";
import { fetchDataset, generateDataset, inMemory } from "./dataset-loader.js";
import { asBunsenError, BunsenError } from "./errors.js";
import { requireLink } from "./links.js";
import type { Build } from "./module.js";
import { workerLimit } from "./worker-pool.js";

const DATASET_OPTIONS = {
  link: true,
  size: true,
  channels: true,
  fit: true,
  folder: true,
  browserDecoder: true,
  seed: true,
  onProgress: true,
} as const satisfies Record<keyof CustomDatasetOptions, true>;

export class LabData {
  readonly #build: Build;
  readonly #options: DataOptions;
  readonly #call: <T>(work: () => T) => T;
  readonly #threads: number | undefined;
  readonly #datasets = new DatasetCache();
  readonly #customDatasets = new CustomDatasetCache();
  /** How many stand-ins there were. */
  #standIns = 0;

  /** @param call calls the module, unless the lab is closed @param threads that may compute at once, where that is known */
  constructor(build: Build, options: DataOptions, call: <T>(work: () => T) => T, threads?: number) {
    this.#build = build;
    this.#options = options;
    this.#call = call;
    this.#threads = threads;
  }

  async customDataset(
    files: readonly InputFile[] | BytesLike,
    options: CustomDatasetOptions = {},
  ): Promise<CustomDataset & { train: number; test: number }> {
    requireOptions(options, "lab.customDataset", DATASET_OPTIONS, "data");
    const { link } = options ?? {};
    const values = link === undefined ? {} : this.#parse(link);
    const ofLink = imageOptions(values);
    const { size = ofLink.size, channels = ofLink.channels, fit = ofLink.fit, folder = ofLink.folder } = options ?? {};
    const threads = this.#threads ?? (await workerLimit(undefined));
    const every = { ...options, size, channels, fit, folder };
    const created = await createCustomDataset(files, every, threads).catch((thrown: unknown) => {
      throw asBunsenError(thrown, "data");
    });
    const complete =
      link !== undefined && values[DIGEST_KEY] ? link : `${created.link}&seed=${options?.seed ?? values["seed"] ?? 1}`;
    return this.#add(created, complete);
  }

  async dataset(arrays: ImageArrays): Promise<CustomDataset & { train: number; test: number }> {
    const created = await datasetOfArrays(arrays);
    return this.#add(created, created.link);
  }

  /** Keeps a data set that was made, once the module has read it. */
  #add(created: CustomDataset, link: string): CustomDataset & { train: number; test: number } {
    const dataset = this.#call(() => this.#build.exports.Dataset.custom(link, created.bytes));
    const { train, test } = this.#call(() => dataset.info());
    dataset.free();
    this.#customDatasets.add(created);
    return { ...created, train, test };
  }

  addCustomDataset(bytes: Uint8Array, digest: string): CustomDataset {
    requireText(digest, "the digest of images", "data");
    const dataset = parseCustomDataset(requireBytes(bytes, "a data set of images", "data"), digest);
    this.#customDatasets.add(dataset);
    return dataset;
  }

  removeCustomDataset(digest: string): void {
    this.#customDatasets.remove(requireText(digest, "the digest of images", "data"));
    void this.#datasets.freeUnused();
  }

  async findCustomDataset(digest: string): Promise<CustomDataset | undefined> {
    const held = this.#customDatasets.get(requireText(digest, "the digest of images", "data"));
    if (held || !digest || this.#options.keep === false) return held;
    const stored = await new CustomDatasetStorage().read(digest);
    return stored && this.addCustomDataset(stored, digest);
  }

  hasDatasetFiles(paths: readonly string[]): boolean {
    const sources = this.#call(() => this.#build.exports.dataSources());
    return this.#call(() => hasDatasetFiles(sources, paths));
  }

  async addDatasetFiles(
    files: readonly InputFile[],
    onProgress?: (progress: FileProgress) => void,
    name?: string,
  ): Promise<AddedFiles> {
    const { exports, guard } = this.#build;
    const open = (of: string, path: string, bytes: Uint8Array) =>
      guard.call(() => exports.verifyFile(of, path, requireBytes(bytes, `the file ${path}`, "data")));
    const reader = {
      verify: (of: string, path: string, bytes: Uint8Array): void => open(of, path, bytes).free(),
      digest: (of: string, given: readonly { path: string; bytes: Uint8Array }[]): string => {
        const verified = given.map(({ path, bytes }) => open(of, path, bytes));
        const dataset = guard.call(() => exports.Dataset.fromFiles(of, verified));
        const { digest } = dataset.info();
        dataset.free();
        return digest;
      },
    };
    const sources = this.#call(() => exports.dataSources());
    try {
      return await addDatasetFiles(sources, files, reader, onProgress, name);
    } catch (thrown) {
      throw asBunsenError(thrown, "data");
    } finally {
      // What is held of a data set may be replaced by what was given.
      await this.#datasets.freeUnused();
    }
  }

  /** A data set: generated by the module from the link, or fetched as far as the link needs it. */
  async acquire(name: string, link: string): Promise<DatasetLease> {
    if (name === CUSTOM_DATA) return this.#acquireCustom(link);
    const source = this.#call(() => this.#build.exports.dataSource(link));
    if (!source) return this.#datasets.acquire(link, async () => this.#call(() => generateDataset(this.#build, link)));
    // Runs on other subsets of it need other files.
    const key = [name, ...source.training.map(({ path, sha256 }) => sha256 || path)].join(" ");
    return this.#datasets.acquire(key, () => fetchDataset(this.#build, source, this.#options));
  }

  #parse(link: string): Record<string, string> {
    return this.#call(() => this.#build.exports.parse(requireLink(link))).values;
  }

  /** A custom data set, split by the link's seed. */
  #acquireCustom(link: string): Promise<DatasetLease> {
    const values = this.#parse(link);
    const identity = [...CUSTOM_DATASET_KEYS, "seed"].map((name) => values[name] ?? "");
    return this.#datasets.acquire([CUSTOM_DATA, ...identity].join(" "), async () => {
      const custom = await this.findCustomDataset(values[DIGEST_KEY] ?? "");
      return inMemory(this.#call(() => this.#build.exports.Dataset.custom(link, custom?.bytes)));
    });
  }

  /** A person's own images of a link, for what is written of them, until they are released; nothing of other data, and where they are not here. */
  async ownImages(link: string): Promise<{ held: HeldImages; release: () => void } | undefined> {
    const values = this.#parse(link);
    if (!isCustom(values)) return undefined;
    // What cannot be read is told where it is asked for.
    const isHere = await this.findCustomDataset(values[DIGEST_KEY] ?? "").catch(() => undefined);
    return isHere && this.requireOwnImages(link);
  }

  /** The same; throws a `data` error where they are not here. */
  async requireOwnImages(link: string): Promise<{ held: HeldImages; release: () => void }> {
    const custom = await this.findCustomDataset(this.#parse(link)[DIGEST_KEY] ?? "");
    const { dataset, release } = await this.#acquireCustom(link);
    const examples: HeldImages["examples"] = (...values) => this.#call(() => dataset.examples(...values));
    if (custom) return { held: { bytes: custom.bytes, examples }, release };
    release();
    throw new BunsenError("data", "These images are not here any more. Give the folder again.");
  }

  /**
   * What stands for a link's data in a run that is asked and not trained.
   * @param mean @param std what a person's own images are normalized by
   */
  standIn(link: string, mean?: Float32Array, std?: Float32Array): Promise<DatasetLease> {
    const make = () => this.#call(() => this.#build.exports.Dataset.standIn(link, mean, std));
    return this.#datasets.acquire(`stand-in ${this.#standIns++}`, async () => inMemory(make()));
  }

  /** Frees all, once no run uses them. */
  close(): Promise<void> {
    this.#customDatasets.clear();
    return this.#datasets.close();
  }
}
