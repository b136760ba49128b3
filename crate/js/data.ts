// How a data set that must be fetched is had: from the browser's storage, else beside the page, else from the mirrors.
// Every file is verified wherever it came from, and what one place gets wrong is asked of the next.

import type { DataSource, SourceFile } from "./cpu/bunsen.js";
import { BunsenError, reasonOf } from "./errors.js";
import { download, type Download, type Order } from "./download.js";
import { Part } from "./part.js";
import { Rate } from "./rate.js";
import { DataStorage } from "./storage.js";

export interface DataOptions {
  /** The folder in which `<data set>/<file>` is looked for first; by default `data/` beside the page or worker. */
  base?: string | URL | undefined;
  /** Whether public mirrors may be asked where the base has nothing. Default: true. */
  mirrors?: boolean | undefined;
  /** Whether verified files are kept in the browser's storage. Default: true. */
  keep?: boolean | undefined;
  /** Node: a folder that holds `<data set>/<file>`. Default: the environment's BUNSEN_DATA. */
  folder?: string | undefined;
  /** Called as bytes arrive. */
  onProgress?: ((progress: DataProgress) => void) | undefined;
}

/** One file on its way. */
export interface DataProgress {
  name: string;
  file: string;
  /** Whether training waits for it, or scoring only. */
  split: "train" | "test";
  /** "storage", "this site", "folder", or the host it comes from. */
  from: string;
  /** Bytes so far. */
  loaded: number;
  /** Bytes in all; 0 while nobody knows. */
  total: number;
  /** How long it still takes at the pace of the last seconds; undefined while nobody knows. */
  secondsLeft: number | undefined;
  /** What hinders it, while something does: it goes on by itself. */
  waiting: string | undefined;
}

/** Checks one file and gives what can be used of it; throws what is wrong with it. */
export type Verify<File> = (path: string, bytes: Uint8Array) => File;

/** Somewhere a file can be had. */
interface Place {
  readonly label: string;
  read(file: SourceFile, progress: Order["progress"], part?: Part): Promise<Download>;
}

/** A data set's files, got one after another as they are asked for. */
export class Fetching<File> {
  readonly #damaged: string[] = [];

  static async of<File>(source: DataSource, verify: Verify<File>, options: DataOptions = {}): Promise<Fetching<File>> {
    const node = import.meta.url.startsWith("file:");
    const storage = node || options.keep === false ? undefined : new DataStorage();
    return new Fetching(source, verify, await places(source, options, node), storage, options.onProgress);
  }

  private constructor(
    readonly source: DataSource,
    readonly verify: Verify<File>,
    /** In the order in which they are asked; one that failed goes to the end. */
    readonly places: Place[],
    readonly storage: DataStorage | undefined,
    readonly onProgress: DataOptions["onProgress"],
  ) {}

  /** What was verified of some files, in their order. */
  async files(wanted: readonly SourceFile[]): Promise<File[]> {
    const files: File[] = [];
    for (const file of wanted) files.push(await this.#file(file));
    return files;
  }

  async #file(file: SourceFile): Promise<File> {
    const kept = { name: this.source.name, path: file.path, sha256: file.sha256 };
    const stored = await this.storage?.read(kept);
    if (stored) {
      try {
        const contents = this.verify(file.path, stored);
        this.#teller(file, "storage")(stored.byteLength, stored.byteLength);
        giveBack(stored);
        return contents;
      } catch {
        this.#damaged.push(file.path);
        await this.storage?.drop(kept);
      }
    }

    const reasons: string[] = [];
    const part = this.storage && (await Part.open(file.sha256));
    try {
      for (const place of [...this.places]) {
        try {
          const { bytes, contents } = await this.#from(place, file, part);
          part?.drop();
          await this.storage?.write(kept, bytes);
          giveBack(bytes);
          return contents;
        } catch (thrown) {
          reasons.push(`${place.label}: ${short(reasonOf(thrown), file.path)}`);
          this.places.push(...this.places.splice(this.places.indexOf(place), 1));
        }
      }
    } finally {
      await part?.close();
    }
    const { title } = this.source;
    const why = reasons.length > 0 ? reasons.join("; ") : "there is no place to look for it";
    throw new BunsenError(
      "data",
      `${title} could not be had: no place gave a sound ${file.path} (${why}). ${otherwise(this.source)}data=digits needs no download.`,
    );
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
    if (this.storage?.refusal) {
      notices.push(`${this.storage.refusal}: ${title} was not kept and will be fetched again next time.`);
    }
    return notices;
  }

