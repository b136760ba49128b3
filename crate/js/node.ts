// What only Node has: files and threads. Imported on demand, so that no page ever asks for it.

import { longest } from "./download.js";
import { sizeInWords } from "./number-format.js";

// Node's own modules are asked for as it runs: a bundler for pages would look for what an import names.
const { closeSync, openSync, readSync } = process.getBuiltinModule("node:fs");
const { readdir, readFile, stat } = process.getBuiltinModule("node:fs/promises");
const { availableParallelism } = process.getBuiltinModule("node:os");
const { basename, join } = process.getBuiltinModule("node:path");
const { Worker } = process.getBuiltinModule("node:worker_threads");

/** A build's WebAssembly, which Node's fetch would not read from a file. */
export async function readWasm(url: URL): Promise<BufferSource> {
  return new Uint8Array(await readFile(url));
}

/** The folder that data sets are read from when no other is named. */
export function defaultFolder(): string | undefined {
  return process.env.BUNSEN_DATA || undefined;
}

/** A data set's file, compressed or not. `dataset` is the data set's own folder. One that is too large to be that file is not read. */
export async function readData(
  folder: string,
  dataset: string,
  path: string,
  unpackedSize: number,
): Promise<Uint8Array> {
  const read = async (at: string): Promise<Uint8Array> => {
    const { size } = await stat(at);
    if (size > longest(unpackedSize)) {
      throw new Error(
        `it has ${sizeInWords(size)}, and the file that belongs there ${sizeInWords(unpackedSize)} at most`,
      );
    }
    return new Uint8Array(await readFile(at));
  };
  const compressed = join(folder, dataset, path);
  try {
    return await read(compressed);
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === "ENOENT";
    if (!missing || !compressed.endsWith(".gz")) throw inWords(thrown);
    return read(compressed.slice(0, -".gz".length)).catch((other: unknown) => {
      throw inWords(other);
    });
  }
}

/** What is wrong with a file, as the page has it of one that a site lacks: Node's own message is for programmers. */
function inWords(thrown: unknown): unknown {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === "ENOENT") return new Error("it is not there", { cause: thrown });
  return code === "EISDIR" ? new Error("a folder has its name", { cause: thrown }) : thrown;
}

/** A part of a file on disk, which is not in memory; also to be read at once. */
class FileOnDisk implements Blob {
  readonly type = "";

  constructor(
    readonly path: string,
    readonly from: number,
    readonly size: number,
  ) {}

  /** `count` bytes from an offset on; fewer at the end. */
  read(offset: number, count: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, Math.min(count, this.size - offset)));
    const file = openSync(this.path, "r");
    try {
      let length = 0;
      while (length < bytes.length) {
        const more = readSync(file, bytes, length, bytes.length - length, this.from + offset + length);
        if (more === 0) break;
        length += more;
      }
      return bytes.subarray(0, length);
    } finally {
      closeSync(file);
    }
  }

  slice(start = 0, end = this.size): Blob {
    return new FileOnDisk(this.path, this.from + start, Math.max(0, Math.min(end, this.size) - start));
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.read(0, this.size);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteLength } = await this.bytes();
    return buffer.byteLength === byteLength ? buffer : buffer.slice(0, byteLength);
  }

  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new Blob([this.read(0, this.size)]).stream();
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }
}

/** A person's own images: the files of a folder, with their paths in it, or a zip. They are read when their turn comes. */
export async function openFolderOrZip(
  path: string,
): Promise<{ path: string; bytes: Blob }[] | (Blob & { name: string })> {
  const found = await stat(path);
  if (!found.isDirectory()) return Object.assign(new FileOnDisk(path, 0, found.size), { name: basename(path) });
  const files: { path: string; bytes: Blob }[] = [];
  const walk = async (folder: string, prefix: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const [from, to] = [join(folder, entry.name), prefix + entry.name];
      // Symbolic links are not followed: they may lead anywhere.
      if (entry.isDirectory()) await walk(from, `${to}/`);
      else if (entry.isFile()) files.push({ path: to, bytes: new FileOnDisk(from, 0, (await stat(from)).size) });
    }
  };
  await walk(path, "");
  return files;
}

/** Threads that can compute at once. */
export function coreCount(): number {
  return availableParallelism();
}

/** A thread that runs a script. Node ends without waiting for it, but where `keepAlive(true)` was the last word. */
export function startNodeThread<Request, Response>(
  script: URL,
  onMessage: (message: Response) => void,
  onFailure: (why: string) => void,
): { post(message: Request, transfer: ArrayBuffer[]): void; keepAlive(isNeeded: boolean): void; stop(): void } {
  // Node's own options are not for a thread: it refuses `--input-type`, for one.
  const thread = new Worker(script, { execArgv: [] });
  thread.on("message", onMessage);
  thread.on("error", (error: Error) => onFailure(error.message));
  thread.on("exit", () => onFailure("its thread came to an end"));
  thread.unref();
  return {
    post: (message, transfer) => thread.postMessage(message, transfer),
    keepAlive: (isNeeded) => (isNeeded ? thread.ref() : thread.unref()),
    stop: () => void thread.terminate(),
  };
}
