// Fetches a data set's files: from the browser's storage, else beside the page, else from the mirrors. Every file is verified
// wherever it came from, and where one location gives a wrong file the next is asked.

import type { DataOptions } from "./api.js";
import type { DataSource, SourceFile } from "./cpu/bunsen.js";
import { DatasetStorage } from "./dataset-storage.js";
import { download, type DownloadResult, type OnProgress } from "./download.js";
import { shown } from "./arguments.js";
import { drawnInsteadOf } from "./drawn-data.js";
import { BunsenError, messageOf } from "./errors.js";
import { inNode } from "./host.js";
import { resolveAddress } from "./page-address.js";
import { ResumableFile } from "./resumable-file.js";
import { TransferRate } from "./transfer-rate.js";

/** Verifies one file and gives what can be used of it; throws what is wrong with it. */
export type Verify<File> = (path: string, bytes: Uint8Array) => File;

/** Where files can be read from. */
export interface Location {
  readonly label: string;
  /** Whether it is a public mirror, which is asked only where that is allowed. */
  readonly isMirror: boolean;
  read(file: SourceFile, onProgress: OnProgress, partial?: ResumableFile): Promise<DownloadResult>;
}

/** Fetches a data set's files one after another, as they are asked for. */
export class DatasetFetcher<File> {
  readonly #damaged: string[] = [];

  static async open<File>(
    source: DataSource,
    verify: Verify<File>,
    options: DataOptions = {},
  ): Promise<DatasetFetcher<File>> {
    const storage = inNode || options.keep === false ? undefined : new DatasetStorage();
    return new DatasetFetcher(source, verify, await locationsOf(source, options), storage, options);
  }

  private constructor(
    readonly source: DataSource,
    readonly verify: Verify<File>,
    /** In the order in which they are asked; one that failed goes to the end. */
    readonly locations: Location[],
    readonly storage: DatasetStorage | undefined,
    readonly options: DataOptions,
  ) {}

  /** The verified files, in their order. */
  async fetch(files: readonly SourceFile[]): Promise<File[]> {
    const verified: File[] = [];
    for (const file of files) verified.push(await this.#fetchFile(file));
    return verified;
  }

  async #fetchFile(file: SourceFile): Promise<File> {
    const key = { name: this.source.name, path: file.path, sha256: file.sha256 };
    const stored = await this.storage?.read(key);
    if (stored) {
      try {
        const verified = this.verify(file.path, stored);
        this.#progressOf(file, "storage")(stored.byteLength, stored.byteLength);
        release(stored);
        return verified;
      } catch {
        this.#damaged.push(file.path);
        await this.storage?.remove(key);
      }
    }

    const reasons: string[] = [];
    let isWithheld = false;
    const partial = this.storage && (await ResumableFile.open(file.sha256));
    try {
      for (const location of [...this.locations]) {
        if (location.isMirror && !(await this.#mayAskMirrors())) {
          isWithheld = true;
          continue;
        }
        try {
          const { bytes, verified } = await this.#fetchFrom(location, file, partial);
          partial?.discard();
          await this.storage?.write(key, bytes);
          release(bytes);
          return verified;
        } catch (thrown) {
          reasons.push(`${location.label}: ${shorten(messageOf(thrown), file.path)}`);
          this.locations.push(...this.locations.splice(this.locations.indexOf(location), 1));
        }
      }
    } finally {
      await partial?.close();
    }
    const { title } = this.source;
    if (isWithheld) {
      const message = `${title} is not here, and no other server was asked for it.`;
      throw new BunsenError("data", message, { code: "mirrors-not-asked" });
    }
    const why = reasons.length > 0 ? reasons.join("; ") : "there is no place to look for it";
    throw new BunsenError(
      "data",
      `${title} could not be had: no place gave a sound ${file.path} (${why}). ${advice(this.source)}data=${drawnInsteadOf(this.source.name)} needs no download.`,
    );
  }

  /** Asked before each request to a mirror: it may have been allowed since the last one. */
  #mayAskMirrors(): boolean | Promise<boolean> {
    const { mirrors = true } = this.options;
    return typeof mirrors === "function" ? mirrors(this.source.name) : mirrors;
  }

