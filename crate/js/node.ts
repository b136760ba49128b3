// What only Node has: files and threads. Imported on demand, so that no page ever asks for it.

// Node's own modules are asked for as it runs: a bundler for pages would look for what an import names.
const { readdir, readFile, stat } = process.getBuiltinModule("node:fs/promises");
const { availableParallelism } = process.getBuiltinModule("node:os");
const { join } = process.getBuiltinModule("node:path");
const { Worker } = process.getBuiltinModule("node:worker_threads");

/** A build's WebAssembly, which Node's fetch would not read from a file. */
export async function readWasm(url: URL): Promise<BufferSource> {
  return new Uint8Array(await readFile(url));
}

/** The folder that data sets are read from when no other is named. */
export function defaultFolder(): string | undefined {
  return process.env.BUNSEN_DATA || undefined;
}

/** A data set's file, compressed or not. `dataset` is the data set's own folder. */
export async function readData(folder: string, dataset: string, path: string): Promise<Uint8Array> {
  const compressed = join(folder, dataset, path);
  try {
    return new Uint8Array(await readFile(compressed));
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === "ENOENT";
    if (!missing || !compressed.endsWith(".gz")) throw thrown;
    return new Uint8Array(await readFile(compressed.slice(0, -".gz".length)));
  }
}

/** A person's own images: the files of a folder, with their paths in it, or the bytes of a zip. */
export async function readFolderOrZip(path: string): Promise<{ path: string; bytes: Uint8Array }[] | Uint8Array> {
  if (!(await stat(path)).isDirectory()) return new Uint8Array(await readFile(path));
  const files: { path: string; bytes: Uint8Array }[] = [];
  const walk = async (folder: string, prefix: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const [from, to] = [join(folder, entry.name), prefix + entry.name];
      // Symbolic links are not followed: they may lead anywhere.
      if (entry.isDirectory()) await walk(from, `${to}/`);
      else if (entry.isFile()) files.push({ path: to, bytes: new Uint8Array(await readFile(from)) });
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
