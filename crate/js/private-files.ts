// Files in a folder of the browser's origin-private storage. Only a dedicated worker may write there.

const CHECKPOINTS = "bunsen-checkpoints-v1";

/** What DOM's types leave to those of workers. */
export interface Writable extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<Access>;
  move(name: string): Promise<void>;
}

/** A file that one worker alone has open. */
export interface Access {
  getSize(): number;
  read(bytes: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

export interface PrivateFile {
  readonly name: string;
  readonly bytes: number;
  /** When it was written: milliseconds since 1970. */
  readonly written: number;
}

/** The end of a name under which a file is written, until all of it is there. */
export const UNFINISHED = ".part";

/** A folder of that name. */
export async function privateFolder(name: string): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(name, { create: true });
}

/** A folder, that of checkpoints unless another is named. Every call may throw whatever the browser throws. */
export class PrivateFiles {
  readonly #name: string;
  #folder: Promise<FileSystemDirectoryHandle> | undefined;

  constructor(name = CHECKPOINTS) {
    this.#name = name;
  }

  async list(): Promise<PrivateFile[]> {
    const folder = (await this.#open()) as unknown as AsyncIterable<[string, FileSystemHandle]>;
    const files: PrivateFile[] = [];
    for await (const [name, handle] of folder) {
      if (handle.kind !== "file") continue;
      // One that another tab removes meanwhile is not there.
      const file = await (handle as FileSystemFileHandle).getFile().catch(() => undefined);
      if (file) files.push({ name, bytes: file.size, written: file.lastModified });
    }
    return files;
  }

  async read(name: string): Promise<Uint8Array> {
    const handle = await (await this.#open()).getFileHandle(name);
    return new Uint8Array(await (await handle.getFile()).arrayBuffer());
  }

  /**
   * Writes a file: all of it under another name first, and then renamed, so that under its own name it is whole.
   * @param by the start of that other name: no two writers have the same
   */
  async write(name: string, by: string, bytes: Uint8Array): Promise<void> {
    const unfinished = by + UNFINISHED;
    const handle = (await (await this.#open()).getFileHandle(unfinished, { create: true })) as Writable;
    try {
      const access = await handle.createSyncAccessHandle();
      try {
        access.truncate(0);
        const written = access.write(bytes, { at: 0 });
        if (written < bytes.byteLength) throw new DOMException("Not all of it was written.", "QuotaExceededError");
        access.flush();
      } finally {
        access.close();
      }
      await handle.move(name);
    } catch (thrown) {
      await this.remove(unfinished).catch(() => {});
      throw thrown;
    }
  }

  async remove(name: string): Promise<void> {
    await (await this.#open()).removeEntry(name);
  }

  #open(): Promise<FileSystemDirectoryHandle> {
    this.#folder ??= privateFolder(this.#name);
    this.#folder.catch(() => (this.#folder = undefined));
    return this.#folder;
  }
}
