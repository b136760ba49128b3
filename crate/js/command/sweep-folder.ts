// The folder of a sweep: a folder for each run, by its number, and the tables. What is there of the very recipes is taken.

import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Lab } from "../api.js";
import { BunsenError, messageOf } from "../errors.js";
import { printable } from "../printable.js";
import { makeFolder, requireWritable, unwritable, writeWhole } from "./files.js";
import { FILES } from "./run-folder.js";
import { resultOf, SweepTable, type RunResult } from "./sweep-table.js";

/** A sweep has 10,000 runs at most; there may be some beside them. */
const MOST_FOLDERS = 20_000;
/** What a run file may have at most. */
const MOST_BYTES = 64 << 20;
const MOST_NAMED = 10;

export class SweepFolder {
  readonly path: string;
  /** Runs that are there, by their links. */
  readonly results = new Map<string, RunResult>();
  /** What is there and is not taken, as sentences. */
  readonly notices: string[] = [];
  /** Checkpoints of runs that were interrupted, by their links. */
  readonly #checkpoints = new Map<string, string>();

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes the folder, tries whether it can be written to, and looks at what is in it.
   * @param links those of the sweep
   * @throws BunsenError of kind "file" where it cannot be written, or holds tables that no sweep wrote
   */
  static async prepare(path: string, links: ReadonlySet<string>, lab: Lab): Promise<SweepFolder> {
    const folder = new SweepFolder(path);
    await makeFolder(path).catch((thrown: unknown) => {
      throw unwritable(path, thrown);
    });
    await requireWritable(path);
    for (const name of ["table.csv", "summary.csv"]) {
      const there = await readFile(join(path, name), "utf8").catch(() => undefined);
      if (there !== undefined && !SweepTable.isOwn(there)) {
        throw new BunsenError("file", `${path} holds a ${name} that no sweep wrote: name another folder.`);
      }
    }
    await folder.#look(links, lab);
    return folder;
  }

  /** Where a run is to be trained, and the checkpoint that it goes on from, if there is one. No file that is there is written over. */
  place(run: number, link: string): { folder: string; checkpoint?: string } {
    const checkpoint = this.#checkpoints.get(link);
    if (checkpoint !== undefined) return { folder: join(checkpoint, ".."), checkpoint };
    for (let attempt = 1; ; attempt++) {
      const folder = join(this.path, attempt === 1 ? String(run) : `${run}-${attempt}`);
      const isFree = [FILES.run, FILES.checkpoint].every((name) => !existsSync(join(folder, name)));
      if (isFree) return { folder };
    }
  }

  /** Reads the run file of a run that has ended. Gives nothing where there is none, or it is not that of the whole run. */
  async read(folder: string, link: string, lab: Lab): Promise<RunResult | undefined> {
    const path = join(folder, FILES.run);
    if (!existsSync(path)) return undefined;
    const file = lab.readRunFile(await readFile(path, "utf8"));
    return file.link === link && file.losses.length === file.steps ? resultOf(file, path) : undefined;
  }

  async writeTables(table: SweepTable): Promise<void> {
    await writeWhole(join(this.path, "table.csv"), table.csv());
    await writeWhole(join(this.path, "summary.csv"), table.summaryCsv());
  }

  /** Looks at every run file and checkpoint in the folders of the runs. */
  async #look(links: ReadonlySet<string>, lab: Lab): Promise<void> {
    const entries = (await readdir(this.path, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    if (entries.length > MOST_FOLDERS) {
      throw new BunsenError(
        "file",
        `${this.path} has more than 20,000 folders, and a sweep has fewer: name another one.`,
      );
    }
    const names = entries
      .map(({ name }) => name)
      .sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
    const left: string[] = [];
    for (const name of names) {
      const why = await this.#take(join(this.path, name), links, lab);
      if (why !== undefined) left.push(why);
    }
    this.notices.push(...left.slice(0, MOST_NAMED));
    if (left.length > MOST_NAMED) this.notices.push(`So are ${left.length - MOST_NAMED} more.`);
  }

  /** Takes what a folder has of a run. Gives a sentence where it is left as it is. */
  async #take(folder: string, links: ReadonlySet<string>, lab: Lab): Promise<string | undefined> {
    const [run, checkpoint] = [join(folder, FILES.run), join(folder, FILES.checkpoint)];
    const path = existsSync(run) ? run : checkpoint;
    if (!existsSync(path)) return undefined;
    const left = (why: string): string => `${printable(path)} is left as it is: ${why}`;
    try {
      if (path === checkpoint) {
        const { link } = lab.readCheckpoint(new Uint8Array(await readFile(path)));
        if (!links.has(link)) return left("it is of another recipe.");
        if (!this.#checkpoints.has(link)) this.#checkpoints.set(link, path);
        return undefined;
      }
      if ((await stat(path)).size > MOST_BYTES) return left("it is too large for a run file.");
      const file = lab.readRunFile(await readFile(path, "utf8"));
      if (!links.has(file.link)) return left("it is of another recipe.");
      if (file.losses.length < file.steps) return left(`it has ${file.losses.length} of its ${file.steps} steps.`);
      if (!this.results.has(file.link)) this.results.set(file.link, resultOf(file, path));
      return undefined;
    } catch (thrown) {
      return left(messageOf(thrown));
    }
  }
}
