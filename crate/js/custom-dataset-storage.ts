// Custom data sets in the browser's origin-private file system, where a person wishes so. For a dedicated worker: only there
// can files be written.

import type { StoredDataset } from "./api.js";
import { storageFailure } from "./dataset-storage.js";
import { BunsenError } from "./errors.js";
import { shortDigest } from "./digest.js";
import { WritableFolder } from "./opfs-writer.js";

const FOLDER = "bunsen-own-v1";
const EXTENSION = ".images";

export class CustomDatasetStorage {
  readonly #folder = new WritableFolder(FOLDER);

  /** The data sets that are stored. None where the browser gives no storage. */
  async list(): Promise<StoredDataset[]> {
    const files = await this.#folder.list().catch(() => []);
    const stored = files.filter(({ name }) => name.endsWith(EXTENSION));
    return stored.map(({ name, bytes }) => ({ digest: name.slice(0, -EXTENSION.length), bytes }));
  }

  /** The data set of that digest, if it is stored and undamaged. */
  async read(digest: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#folder.read(digest + EXTENSION).catch(() => undefined);
    if (!bytes || (await shortDigest(bytes)) === digest) return bytes;
    await this.remove(digest);
    return undefined;
  }

  /** Stores a data set. Throws a `storage` error, and leaves nothing half-written behind. */
  async write(digest: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#folder.write(digest + EXTENSION, `${digest}.${Date.now()}`, bytes);
    } catch (thrown) {
      throw new BunsenError("storage", `${storageFailure(thrown)}: the images are not kept, and end with this page.`);
    }
  }

  async remove(digest: string): Promise<void> {
    await this.#folder.remove(digest + EXTENSION).catch(() => {});
  }
}
