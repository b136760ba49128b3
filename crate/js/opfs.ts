// Folders of the browser's origin-private file system (OPFS), as far as a page may use them: see opfs-writer.ts.

export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
  /** When it was written: milliseconds since 1970. */
  readonly written: number;
}

/** The extension of a file that is still being written. */
export const UNFINISHED = ".part";
/** So old is none that is still being written. */
const ABANDONED_MS = 86_400_000;
/** The extension of a file that is not what it should be, and is kept all the same: a person made it. */
export const SET_ASIDE = ".bad";

/** The folders of this package, by what lies in them. */
export const FOLDERS = {
  checkpoints: "bunsen-checkpoints-v1",
  customDatasets: "bunsen-own-v1",
  /** What came of files whose download is not complete. */
  downloads: "bunsen-downloads-v1",
  /** What graphics adapters have proven. */
  gpuProofs: "bunsen-gpu-proofs-v1",
  /** Files of weights that runs start from. */
  weights: "bunsen-weights-v1",
} as const;

/** A file that can be renamed: browsers have this method, TypeScript's libraries do not. */
export interface MovableFileHandle extends FileSystemFileHandle {
  move(name: string): Promise<void>;
}

/** A folder of that name, created if it is not there. */
export async function openFolder(name: string): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(name, { create: true });
}

/** A folder of files. Every call may throw whatever the browser throws. */
export class Folder {
  readonly #name: string;
  #handle: Promise<FileSystemDirectoryHandle> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async list(): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for await (const [name, handle] of (await this.open()).entries()) {
      if (!isFile(handle)) continue;
      // One that another tab removes meanwhile is skipped.
      const file = await handle.getFile().catch(() => undefined);
      if (file) files.push({ name, bytes: file.size, written: file.lastModified });
    }
    return files;
  }

  async has(name: string): Promise<boolean> {
    try {
      await (await this.open()).getFileHandle(name);
      return true;
    } catch (thrown) {
      if ((thrown as Error | undefined)?.name === "NotFoundError") return false;
      throw thrown;
    }
  }

  async read(name: string): Promise<Uint8Array> {
    const handle = await (await this.open()).getFileHandle(name);
    return new Uint8Array(await (await handle.getFile()).arrayBuffer());
  }

  /** Removes what writers left unfinished that came to a sudden end. One that is at work is never that slow. */
  async removeAbandoned(now: number): Promise<void> {
    for (const { name, written } of await this.list()) {
      if (name.endsWith(UNFINISHED) && written < now - ABANDONED_MS) await this.remove(name).catch(() => {});
    }
  }

  async remove(name: string): Promise<void> {
    await (await this.open()).removeEntry(name);
  }

  /** Renames a file, so that nobody takes it for what it should be. */
  async setAside(name: string): Promise<void> {
    const handle = (await (await this.open()).getFileHandle(name)) as MovableFileHandle;
    await handle.move(name + SET_ASIDE);
  }

  protected open(): Promise<FileSystemDirectoryHandle> {
    this.#handle ??= openFolder(this.#name);
    this.#handle.catch(() => (this.#handle = undefined));
    return this.#handle;
  }
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === "file";
}
