import type { Lab, OwnData } from "../module.js";
import type { Command, OwnShown, WorkerEvent } from "../protocol.js";

type Module = typeof import("../../../crate/js/index.js");

/** Shown of each class. */
const SAMPLES = 6;
/** Progress is told this often at most. */
const TELL_MS = 100;

/** What a person's files become: their own images, or a known data set's own files. */
export class OwnFiles {
  readonly #module: Module;
  readonly #lab: Lab;
  readonly #post: (event: WorkerEvent) => void;
  readonly #storage: InstanceType<Module["OwnStorage"]>;
  /** The images that the page shows. */
  #shown: OwnData | undefined;
  #told = 0;

  constructor(module: Module, lab: Lab, post: (event: WorkerEvent) => void) {
    this.#module = module;
    this.#lab = lab;
    this.#post = post;
    this.#storage = new module.OwnStorage();
  }

  /** Images that another worker's page holds already. */
  async hold({ digest, blob }: { digest: string; blob: Blob }): Promise<void> {
    this.#shown = this.#lab.holdOwn(new Uint8Array(await blob.arrayBuffer()), digest);
  }

  /** Takes files for that link. What is wrong with them is told, not thrown. */
  async take(id: number, { files, options }: Extract<Command, { type: "take" }>): Promise<void> {
    const onProgress = (progress: { done: number; total: number }): void => {
      if (performance.now() - this.#told < TELL_MS) return;
      this.#told = performance.now();
      this.#post({ type: "taking", id, progress });
    };
    const given = files.map(({ path, file }) => ({ path, bytes: file }));
    try {
      if (this.#lab.knowsFiles(files.map(({ path }) => path))) {
        this.#post({ type: "given", id, given: await this.#lab.giveFiles(given, onProgress) });
        return;
      }
      const [first] = files;
      const zip = files.length === 1 && first && /\.zip$/i.test(first.path) ? first.file : undefined;
      const own = await this.#lab.ownData(zip ?? given, { ...options, onProgress });
      this.#show(id, own, { train: own.train, test: own.test });
      await this.#tellKept();
    } catch (thrown) {
      const kind = (thrown as { kind?: string } | null)?.kind;
      if (kind !== "data" && kind !== "storage" && kind !== "recipe") throw thrown;
      const message = (thrown as Error).message;
      // So begin the sentences about images that are sound, and not those of the link.
      this.#post({ type: "notTaken", id, message, sound: /^These (images|are)/.test(message) });
    }
  }

  /** Shows the images of that digest, where they are here and not shown yet. */
  async find(id: number, digest: string): Promise<void> {
    await this.#tellKept();
    if (!digest || this.#shown?.digest === digest) return;
    const own = await this.#lab.findOwn(digest);
    if (own) this.#show(id, own, null);
  }

  /** Keeps the images that are shown in the browser's storage, or no longer. */
  async keep(keep: boolean): Promise<void> {
    const own = this.#shown;
    if (!own) return;
    let notice: string | null = null;
    if (!keep) await this.#storage.forget(own.digest);
    else await this.#storage.keep(own.digest, own.bytes).catch((thrown: Error) => (notice = thrown.message));
    await this.#tellKept(notice);
  }

  /** Removes all images of anybody's own from the storage. */
  async forget(): Promise<void> {
    for (const { digest } of await this.#storage.list()) await this.#storage.forget(digest);
    await this.#tellKept();
  }

  async #tellKept(notice: string | null = null): Promise<void> {
    this.#post({ type: "ownKept", kept: await this.#storage.list(), notice });
  }

  #show(id: number, own: OwnData, split: OwnShown["split"]): void {
    this.#shown = own;
    const { bytes, ...about } = own;
    const blob = new Blob([bytes as BlobPart]);
    const samples = this.#module.ownSamples(bytes, SAMPLES);
    this.#post({ type: "own", id, own: { ...about, blob, samples, split } });
  }
}

/** The part of a link that says which data, without the data itself. */
export function dataPart(values: Record<string, string>): string {
  const part = new URLSearchParams({ data: values["data"] ?? "" });
  for (const key of ["classes", "size", "channels"]) {
    const value = values[key];
    if (values["data"] === "own" && value !== undefined) part.set(key, value);
  }
  return part.toString();
}
