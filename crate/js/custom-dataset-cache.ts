// The custom data sets that a lab holds in memory: bounded, for each size and each folder that somebody tries is another.

import type { CustomDataset } from "./api.js";

/** Bytes of all together. The largest data set there can be has 154 MB. */
export const MAX_HELD_BYTES = 256e6;

/** Those that were given or asked for longest ago go first. The last one always stays. */
export class CustomDatasetCache {
  /** By their digests, the one that was used last at the end. */
  readonly #datasets = new Map<string, CustomDataset>();

  get(digest: string): CustomDataset | undefined {
    const dataset = this.#datasets.get(digest);
    if (dataset) this.add(dataset);
    return dataset;
  }

  add(dataset: CustomDataset): void {
    this.#datasets.delete(dataset.digest);
    this.#datasets.set(dataset.digest, dataset);
    let bytes = 0;
    for (const { digest, bytes: own } of [...this.#datasets.values()].reverse()) {
      bytes += own.byteLength;
      if (bytes > MAX_HELD_BYTES && digest !== dataset.digest) this.#datasets.delete(digest);
    }
  }

  remove(digest: string): void {
    this.#datasets.delete(digest);
  }

  clear(): void {
    this.#datasets.clear();
  }
}
