// Writing into the origin-private file system: only a dedicated worker can.

import { Folder, UNFINISHED, type MovableFileHandle } from "./opfs.js";

export class WritableFolder extends Folder {
  /**
   * Writes a file under a temporary name, then renames it: under its own name it is always complete.
   * @param temporary the temporary name without its extension: no two writers have the same
   */
  async write(name: string, temporary: string, bytes: Uint8Array): Promise<void> {
    const unfinished = temporary + UNFINISHED;
    const handle = (await (await this.open()).getFileHandle(unfinished, { create: true })) as MovableFileHandle;
    try {
      const access = await handle.createSyncAccessHandle();
      try {
        access.truncate(0);
        writeAll(access, bytes, 0);
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
}

/** Writes bytes at an offset; throws where there is room for some of them only. */
export function writeAll(access: FileSystemSyncAccessHandle, bytes: Uint8Array, at: number): void {
  const written = access.write(bytes as BufferSource, { at });
  if (written < bytes.byteLength) throw new DOMException("Not all of it was written.", "QuotaExceededError");
}
