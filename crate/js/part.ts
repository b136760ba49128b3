// The bytes of a download that was not finished, in the browser's origin-private storage, so that it can go on after the
// page was closed. A convenience that may be absent, forbidden, full or damaged: nothing here throws.
//
// A file starts with a line of fixed length that says what it is a part of; the bytes follow. It lies in a folder of
// unfinished files, where nobody looks for whole ones, and what is put together with it is verified by its digest.

import { privateFolder, UNFINISHED, type Access, type Writable } from "./private-files.js";

const FOLDER = "bunsen-downloads-v1";
const HEADER = 1_024;
/** Storage that does not answer for so long is done without. */
const PATIENCE_MS = 1_000;
/** No file of a data set is longer. */
const LONGEST = 1 << 29;

/** What a download was of: parts of two editions do not fit together. */
export interface Edition {
  address: string;
  /** The server's own name of it: an ETag, or when it was last modified. */
  validator: string | undefined;
  /** Bytes in all; 0 where the server did not say. */
  total: number;
}

export class Part {
  readonly #folder: FileSystemDirectoryHandle;
  readonly #name: string;
  #access: Access | undefined;
  #length = 0;
  #begun = false;

  private constructor(folder: FileSystemDirectoryHandle, name: string, access: Access) {
    this.#folder = folder;
    this.#name = name;
    this.#access = access;
  }

  /**
   * The part of the file with that digest. None where the browser gives none: outside of a dedicated worker, and where
   * another tab is fetching the same file.
   */
  static async open(sha256: string): Promise<Part | undefined> {
    if (!("FileSystemSyncAccessHandle" in globalThis)) return undefined;
    let late = false;
    const opening = (async (): Promise<Part | undefined> => {
      try {
        const name = sha256 + UNFINISHED;
        const folder = await privateFolder(FOLDER);
        const handle = (await folder.getFileHandle(name, { create: true })) as Writable;
        const part = new Part(folder, name, await handle.createSyncAccessHandle());
        if (late) await part.close();
        return part;
      } catch {
        return undefined;
      }
    })();
    const over = new Promise<undefined>((resolve) =>
      setTimeout(() => {
        late = true;
        resolve(undefined);
      }, PATIENCE_MS),
    );
    return Promise.race([opening, over]);
  }

  /** What is there, if it can be read. */
  read(): { edition: Edition; bytes: Uint8Array } | undefined {
    try {
      const size = this.#access?.getSize() ?? 0;
      if (size <= HEADER || size > LONGEST) return undefined;
      const header = new Uint8Array(HEADER);
      this.#access?.read(header, { at: 0 });
      const { address, validator, total } = JSON.parse(new TextDecoder().decode(header)) as Partial<Edition>;
      if (typeof address !== "string" || typeof total !== "number") return undefined;
      const bytes = new Uint8Array(size - HEADER);
      this.#access?.read(bytes, { at: HEADER });
      this.#length = size;
      this.#begun = true;
      return { edition: { address, validator, total }, bytes };
    } catch {
      return undefined;
    }
  }

  /** Starts over with an edition. */
  begin(edition: Edition): void {
    const header = new TextEncoder().encode(JSON.stringify(edition).padEnd(HEADER));
    if (header.byteLength !== HEADER) return;
    this.#try((access) => {
      access.truncate(0);
      this.#write(access, header, 0);
      this.#length = HEADER;
      this.#begun = true;
    });
  }

  /** The bytes that follow. */
  add(bytes: Uint8Array): void {
    if (!this.#begun) return;
    this.#try((access) => {
      this.#write(access, bytes, this.#length);
      this.#length += bytes.byteLength;
    });
  }

  /** What is there is of no use. */
  drop(): void {
    this.#begun = false;
    this.#try((access) => access.truncate(0));
    this.#length = 0;
  }

  /** Lets go of it. What is there stays for the next visit, and where nothing is there, so does the file not. */
  async close(): Promise<void> {
    const [access, keep] = [this.#access, this.#begun];
    this.#access = undefined;
    try {
      access?.close();
      if (!keep) await this.#folder.removeEntry(this.#name);
    } catch {
      // Another visit finds it, and takes it or drops it.
    }
  }

  #write(access: Access, bytes: Uint8Array, at: number): void {
    if (access.write(bytes, { at }) < bytes.byteLength)
      throw new DOMException("Not all of it was written.", "QuotaExceededError");
  }

  /** What cannot be kept is not: half a kilobyte short of the end it would be of no use. */
  #try(work: (access: Access) => void): void {
    if (!this.#access) return;
    try {
      work(this.#access);
    } catch {
      this.#begun = false;
      try {
        this.#access.truncate(0);
      } catch {
        // It is left to `close`, which removes it.
      }
    }
  }
}
