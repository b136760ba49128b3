// The browser's storage, where data sets stay from one visit to the next.
//
// It is a convenience and may be absent, forbidden, full or damaged: nothing here throws. What could not be kept is
// said in `refusal`, and the caller goes on with what it fetched.

import { Bytes, pieces } from "./bytes.js";
import { reasonOf } from "./errors.js";

const CACHE = "bunsen-data-v1";

/** One file of a data set: the digest is part of its name, so another edition is another file. */
export interface Kept {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
}

export class DataStorage {
  #cache: Promise<Cache | undefined> | undefined;
  #why = "";

  /** Why nothing could be kept, as the start of a sentence; empty while all went well. */
  get refusal(): string {
    return this.#why;
  }

  /** The bytes as they were kept: whoever asks must verify them. */
  async read(file: Kept): Promise<Uint8Array | undefined> {
    return this.#try(async (cache) => {
      const found = await cache.match(address(file));
      return found && read(found);
    });
  }

  async write(file: Kept, bytes: Uint8Array): Promise<void> {
    const headers = { "content-type": "application/octet-stream", "content-length": String(bytes.byteLength) };
    await this.#try((cache) => cache.put(address(file), new Response(bytes as BodyInit, { headers })));
  }

  async drop(file: Kept): Promise<void> {
    await this.#try((cache) => cache.delete(address(file)));
  }

  async #try<T>(work: (cache: Cache) => Promise<T>): Promise<T | undefined> {
    if (this.#why) return undefined; // It said no once; asking again for every file helps nobody.
    try {
      this.#cache ??= open();
      const cache = await this.#cache;
      if (cache) return await work(cache);
      this.#why = "The browser gives this page no storage";
    } catch (thrown) {
      this.#why = storageSaid(thrown);
    }
    return undefined;
  }
}

async function open(): Promise<Cache | undefined> {
  // Absent where the page is not served from a secure origin; reading it throws where storage is forbidden.
  return globalThis.caches?.open(CACHE);
}

/** All at once, the browser would hold them twice. */
async function read(response: Response): Promise<Uint8Array> {
  const bytes = new Bytes();
  bytes.expect(Number(response.headers.get("content-length")) || 0);
  for await (const piece of pieces(response)) bytes.add(piece);
  return bytes.all();
}

/** The cache wants an address of http; nothing is ever fetched from this one. */
function address(file: Kept): string {
  const origin = globalThis.origin && globalThis.origin !== "null" ? globalThis.origin : "https://bunsen.invalid";
  return new URL(`/bunsen-data/${file.name}/${file.path}?sha256=${file.sha256}`, origin).href;
}

/** Why the browser stored nothing, as the start of a sentence. */
export function storageSaid(thrown: unknown): string {
  const name = (thrown as Error | undefined)?.name;
  if (name === "QuotaExceededError") return "The browser's storage is full";
  if (name === "NotSupportedError") return "The browser gives this page no storage";
  if (name === "SecurityError" || name === "NotAllowedError") return "The browser forbids this page to store anything";
  return `The browser's storage failed (${reasonOf(thrown).replace(/\.$/, "")})`;
}
