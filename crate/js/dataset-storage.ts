// The browser's Cache storage, where data sets stay from one visit to the next.
//
// This is best effort: it may be absent, forbidden, full or damaged, and nothing here throws. What could not be stored is
// said in `failure`, and the caller uses what it fetched.

import { ByteBuffer, chunksOf } from "./byte-buffer.js";
import { messageOf } from "./errors.js";

/** The name of the cache. */
export const CACHE = "bunsen-data-v1";

/** One file of a data set: the digest is part of its key, so another version is another file. */
export interface CacheKey {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
}

export class DatasetStorage {
  #cache: Promise<Cache | undefined> | undefined;
  #failure = "";

  /** Why nothing could be stored, as the start of a sentence; empty while all went well. */
  get failure(): string {
    return this.#failure;
  }

  /** The bytes as they were stored: the caller must verify them. */
  async read(key: CacheKey): Promise<Uint8Array | undefined> {
    return this.#try(async (cache) => {
      const response = await cache.match(urlOf(key));
      return response && readAll(response);
    });
  }

  async write(key: CacheKey, bytes: Uint8Array): Promise<void> {
    const headers = { "content-type": "application/octet-stream", "content-length": String(bytes.byteLength) };
    await this.#try((cache) => cache.put(urlOf(key), new Response(bytes as BodyInit, { headers })));
  }

  async remove(key: CacheKey): Promise<void> {
    await this.#try((cache) => cache.delete(urlOf(key)));
  }

  async #try<T>(work: (cache: Cache) => Promise<T>): Promise<T | undefined> {
    if (this.#failure) return undefined; // It failed once: no retry for every file.
    try {
      this.#cache ??= openCache();
      const cache = await this.#cache;
      if (cache) return await work(cache);
      this.#failure = "The browser gives this page no storage";
    } catch (thrown) {
      this.#failure = storageFailure(thrown);
    }
    return undefined;
  }
}

async function openCache(): Promise<Cache | undefined> {
  // Absent where the page is no secure context; reading it throws where storage is forbidden.
  return globalThis.caches?.open(CACHE);
}

/** Chunk by chunk: `arrayBuffer()` would make the browser hold the bytes twice. */
async function readAll(response: Response): Promise<Uint8Array> {
  const buffer = new ByteBuffer();
  buffer.reserve(Number(response.headers.get("content-length")) || 0);
  for await (const chunk of chunksOf(response)) buffer.append(chunk);
  return buffer.view();
}

/** A cache's keys are http addresses; nothing is ever fetched from this one. */
function urlOf(key: CacheKey): string {
  const origin = globalThis.origin && globalThis.origin !== "null" ? globalThis.origin : "https://bunsen.invalid";
  return new URL(`/bunsen-data/${key.name}/${key.path}?sha256=${key.sha256}`, origin).href;
}

/** Why the browser stored nothing, as the start of a sentence. */
export function storageFailure(thrown: unknown): string {
  const name = (thrown as Error | undefined)?.name;
  if (name === "QuotaExceededError") return "The browser's storage is full";
  if (name === "NotSupportedError") return "The browser gives this page no storage";
  if (name === "SecurityError" || name === "NotAllowedError") return "The browser forbids this page to store anything";
  return `The browser's storage failed (${messageOf(thrown).replace(/\.$/, "")})`;
}
