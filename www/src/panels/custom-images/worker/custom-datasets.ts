import type { BunsenError, CustomDataset, Lab } from "../../../module.js";
import type { CustomDatasetInfo, Requests, WorkerEvent } from "../../../protocol.js";
import type { CustomDatasetReader, ReadFiles } from "../requests.js";

type Module = typeof import("../../../../../crate/js/index.js");

/** Shown of each class. */
const SAMPLES = 6;
/** Progress is told this often at most. */
const PROGRESS_INTERVAL_MS = 100;

/** What a person's files become: a custom dataset of their own images, or a known data set's own files. */
export class CustomDatasets implements CustomDatasetReader {
  readonly #module: Module;
  readonly #lab: Lab;
  readonly #post: (event: WorkerEvent) => void;
  readonly #storage: InstanceType<Module["CustomDatasetStorage"]>;
  /** The images that the page shows. */
  #shown: CustomDataset | undefined;
  #progressAt = 0;

  constructor(module: Module, lab: Lab, post: (event: WorkerEvent) => void) {
    this.#module = module;
    this.#lab = lab;
    this.#post = post;
    this.#storage = new module.CustomDatasetStorage();
  }

  /** Takes over images that the page has from another worker. */
  async adopt({ digest, blob }: { digest: string; blob: Blob }): Promise<void> {
    this.#shown = this.#lab.addCustomDataset(new Uint8Array(await blob.arrayBuffer()), digest);
  }

  async read(id: number, { files, own, data, options }: Requests["readFiles"]["params"]): Promise<ReadFiles> {
    const onProgress = (progress: { done: number; total: number }): void => {
      if (performance.now() - this.#progressAt < PROGRESS_INTERVAL_MS) return;
      this.#progressAt = performance.now();
      this.#post({ type: "readingFiles", id, progress });
    };
    const given = files.map(({ path, file }) => ({ path, bytes: file }));
    try {
      // Where a known data set is chosen its files may lie in a zip.
      const mayHold = !own && files.some(({ path }) => /\.zip$/i.test(path));
      if (mayHold || this.#lab.hasDatasetFiles(files.map(({ path }) => path))) {
        const known = await this.#lab.addDatasetFiles(given, onProgress, data).catch((thrown: unknown) => {
          const { kind, code } = thrown as Partial<BunsenError>;
          // Other data sets of that form have files of the same names, and other zips hold none of them.
          if (!(own || code === "no-dataset-file") || kind !== "data") throw thrown;
        });
        if (known) return { type: "knownFiles", given: known };
      }
      const [first] = files;
      const zip = files.length === 1 && first && /\.zip$/i.test(first.path) ? first.file : undefined;
      const dataset = await this.#lab.customDataset(zip ?? given, { ...options, onProgress });
      const info = this.#show(dataset, { train: dataset.train, test: dataset.test });
      await this.#postStored();
      return { type: "customDataset", dataset: info };
    } catch (thrown) {
      const { kind, code, message } = thrown as Partial<BunsenError>;
      if (kind !== "data" && kind !== "storage" && kind !== "recipe") throw thrown;
      return {
        type: "refused",
        message: message ?? "",
        sound: code === "other-dataset",
        browserDecoder: code === "browser-decoder",
      };
    }
  }

  /** Shows the images of that digest, where they are here and not shown yet. */
  async find(id: number, digest: string): Promise<void> {
    await this.#postStored();
    if (!digest || this.#shown?.digest === digest) return;
    try {
      const dataset = await this.#lab.findCustomDataset(digest);
      if (dataset) this.#post({ type: "customDataset", id, dataset: this.#show(dataset, null) });
    } catch (thrown) {
      const { kind, message } = thrown as Partial<BunsenError>;
      if (kind !== "storage" && kind !== "data") throw thrown;
      // They are missed when a run needs them: nothing that goes on needs them now.
      await this.#postStored(message ?? null);
    }
  }

  async store(store: boolean): Promise<void> {
    const shown = this.#shown;
    if (!shown) return;
    let notice: string | null = null;
    if (!store) await this.#storage.remove(shown.digest);
    else await this.#storage.write(shown.digest, shown.bytes).catch((thrown: Error) => (notice = thrown.message));
    await this.#postStored(notice);
  }

  async removeStored(named: string): Promise<void> {
    for (const { digest } of await this.#storage.list()) {
      await this.#storage.remove(digest);
      if (digest === named) continue;
      this.#lab.removeCustomDataset(digest);
      if (this.#shown?.digest === digest) this.#shown = undefined;
    }
    await this.#postStored();
  }

  async #postStored(notice: string | null = null): Promise<void> {
    this.#post({ type: "storedDatasets", stored: await this.#storage.list(), notice });
  }

  #show(dataset: CustomDataset, split: CustomDatasetInfo["split"]): CustomDatasetInfo {
    this.#shown = dataset;
    const { bytes, ...info } = dataset;
    const blob = new Blob([bytes as BlobPart]);
    return { ...info, blob, samples: this.#module.sampleImages(bytes, SAMPLES), split };
  }
}
