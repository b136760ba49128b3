// Files and folders that a command writes: as a whole or not at all, and tried before the work.

import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BunsenError, messageOf } from "../errors.js";

/**
 * Makes a folder and those above it. Gives false where it is there already. (Node's own `recursive` tries for ever where a file system
 * has no folder and takes none, as /proc.)
 */
export async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "EEXIST") {
      if ((await stat(path)).isDirectory()) return false;
      throw new Error("it is there, and no folder", { cause: thrown });
    }
    const above = dirname(path);
    if (code !== "ENOENT" || above === path || !(await makeFolder(above))) throw thrown;
    await mkdir(path);
    return true;
  }
}

/** Throws an error of kind "file" where nothing can be written to the folder. */
export async function requireWritable(folder: string): Promise<void> {
  const probe = join(folder, `.bunsen-${process.pid}`);
  try {
    await writeFile(probe, "Bunsen tries whether it can write here.");
    await rm(probe);
  } catch (thrown) {
    throw unwritable(folder, thrown);
  }
}

/** Writes beside the file and renames, so that what was there is lost only to what is whole. */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, contents);
    await rename(part, path);
  } catch (thrown) {
    await rm(part, { force: true }).catch(() => {});
    throw unwritable(path, thrown);
  }
}

export function unwritable(path: string, thrown: unknown): BunsenError {
  return new BunsenError("file", `${path} cannot be written (${messageOf(thrown)}).`, { cause: thrown });
}