  /** Sentences about what did not go as it should. */
  notices(): string[] {
    const { title } = this.source;
    const notices: string[] = [];
    if (this.#damaged.length > 0) {
      notices.push(
        `What the browser had stored of ${title} was damaged (${this.#damaged.join(", ")}): it was fetched again.`,
      );
    }
    if (this.storage?.failure) {
      notices.push(`${this.storage.failure}: ${title} was not kept and will be fetched again next time.`);
    }
    return notices;
  }

  async #fetchFrom(
    location: Location,
    file: SourceFile,
    partial: ResumableFile | undefined,
  ): Promise<{ bytes: Uint8Array; verified: File }> {
    const onProgress = this.#progressOf(file, location.label);
    const { bytes, resumed } = await location.read(file, onProgress, partial);
    try {
      return { bytes, verified: this.verify(file.path, bytes) };
    } catch (thrown) {
      partial?.discard();
      if (!resumed) throw thrown;
    }
    // Its parts may have been of two versions.
    const again = await location.read(file, onProgress);
    return { bytes: again.bytes, verified: this.verify(file.path, again.bytes) };
  }

  #progressOf(file: SourceFile, from: string): OnProgress {
    const rate = new TransferRate();
    return (loaded, total, waiting) => {
      rate.add(loaded, performance.now());
      const secondsLeft = total > 0 && !waiting ? rate.secondsFor(total - loaded) : undefined;
      const split = this.source.test.includes(file) ? "test" : "train";
      this.options.onProgress?.({
        name: this.source.name,
        file: file.path,
        split,
        from,
        loaded,
        total,
        secondsLeft,
        waiting,
      });
    };
  }
}

/** Frees bytes that were copied into the module: the garbage collector would leave tens of megabytes for long. */
function release(bytes: Uint8Array): void {
  const { buffer } = bytes as { buffer: ArrayBufferLike & { transfer?(length: number): ArrayBuffer } };
  buffer.transfer?.(0);
}

/** Where a person can put a data set that no mirror has for pages. */
function advice({ name, folder, mirrors, sheets }: DataSource): string {
  if (mirrors.length + sheets.length > 0) return "";
  return (
    "No mirror has it for pages: its files belong into the folder " +
    `data/${folder}/ beside the page (\`cargo xtask data ${name}\` fetches them), ` +
    `or into ${folder}/ in the folder that BUNSEN_DATA names. `
  );
}

/** A reason without the file's name in front, which the sentence has already, and without a full stop. */
function shorten(reason: string, path: string): string {
  return reason.replace(`${path}: `, "").replace(/\.$/, "");
}

/** In the order in which they are asked. */
export async function locationsOf(source: DataSource, options: DataOptions): Promise<Location[]> {
  const locations: Location[] = [];
  if (inNode) {
    const { defaultFolder, readData } = await import("./node.js");
    const folder = options.folder ?? defaultFolder();
    if (folder !== undefined) {
      const read = async ({ path, bytes }: SourceFile) => ({
        bytes: await readData(folder, source.folder, path, bytes),
        resumed: false,
      });
      locations.push({ label: "folder", isMirror: false, read });
    }
  }
  const base = options.base ?? defaultBase();
  if (base !== undefined) {
    // A base is a folder, with or without its last slash.
    const root = resolveAddress(String(base).replace(/\/*$/, "/"));
    if (!root)
      throw new BunsenError("data", `${shown(base)} is no address of a folder of data: data.base has to be one.`);
    const folder = new URL(`${source.folder}/`, root);
    const sameOrigin = folder.origin === globalThis.origin;
    locations.push(webLocation(sameOrigin ? "this site" : folder.host, folder.href, false));
  }
  if (options.mirrors !== false) {
    for (const prefix of source.mirrors) locations.push(webLocation(new URL(prefix).host, prefix, true));
    for (const prefix of source.sheets) locations.push(sheetLocation(new URL(prefix).host, prefix));
  }
  return locations;
}

function sheetLocation(label: string, prefix: string): Location {
  return {
    label,
    isMirror: true,
    read: async (...request) => (await import("./sheets.js")).readSheet(prefix, ...request),
  };
}

function webLocation(label: string, prefix: string, isMirror: boolean): Location {
  return {
    label,
    isMirror,
    read: ({ path, bytes: unpackedSize }, onProgress, partial) =>
      download({ url: prefix + path, unpackedSize, onProgress, partial }),
  };
}

/** `data/` beside the page. */
const defaultBase = (): URL | undefined => (inNode ? undefined : resolveAddress("data/"));
