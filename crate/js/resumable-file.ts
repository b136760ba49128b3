// The bytes of an unfinished download, in the browser's origin-private file system, so that it can be resumed after the page
// was closed. Best effort: storage may be absent, forbidden, full or damaged, and nothing here throws.
//
// A file starts with a header of fixed length that says which download it belongs to; the bytes follow. It lies in a folder of
// unfinished files, where nobody looks for complete ones, and what is put together with it is verified by its digest.

import { FOLDERS, openFolder, UNFINISHED } from "./opfs.js";
import { writeAll } from "./opfs-writer.js";

const HEADER_BYTES = 1_024;
/** Storage that does not answer for so long is not used. */
const TIMEOUT_MS = 1_000;
/** No file of a data set is longer. */
const MAX_BYTES = 1 << 29;

/** Which version of which file a download is of: parts of two versions do not fit together. */
export interface Version {
  address: string;
  /** The server's validator: an ETag, or when the file was last modified. */
  validator: string | undefined;
  /** Bytes in all; 0 where the server did not say. */
  total: number;
}

export class ResumableFile {
  readonly #folder: FileSystemDirectoryHandle;
  readonly #name: string;
  #access: FileSystemSyncAccessHandle | undefined;
  #length = 0;
  /** Whether the header is written: without it, bytes are of no use. */
  #hasHeader = false;

  private constructor(folder: FileSystemDirectoryHandle, name: string, access: FileSystemSyncAccessHandle) {
    this.#folder = folder;
    this.#name = name;
    this.#access = access;
  }

  /**
   * What is stored of the file with that digest. None where the browser gives none: outside of a dedicated worker, and where
   * another tab is fetching the same file.
   */
  static async open(sha256: string): Promise<ResumableFile | undefined> {
    if (!("FileSystemSyncAccessHandle" in globalThis)) return undefined;
    let timedOut = false;
    const opening = (async (): Promise<ResumableFile | undefined> => {
      try {
        const name = sha256 + UNFINISHED;
        const folder = await openFolder(FOLDERS.downloads);
        const handle = await folder.getFileHandle(name, { create: true });
        const file = new ResumableFile(folder, name, await handle.createSyncAccessHandle());
        if (timedOut) await file.close();
        return file;
      } catch {
        return undefined;
      }
    })();
    const timeout = new Promise<undefined>((resolve) =>
      setTimeout(() => {
        timedOut = true;
        resolve(undefined);
      }, TIMEOUT_MS),
    );
    return Promise.race([opening, timeout]);
  }

  /** What is stored, if it can be read. */
  read(): { version: Version; bytes: Uint8Array } | undefined {
    try {
      const size = this.#access?.getSize() ?? 0;
      if (size <= HEADER_BYTES || size > MAX_BYTES) return undefined;
      const header = new Uint8Array(HEADER_BYTES);
      this.#access?.read(header, { at: 0 });
      const { address, validator, total } = JSON.parse(new TextDecoder().decode(header)) as Partial<Version>;
      if (typeof address !== "string" || typeof total !== "number") return undefined;
      const bytes = new Uint8Array(size - HEADER_BYTES);
      this.#access?.read(bytes, { at: HEADER_BYTES });
      this.#length = size;
      this.#hasHeader = true;
      return { version: { address, validator, total }, bytes };
    } catch {
      return undefined;
    }
  }

  /** Starts over with a version. */
  begin(version: Version): void {
    const header = new TextEncoder().encode(JSON.stringify(version).padEnd(HEADER_BYTES));
    if (header.byteLength !== HEADER_BYTES) return;
    this.#try((access) => {
      access.truncate(0);
      writeAll(access, header, 0);
      this.#length = HEADER_BYTES;
      this.#hasHeader = true;
    });
  }

  /** Stores the bytes that follow. */
  append(bytes: Uint8Array): void {
    if (!this.#hasHeader) return;
    this.#try((access) => {
      writeAll(access, bytes, this.#length);
      this.#length += bytes.byteLength;
    });
  }

  /** Removes what is stored. */
  discard(): void {
    this.#hasHeader = false;
    this.#try((access) => access.truncate(0));
    this.#length = 0;
  }

  /** Closes the file. What is stored stays for the next visit; an empty file is removed. */
  async close(): Promise<void> {
    const [access, keep] = [this.#access, this.#hasHeader];
    this.#access = undefined;
    try {
      access?.close();
      if (!keep) await this.#folder.removeEntry(this.#name);
    } catch {
      // Another visit finds it, and resumes or discards it.
    }
  }

  /** After a failed write everything is discarded: bytes with a gap are of no use. */
  #try(work: (access: FileSystemSyncAccessHandle) => void): void {
    if (!this.#access) return;
    try {
      work(this.#access);
    } catch {
      this.#hasHeader = false;
      try {
        this.#access.truncate(0);
      } catch {
        // `close` removes it.
      }
    }
  }
}
