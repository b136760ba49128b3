// A browser's private storage and its locks in memory, for tests: files can refuse to be read, and the clock can go back.

import { afterEach, beforeEach, vi } from "vitest";

import type { KeyStore } from "../storage-seal.js";

interface FakeFile {
  bytes: Uint8Array;
  lastModified: number;
}

/** Before each test there is another storage, which `take` is given; after it there is none. */
export function storageEach(take: (files: FakeStorage) => void): void {
  beforeEach(() => {
    const files = new FakeStorage();
    files.install();
    take(files);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
}

/** What Node does not have of a browser that stores files. */
export class FakeStorage {
  /** The files of each folder. */
  readonly folders = new Map<string, Map<string, FakeFile>>();
  /** The name of the error that reading a file throws, by the file's name. */
  readonly readErrors = new Map<string, string>();
  /** What the next file that is written is dated: milliseconds since 1970. */
  now = 1_000_000;
  readonly #held = new Set<string>();

  /** Stands where the browser's own would be, until `vi.unstubAllGlobals`. */
  install(): void {
    const getDirectory = async () => ({ getDirectoryHandle: async (name: string) => this.#folder(name) });
    const locks = {
      query: async () => ({ held: [...this.#held].map((name) => ({ name })) }),
      request: async (name: string, _options: object, work: () => Promise<void>) => {
        if (this.#held.has(name)) throw new DOMException("It is held.", "TimeoutError");
        this.#held.add(name);
        await work();
        this.#held.delete(name);
      },
    };
    vi.stubGlobal("navigator", { storage: { getDirectory }, locks });
    vi.spyOn(Date, "now").mockImplementation(() => this.now);
  }

  files(folder: string): Map<string, FakeFile> {
    const files = this.folders.get(folder) ?? new Map<string, FakeFile>();
    this.folders.set(folder, files);
    return files;
  }

  names(folder: string): string[] {
    return [...this.files(folder).keys()].sort();
  }

  put(folder: string, name: string, content: Uint8Array | string): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.files(folder).set(name, { bytes, lastModified: this.now });
  }

  #folder(name: string) {
    const files = this.files(name);
    const missing = (): DOMException => new DOMException("It is not there.", "NotFoundError");
    const handleOf = (first: string) => {
      let name = first;
      const fileOf = (): FakeFile => {
        const file = files.get(name);
        if (!file) throw missing();
        return file;
      };
      return {
        kind: "file",
        getFile: async () => {
          const { bytes, lastModified } = fileOf();
          const arrayBuffer = async (): Promise<ArrayBuffer> => {
            const error = this.readErrors.get(name);
            if (error) throw new DOMException("It cannot be read.", error);
            return bytes.slice().buffer as ArrayBuffer;
          };
          return { size: bytes.length, lastModified, arrayBuffer };
        },
        createSyncAccessHandle: async () => ({
          truncate: (size: number) => void (fileOf().bytes = fileOf().bytes.slice(0, size)),
          write: (bytes: Uint8Array) => {
            fileOf().bytes = bytes.slice();
            return bytes.byteLength;
          },
          flush: () => {},
          close: () => {},
        }),
        move: async (to: string) => {
          const file = fileOf();
          files.delete(name);
          files.set(to, { ...file, lastModified: this.now });
          name = to;
        },
      };
    };
    return {
      entries: async function* () {
        for (const name of [...files.keys()]) yield [name, handleOf(name)];
      },
      getFileHandle: async (name: string, { create = false } = {}) => {
        if (!files.has(name)) {
          if (!create) throw missing();
          files.set(name, { bytes: new Uint8Array(), lastModified: this.now });
        }
        return handleOf(name);
      },
      removeEntry: async (name: string) => {
        if (!files.delete(name)) throw missing();
      },
    };
  }
}

/** The key of a browser's seals. */
export class FakeKeys implements KeyStore {
  #key: CryptoKey | undefined;
  get = async (): Promise<CryptoKey | undefined> => this.#key;
  add = async (key: CryptoKey): Promise<void> => void (this.#key ??= key);
}
