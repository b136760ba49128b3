// Somebody's own images in the browser's private storage, where they wish so. Only a dedicated worker may write there.

import { BunsenError } from "./errors.js";
import { PrivateFiles } from "./private-files.js";
import { storageSaid } from "./storage.js";

const FOLDER = "bunsen-own-v1";
const ENDING = ".images";

/** Images that are kept. */
export interface KeptOwn {
  digest: string;
  bytes: number;
}

export class OwnStorage {
  readonly #files = new PrivateFiles(FOLDER);

  /** What is kept. Nothing where the browser gives no storage. */
  async list(): Promise<KeptOwn[]> {
    const files = await this.#files.list().catch(() => []);
    const kept = files.filter(({ name }) => name.endsWith(ENDING));
    return kept.map(({ name, bytes }) => ({ digest: name.slice(0, -ENDING.length), bytes }));
  }

  /** The images of that digest, if they are kept and whole. */
  async read(digest: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#files.read(digest + ENDING).catch(() => undefined);
    if (!bytes || (await digestOf(bytes)) === digest) return bytes;
    await this.forget(digest);
    return undefined;
  }

  /** Keeps them. Throws a `storage` error, and leaves nothing half-written behind. */
  async keep(digest: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#files.write(digest + ENDING, `${digest}.${Date.now()}`, bytes);
    } catch (thrown) {
      throw new BunsenError("storage", `${storageSaid(thrown)}: the images are not kept, and end with this page.`);
    }
  }

  async forget(digest: string): Promise<void> {
    await this.#files.remove(digest + ENDING).catch(() => {});
  }
}

/** What a link names images by: the first 64 bits of the SHA-256, in hexadecimal. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
  return Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
