// Custom data sets in the browser's origin-private file system, where a person wishes so. For a dedicated worker: only there
// can files be written.

import type { StoredDataset } from "./api.js";
import { requireBytes, requireText } from "./arguments.js";
import { storageFailure } from "./dataset-storage.js";
import { BunsenError, throwBunsenErrors } from "./errors.js";
import { shortDigest } from "./digest.js";
import { FOLDERS, SET_ASIDE } from "./opfs.js";
import { WritableFolder } from "./opfs-writer.js";

const EXTENSION = ".images";

/** The errors of a browser that has no such file, or gives this page no storage at all, and of Node (20 knows no `navigator`). */
const NOT_STORED = [
  "NotFoundError",
  "NotSupportedError",
  "SecurityError",
  "NotAllowedError",
  "TypeError",
  "ReferenceError",
];

/** Bytes of all data sets together. */
const MAX_BYTES = 512e6;

export class CustomDatasetStorage {
  readonly #folder = new WritableFolder(FOLDERS.customDatasets);

  /** The data sets that are stored, damaged ones among them. None where the browser gives no storage. */
  async list(): Promise<StoredDataset[]> {
    const files = await this.#folder.list().catch(() => []);
    const stored = new Map<string, StoredDataset>();
    for (const { name, bytes } of files) {
      const [digest = "", ...rest] = name.split(".");
      const extension = `.${rest.join(".")}`;
      if (extension !== EXTENSION && extension !== EXTENSION + SET_ASIDE) continue;
      stored.set(digest, { digest, bytes: bytes + (stored.get(digest)?.bytes ?? 0) });
    }
    return [...stored.values()];
  }

  /**
   * The data set of that digest; undefined where it is not stored. Throws a `storage` error where it cannot be read, or is
   * damaged: it is set aside then, and never removed.
   */
  async read(digest: string): Promise<Uint8Array | undefined> {
    const name = requireDigest(digest) + EXTENSION;
    let bytes: Uint8Array;
    try {
      bytes = await this.#folder.read(name);
    } catch (thrown) {
      if (NOT_STORED.includes((thrown as Error | undefined)?.name ?? "")) return undefined;
      throw new BunsenError(
        "storage",
        `${storageFailure(thrown)}: your images cannot be read now. They are left there.`,
      );
    }
    if ((await shortDigest(bytes)) === digest) return bytes;
    await this.#folder.setAside(name).catch(() => {});
    throw new BunsenError(
      "storage",
      "The images in the browser's storage are damaged. They are set aside: give the folder again.",
    );
  }

  /**
   * Stores a data set. Throws a `storage` error, and leaves nothing half-written behind. 512 MB of them are kept: what would be
   * more is refused, for none is removed unasked.
   */
  async write(digest: string, bytes: Uint8Array): Promise<void> {
    requireDigest(digest);
    requireBytes(bytes, "a data set of images", "storage");
    const others = (await this.list()).filter((stored) => stored.digest !== digest);
    const total = others.reduce((sum, stored) => sum + stored.bytes, bytes.byteLength);
    if (total > MAX_BYTES) {
      const [all, most] = [total, MAX_BYTES].map((number) => Math.ceil(number / 1e6));
      throw new BunsenError(
        "storage",
        `With these images ${all} MB would be kept, and ${most} MB are the most: they are not kept, and end with this page. Remove others first.`,
      );
    }
    try {
      await this.#folder.removeAbandoned(Date.now());
      await this.#folder.write(digest + EXTENSION, `${digest}.${Date.now()}`, bytes);
    } catch (thrown) {
      throw new BunsenError("storage", `${storageFailure(thrown)}: the images are not kept, and end with this page.`);
    }
  }

  /** Removes a data set, what was set aside of it too. */
  async remove(digest: string): Promise<void> {
    requireDigest(digest);
    for (const name of [digest + EXTENSION, digest + EXTENSION + SET_ASIDE]) {
      await this.#folder.remove(name).catch(() => {});
    }
  }
}

throwBunsenErrors(CustomDatasetStorage, "storage");

function requireDigest(digest: unknown): string {
  return requireText(digest, "the digest of images", "storage");
}
