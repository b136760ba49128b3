// What this browser wrote into its storage by itself is told from what was put there: by an HMAC, whose key no script can
// read. The key rests in IndexedDB beside the files and is not extractable, so a file from elsewhere has no seal of this browser's.

import { hex } from "./digest.js";

const DATABASE = "bunsen-seal-v1";
const STORE = "keys";
const KEY = "checkpoints";

/** IndexedDB may never answer: nothing waits for it longer than this. */
const TIMEOUT_MS = 2_000;

/** 128 bits in hexadecimal: a part of a file's name. */
const SEAL_LENGTH = 32;

/** Where the key is kept. Both may throw. */
export interface KeyStore {
  get(): Promise<CryptoKey | undefined>;
  /** Keeps a key, unless there is one: that of another tab counts. */
  add(key: CryptoKey): Promise<void>;
}

/** Seals of this browser's own. Nothing here throws: without WebCrypto or IndexedDB nothing is sealed. */
export class StorageSeal {
  readonly #keys: KeyStore;
  #key: Promise<CryptoKey | undefined> | undefined;

  constructor(keys: KeyStore = new IndexedDbKeys()) {
    this.#keys = keys;
  }

  /**
   * The seal of a file; undefined where this browser cannot seal.
   * @param name what the file is called without its seal, so that none passes for another
   */
  async seal(name: string, bytes: Uint8Array): Promise<string | undefined> {
    const key = await this.#ownKey();
    if (!key) return undefined;
    return hex(new Uint8Array(await crypto.subtle.sign("HMAC", key, await message(name, bytes)))).slice(0, SEAL_LENGTH);
  }

  /** Whether this browser sealed the file. */
  async verify(name: string, bytes: Uint8Array, seal: string | undefined): Promise<boolean> {
    return seal?.length === SEAL_LENGTH && (await this.seal(name, bytes)) === seal;
  }

  #ownKey(): Promise<CryptoKey | undefined> {
    const timeout = new Promise<undefined>((resolve) => setTimeout(resolve, TIMEOUT_MS, undefined));
    this.#key ??= Promise.race([this.#getOrMake(), timeout]).catch(() => undefined);
    return this.#key;
  }

  async #getOrMake(): Promise<CryptoKey | undefined> {
    const there = await this.#keys.get();
    if (there) return there;
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    await this.#keys.add((await crypto.subtle.generateKey(algorithm, false, ["sign"])) as CryptoKey);
    return this.#keys.get();
  }
}

async function message(name: string, bytes: Uint8Array): Promise<BufferSource> {
  const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource)));
  return new TextEncoder().encode(`${digest} ${name}`);
}

class IndexedDbKeys implements KeyStore {
  #database: Promise<IDBDatabase> | undefined;

  get(): Promise<CryptoKey | undefined> {
    return this.#transact("readonly", (store) => store.get(KEY) as IDBRequest<CryptoKey | undefined>);
  }

  async add(key: CryptoKey): Promise<void> {
    await this.#transact("readwrite", (store) => store.add(key, KEY)).catch((thrown: unknown) => {
      if ((thrown as Error | undefined)?.name !== "ConstraintError") throw thrown;
    });
  }

  async #transact<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    this.#database ??= open();
    const database = await this.#database;
    return result(work(database.transaction(STORE, mode).objectStore(STORE)));
  }
}

/** Throws where IndexedDB is absent or forbidden. */
function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return result(request);
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB failed."));
  });
}
