// The folder that a run is written to. It is there, and found to be writable, before the run is trained.

import { existsSync } from "node:fs";
import { mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { BunsenError, messageOf } from "../errors.js";
import { makeFolder, requireWritable, unwritable, writeWhole } from "./files.js";

/** The files of a run, by what they hold. */
export const FILES = {
  run: "run.bunsen.json",
  weights: "weights.safetensors",
  checkpoint: "checkpoint.safetensors",
} as const;

type Kind = keyof typeof FILES;

export class RunFolder {
  readonly path: string;
  readonly #isNew: boolean;
  /** Whether a checkpoint of this run is in it: one that this process wrote, or that it goes on from. */
  #hasCheckpoint = false;

  private constructor(path: string, isNew: boolean) {
    this.path = path;
    this.#isNew = isNew;
  }

  /**
   * Makes the folder, and tries whether it can be written to. Without a path it is the first of `bunsen-1`, `bunsen-2`, … that is not
   * there.
   * @param resumed the checkpoint that the run goes on from, which the folder may hold
   * @throws BunsenError of kind "file" where it cannot be written, or holds another run
   */
  static async prepare(path: string | undefined, resumed?: string): Promise<RunFolder> {
    const folder = new RunFolder(...(await create(path)));
    for (const kind of ["run", "checkpoint"] as const) {
      const file = join(folder.path, FILES[kind]);
      if (!existsSync(file)) continue;
      if (resumed !== undefined && resolve(resumed) === resolve(file)) {
        folder.#hasCheckpoint = true;
        continue;
      }
      const way = kind === "checkpoint" ? `go on with it by --resume ${file}, or name` : "name";
      throw new BunsenError("file", `${folder.path} holds a ${kind} already (${FILES[kind]}): ${way} another folder.`);
    }
    await requireWritable(folder.path);
    return folder;
  }

  /** Writes a file of the run, as a whole or not at all. Gives its path. */
  async write(kind: Kind, contents: string | Uint8Array): Promise<string> {
    const path = join(this.path, FILES[kind]);
    await writeWhole(path, contents);
    this.#hasCheckpoint ||= kind === "checkpoint";
    return path;
  }

  /** Writes a checkpoint here or, where that fails, among the temporary files: it is all that there is of the run. */
  async writeCheckpoint(contents: Uint8Array): Promise<string> {
    try {
      return await this.write("checkpoint", contents);
    } catch (thrown) {
      console.error(messageOf(thrown));
      const path = join(await mkdtemp(join(tmpdir(), "bunsen-")), FILES.checkpoint);
      await writeWhole(path, contents);
      return path;
    }
  }

  /** Removes the checkpoint of a run that has ended and is written. */
  async removeCheckpoint(): Promise<void> {
    if (this.#hasCheckpoint) await rm(join(this.path, FILES.checkpoint), { force: true });
  }

  /** Removes the folder where it was made for a run that has nothing to write. */
  async removeEmpty(): Promise<void> {
    if (this.#isNew) await rmdir(this.path).catch(() => {});
  }
}

/** Makes the folder. Gives its path, and whether it was not there before. */
async function create(path: string | undefined): Promise<[path: string, isNew: boolean]> {
  try {
    if (path !== undefined) return [path, await makeFolder(path)];
    for (let number = 1; ; number++) {
      const folder = `bunsen-${number}`;
      if (!existsSync(folder) && (await makeFolder(folder))) return [folder, true];
    }
  } catch (thrown) {
    throw unwritable(path ?? process.cwd(), thrown);
  }
}
