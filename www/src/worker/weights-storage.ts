import { FOLDERS, SET_ASIDE } from "../../../crate/js/opfs.js";
import { WritableFolder } from "../../../crate/js/opfs-writer.js";

const EXTENSION = ".safetensors";
/** Bytes of all together. */
const MAX_BYTES = 128e6;

/** Files of weights that runs start from, in the browser's storage: whoever trained further can do it again after a reload. */
export class WeightsStorage {
  readonly #folder = new WritableFolder(FOLDERS.weights);

  /** The file of that digest; undefined where it is not stored, or the browser gives no storage. */
  async read(digest: string): Promise<Uint8Array | undefined> {
    return this.#folder.read(digest + EXTENSION).catch(() => undefined);
  }

  /** Stores a file; those that were stored longest ago make room for it. Throws whatever the browser throws. */
  async write(digest: string, bytes: Uint8Array): Promise<void> {
    if (await this.#folder.has(digest + EXTENSION)) return;
    await this.#folder.removeAbandoned(Date.now());
    await this.#folder.write(digest + EXTENSION, `${digest}.${Date.now()}`, bytes);
    const newestFirst = (await this.#folder.list()).sort((a, b) => b.written - a.written);
    let total = 0;
    for (const { name, bytes: size } of newestFirst) {
      total += size;
      if (total > MAX_BYTES && name !== digest + EXTENSION && !name.endsWith(SET_ASIDE))
        await this.#folder.remove(name).catch(() => {});
    }
  }

  /** One that is not what its name says is kept, and not taken for it any more. */
  async setAside(digest: string): Promise<void> {
    await this.#folder.setAside(digest + EXTENSION).catch(() => {});
  }
}