  /** The file as a place has it. */
  async #from(place: Place, file: SourceFile, part: Part | undefined): Promise<{ bytes: Uint8Array; contents: File }> {
    const tell = this.#teller(file, place.label);
    const { bytes, pieced } = await place.read(file, tell, part);
    try {
      return { bytes, contents: this.verify(file.path, bytes) };
    } catch (thrown) {
      part?.drop();
      if (!pieced) throw thrown;
    }
    // Its parts may have been of two editions.
    const again = await place.read(file, tell);
    return { bytes: again.bytes, contents: this.verify(file.path, again.bytes) };
  }

  #teller(file: SourceFile, from: string): Order["progress"] {
    const rate = new Rate();
    return (loaded, total, waiting) => {
      rate.add(loaded, performance.now());
      const secondsLeft = total > 0 && !waiting ? rate.secondsFor(total - loaded) : undefined;
      const split = this.source.test.includes(file) ? "test" : "train";
      this.onProgress?.({ name: this.source.name, file: file.path, split, from, loaded, total, secondsLeft, waiting });
    };
  }
}

/** Frees what was copied into the module: the collector would let tens of megabytes lie until more are wanted. */
function giveBack(bytes: Uint8Array): void {
  const { buffer } = bytes as { buffer: ArrayBufferLike & { transfer?(length: number): ArrayBuffer } };
  buffer.transfer?.(0);
}

/** How a data set can be had that no mirror has for a page. */
function otherwise({ name, folder, mirrors }: DataSource): string {
  if (mirrors.length > 0) return "";
  return (
    "No mirror has it for pages: its files belong into the folder " +
    `data/${folder}/ beside the page (\`cargo xtask data ${name}\` fetches them), ` +
    `or into ${folder}/ in the folder that BUNSEN_DATA names. `
  );
}

/** A reason without the file's name in front, which the sentence has already, and without a full stop. */
function short(reason: string, path: string): string {
  return reason.replace(`${path}: `, "").replace(/\.$/, "");
}

async function places(source: DataSource, options: DataOptions, node: boolean): Promise<Place[]> {
  const found: Place[] = [];
  if (node) {
    const { defaultFolder, readData } = await import("./node.js");
    const folder = options.folder ?? defaultFolder();
    if (folder !== undefined) {
      const read = async ({ path }: SourceFile) => ({
        bytes: await readData(folder, source.folder, path),
        pieced: false,
      });
      found.push({ label: "folder", read });
    }
  }
  const base = options.base ?? beside(node);
  if (base !== undefined) {
    // A base without its last slash is meant as a folder all the same.
    const root = new URL(String(base).replace(/\/*$/, "/"), globalThis.location?.href);
    const folder = new URL(`${source.folder}/`, root);
    const own = folder.origin === globalThis.origin;
    found.push(web(own ? "this site" : folder.host, folder.href));
  }
  if (options.mirrors !== false) {
    for (const prefix of source.mirrors) found.push(web(new URL(prefix).host, prefix));
  }
  return found;
}

function web(label: string, prefix: string): Place {
  return {
    label,
    read: ({ path, bytes: contents }, progress, part) => download({ address: prefix + path, contents, progress, part }),
  };
}

/** `data/` beside the page; a worker made from a blob has no place of its own, but its page's origin has. */
function beside(node: boolean): URL | undefined {
  if (node || !globalThis.location) return undefined;
  const { protocol, href } = globalThis.location;
  return new URL("data/", protocol === "blob:" ? `${globalThis.origin}/` : href);
}
