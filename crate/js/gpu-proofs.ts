// What a GPU has proven, kept for the next visit: the records that the module gives, one file for each adapter, driver and build. For a
// dedicated worker: only there can files be written.
//
// A file is used whole and valid or not at all: it bears a seal of this browser's over all that it says. Without one, or where the
// storage is refused, the module tests as if nothing was known.

import { hex } from "./digest.js";
import { FOLDERS } from "./opfs.js";
import { WritableFolder } from "./opfs-writer.js";
import { StorageSeal } from "./storage-seal.js";

const EXTENSION = ".proofs";

/** Of each file. */
const MAX_RECORDS = 100;
const MAX_BYTES = 1 << 20;

/** An adapter that was updated, or a build that was replaced, does not come again: the oldest files go. */
const MAX_FILES = 4;

/** All of an adapter that the browser tells, with the browser itself in the place of the driver, which none tells. */
export function identityOf(adapter: GPUAdapter): string {
  const { vendor, architecture, device, description }: Partial<GPUAdapterInfo> = adapter.info ?? {};
  const limits: Record<string, unknown> = {};
  for (const name in adapter.limits) limits[name] = adapter.limits[name as keyof GPUSupportedLimits];
  // What an adapter does not tell is no reason not to use it.
  const features = [...((adapter.features as GPUSupportedFeatures | undefined) ?? [])].sort();
  return JSON.stringify([vendor, architecture, device, description, limits, features, navigator.userAgent]);
}

/** The records of an adapter and a build. Nothing here throws. */
export class GpuProofs {
  readonly #folder = new WritableFolder(FOLDERS.gpuProofs);
  readonly #seal: StorageSeal;
  readonly #name: Promise<string>;

  /**
   * @param adapter what `identityOf` says
   * @param build the digest of the module; empty where nobody knows it: then nothing is kept
   */
  constructor(adapter: string, build: Promise<string>, seal = new StorageSeal()) {
    this.#seal = seal;
    this.#name = build.then(async (build) => {
      if (!build) throw new Error("The build is not known.");
      const identity = new TextEncoder().encode(JSON.stringify([adapter, build]));
      return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", identity))) + EXTENSION;
    });
    this.#name.catch(() => {}); // Whoever reads or writes is told.
  }

  /** What is known, a record a line; empty where nothing is. */
  async read(): Promise<string> {
    return (await this.#read().catch(() => [])).join("\n");
  }

  /** Keeps a record, with those that are there. */
  async add(record: string): Promise<void> {
    await this.#write((records) => [...records.filter((other) => other !== record), record]).catch(() => {});
  }

  /** Forgets all of them. */
  async clear(): Promise<void> {
    await this.#name.then((name) => this.#folder.remove(name)).catch(() => {});
  }

  async #read(): Promise<string[]> {
    const name = await this.#name;
    const bytes = await this.#folder.read(name);
    if (bytes.byteLength > MAX_BYTES) return [];
    const [seal, ...records] = new TextDecoder().decode(bytes).split("\n");
    const sealed = new TextEncoder().encode(records.join("\n"));
    return (await this.#seal.verify(name, sealed, seal)) ? records : [];
  }

  async #write(change: (records: string[]) => string[]): Promise<void> {
    const name = await this.#name;
    const records = change(await this.#read().catch(() => [])).slice(-MAX_RECORDS);
    const text = records.join("\n");
    const seal = await this.#seal.seal(name, new TextEncoder().encode(text));
    if (!seal) return;
    await this.#folder.removeAbandoned(Date.now());
    await this.#folder.write(name, `${name}.${Date.now()}`, new TextEncoder().encode(`${seal}\n${text}`));
    const files = (await this.#folder.list()).filter((file) => file.name.endsWith(EXTENSION) && file.name !== name);
    files.sort((a, b) => b.written - a.written);
    for (const file of files.slice(MAX_FILES - 1)) await this.#folder.remove(file.name);
  }
}
