// A lab over one instance of one build.

import type {
  AddedFiles,
  Batch,
  BytesLike,
  CodeFile,
  CustomDataset,
  CustomDatasetOptions,
  DataOptions,
  Download,
  FileProgress,
  InputFile,
  Lab,
  Language,
  RecipeInput,
  Run,
  StartOptions,
} from "./api.js";
import type {
  CheckpointInfo,
  Computation,
  Description,
  Engine,
  EngineInfo,
  ExportedGraph,
  Field,
  LayerKind,
  ParsedLink,
  Run as ModuleRun,
  RunFile,
  Stack,
} from "./cpu/bunsen.js";
import { orAborted, requireSignal, throwIfAborted } from "./cancellation.js";
import { createCustomDataset, parseCustomDataset } from "./custom-dataset.js";
import { CUSTOM_DATA, CUSTOM_DATASET_KEYS, DIGEST_KEY, imageOptions } from "./custom-dataset-keys.js";
import { CustomDatasetCache } from "./custom-dataset-cache.js";
import { CustomDatasetStorage } from "./custom-dataset-storage.js";
import { DatasetCache, type DatasetLease } from "./dataset-cache.js";
import { addDatasetFiles, hasDatasetFiles } from "./dataset-files.js";
import { fetchDataset, generateDataset, inMemory } from "./dataset-loader.js";
import { requireBoolean, requireBytes, requireFloats, requireOptions, requireText } from "./arguments.js";
import { asBunsenError, BunsenError, messageOf, throwBunsenErrors } from "./errors.js";
import type { GpuProofs } from "./gpu-proofs.js";
import { requireLink } from "./links.js";
import { importScript, wasmUrls, type Build } from "./module.js";
import { GuardedRun } from "./run.js";
import type { WorkerPool } from "./worker-pool.js";

const START_OPTIONS = { checkpoint: true, computedHere: true, runFile: true, signal: true } as const satisfies Record<
  keyof StartOptions,
  true
>;
const DATASET_OPTIONS = {
  link: true,
  size: true,
  channels: true,
  seed: true,
  onProgress: true,
} as const satisfies Record<keyof CustomDatasetOptions, true>;

/** The largest batch that a recipe may have. */
const MAX_BATCH = 1024;

/** Other workers that the CPU engine may use. */
export interface PoolOptions {
  readonly pool: WorkerPool;
  /** Workers in all, the calling one included. */
  readonly limit: number;
  /** What happened to them, as sentences. */
  readonly notices: string[];
}

/** What the GPU build alone has. */
type GpuEngine = Engine & { takeProofs?(records: string): void };
type GpuRun = ModuleRun & { proof?(): string | undefined };

export class GuardedLab implements Lab {
  readonly #build: Build;
  readonly #engine: Engine;
  readonly #why: string;
  readonly #data: DataOptions;
  readonly #datasets = new DatasetCache();
  readonly #runs = new Set<GuardedRun>();
  readonly #customDatasets = new CustomDatasetCache();
  readonly #workers: PoolOptions | undefined;
  /** What the GPU has proven here; what of it the module knows. */
  readonly #proofs: GpuProofs | undefined;
  #taken: Promise<void> | undefined;
  #info: EngineInfo;
  #closed = false;

  constructor(
    build: Build,
    engine: Engine,
    why: string,
    data: DataOptions,
    workers: PoolOptions | undefined,
    proofs?: GpuProofs,
  ) {
    this.#build = build;
    this.#engine = engine;
    this.#why = why;
    this.#data = data;
    this.#workers = workers;
    this.#proofs = proofs;
    this.#takeProofs().catch(() => {}); // A start is told.
    this.#info = build.guard.call(() => engine.info());
  }

  get engine(): Lab["engine"] {
    // Workers join and fail at any time; a GPU's self-test is known from its last run.
    const info = this.#workers && !this.#closed ? this.#build.guard.call(() => this.#engine.info()) : this.#info;
    return { ...info, why: this.#why, workers: this.#workers?.limit ?? 1 };
  }

  fields(): Field[] {
    return this.#call(() => this.#build.exports.fields());
  }

  parse(link: RecipeInput): ParsedLink {
    return this.#call(() => this.#build.exports.parse(requireLink(link)));
  }

  describe(link: RecipeInput): Description {
    return this.#call(() => this.#build.exports.describe(requireLink(link)));
  }

  download(link: RecipeInput): Download | undefined {
    const { link: canonical, values } = this.parse(link);
    if (values["data"] === CUSTOM_DATA || this.#data.mirrors === false) return undefined;
    const source = this.#call(() => this.#build.exports.dataSource(canonical));
    if (!source || source.mirrors.length === 0) return undefined;
    const { name, title, mirrors, packedBytes } = source;
    return { name, title, hosts: mirrors.map((prefix) => new URL(prefix).host), bytes: packedBytes };
  }

  graph(link: RecipeInput): ExportedGraph | undefined {
    return this.#call(() => this.#build.exports.graph(requireLink(link)));
  }

  async asCode(link: RecipeInput, language: Language): Promise<CodeFile[]> {
    const { link: canonical, values } = this.parse(link);
    const graph = this.graph(link);
    // A chunk of its own, which most visits never load.
    const { program } = await importScript(() => import("./code/index.js"), "../code/index.js", wasmUrls.cpu).catch(
      (thrown: unknown) => {
        const why = messageOf(thrown).replace(/\.$/, "");
        throw new BunsenError(
          "engine",
          `What writes programs could not be loaded (${why}). Look at the connection and try again.`,
          {
            cause: thrown,
          },
        );
      },
    );
    return program(language, graph, canonical, values);
  }

  layerKinds(): LayerKind[] {
    return this.#call(() => this.#build.exports.layerKinds());
  }

  readStack(layers: string, data: string): Stack {
    const text = (value: string, what: string): string => requireText(value, what, "recipe");
    return this.#call(() =>
      this.#build.exports.readStack(text(layers, "a stack's layers"), text(data, "the name of a data set")),
    );
  }

  readRunFile(text: string): RunFile {
    return this.#call(() => this.#build.exports.readRunFile(requireText(text, "a run file", "file")));
  }

  readCheckpoint(checkpoint: Uint8Array): CheckpointInfo {
    return this.#call(() => this.#build.exports.readCheckpoint(requireBytes(checkpoint, "a checkpoint", "checkpoint")));
  }

  async customDataset(
    files: readonly InputFile[] | BytesLike,
    options: CustomDatasetOptions = {},
  ): Promise<CustomDataset & { train: number; test: number }> {
    requireOptions(options, "lab.customDataset", DATASET_OPTIONS, "data");
    const { link } = options ?? {};
    const values = link === undefined ? {} : this.parse(link).values;
    const ofLink = imageOptions(values);
    const { size = ofLink.size, channels = ofLink.channels } = options ?? {};
    const created = await createCustomDataset(files, { ...options, size, channels }).catch((thrown: unknown) => {
      throw asBunsenError(thrown, "data");
    });
    const { exports } = this.#build;
    const complete =
      link !== undefined && values[DIGEST_KEY] ? link : `${created.link}&seed=${options?.seed ?? values["seed"] ?? 1}`;
    const dataset = this.#call(() => exports.Dataset.custom(complete, created.bytes));
    const { train, test } = this.#call(() => dataset.info());
    dataset.free();
    this.#customDatasets.add(created);
    return { ...created, train, test };
  }

  addCustomDataset(bytes: Uint8Array, digest: string): CustomDataset {
    requireText(digest, "the digest of images", "data");
    const dataset = parseCustomDataset(requireBytes(bytes, "a data set of images", "data"), digest);
    this.#customDatasets.add(dataset);
    return dataset;
  }

  removeCustomDataset(digest: string): void {
    this.#customDatasets.remove(requireText(digest, "the digest of images", "data"));
    void this.#datasets.freeUnused();
  }

  async findCustomDataset(digest: string): Promise<CustomDataset | undefined> {
    const held = this.#customDatasets.get(requireText(digest, "the digest of images", "data"));
    if (held || !digest || this.#data.keep === false) return held;
    const stored = await new CustomDatasetStorage().read(digest);
    return stored && this.addCustomDataset(stored, digest);
  }

  hasDatasetFiles(paths: readonly string[]): boolean {
    const sources = this.#call(() => this.#build.exports.dataSources());
    return this.#call(() => hasDatasetFiles(sources, paths));
  }

  addDatasetFiles(files: readonly InputFile[], onProgress?: (progress: FileProgress) => void): Promise<AddedFiles> {
    const { exports, guard } = this.#build;
    const verify = (name: string, path: string, bytes: Uint8Array): void =>
      guard.call(() => exports.verifyFile(name, path, requireBytes(bytes, `the file ${path}`, "data")).free());
    const sources = this.#call(() => exports.dataSources());
    return addDatasetFiles(sources, files, verify, onProgress).catch((thrown: unknown) => {
      throw asBunsenError(thrown, "data");
    });
  }

  memory(): { wasm: number } {
    return { wasm: this.#build.memory.buffer.byteLength };
  }

  async start(link: RecipeInput, options: StartOptions = {}): Promise<Run> {
    requireOptions(options, "lab.start", START_OPTIONS, "run");
    const signal = requireSignal(options?.signal);
    throwIfAborted(signal);
    return orAborted(this.#start(link, options), signal, (run) => run.free());
  }

  async #start(link: RecipeInput, options: StartOptions): Promise<Run> {
    const recipe = requireLink(link);
    const { values, link: canonical, notices: skipped } = this.parse(recipe);
    const lease = await this.#acquire(values["data"] ?? "digits", canonical);
    try {
      const { checkpoint, computedHere = false, runFile } = options ?? {};
      await this.#takeProofs();
      const moduleRun = await this.#callAsync(() =>
        checkpoint
          ? this.#engine.resume(
              recipe,
              lease.dataset,
              requireBytes(checkpoint, "a checkpoint", "checkpoint"),
              requireBoolean(computedHere, "whether the checkpoint was computed here"),
            )
          : this.#engine.start(recipe, lease.dataset),
      );
      const proof = this.#proofs && this.#build.guard.call(() => (moduleRun as GpuRun).proof?.());
      // Nobody waits for the storage.
      if (proof) void this.#proofs?.add(proof);
      if (runFile !== undefined) await this.#compareWith(runFile, moduleRun);
      const seed = values["seed"] ?? "1";
      const acquireOther = (name: string): Promise<DatasetLease> =>
        // What is half a character has no UTF-8.
        this.#acquire(name, `data=${encodeURIComponent(name.replace(/\p{Surrogate}/gu, "\ufffd"))}&seed=${seed}`);
      const earlier = this.#workers?.notices.length ?? 0;
      const notices = () => [...skipped, ...lease.notices(), ...new Set(this.#workers?.notices.slice(earlier))];
      const run = new GuardedRun(moduleRun, this.#build.guard, lease, notices, acquireOther, (freed) =>
        this.#runs.delete(freed),
      );
      this.#runs.add(run);
      // Not awaited: the run begins alone, and workers join it.
      this.#workers?.pool.resize(Math.min(this.#workers.limit, this.#mostShards()) - 1);
      // A GPU's self-test is done for each run: the lab tells what the last one found.
      this.#info = run.engine;
      if (this.#closed) {
        run.free();
        throw closedError();
      }
      return run;
    } catch (thrown) {
      lease.release();
      const error = asBunsenError(thrown);
      // What this adapter has proven is worth nothing any more.
      if (error.kind === "self-test") await this.#proofs?.clear();
      throw error;
    }
  }

  /** Tells the module what this adapter has proven before, once. */
  #takeProofs(): Promise<void> {
    const take = async (proofs: GpuProofs): Promise<void> => {
      const records = await proofs.read();
      if (records && !this.#closed) this.#build.guard.call(() => (this.#engine as GpuEngine).takeProofs?.(records));
    };
    this.#taken ??= this.#proofs ? take(this.#proofs) : Promise.resolve();
    return this.#taken;
  }

  forwardBackward(link: RecipeInput, batch: Batch): Promise<Computation> {
    return this.#callAsync(() => {
      const { pixels, labels, weights } = batch;
      return this.#engine.forwardBackward(
        requireLink(link),
        requireFloats(pixels, "a list of pixels"),
        requireBytes(labels, "a batch's list of labels", "run", MAX_BATCH),
        weights && requireFloats(weights, "a list of weights"),
      );
    });
  }

  async #compareWith(runFile: string, run: ModuleRun): Promise<void> {
    try {
      await this.#build.guard.callAsync(() => run.verifyFile(requireText(runFile, "a run file", "file")));
    } catch (thrown) {
      this.#build.guard.call(() => run.free());
      throw thrown;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#freeAll();
  }

  async #freeAll(): Promise<void> {
    // Runs hold the data sets, so they go first. The engine stays: it belongs to the instance.
    const runs = [...this.#runs];
    for (const run of runs) run.free();
    await Promise.all(runs.map((run) => run.freed));
    this.#customDatasets.clear();
    await this.#datasets.close();
    this.#workers?.pool.close();
  }

  /** A data set: generated by the module from the link, or fetched as far as the link needs it. */
  async #acquire(name: string, link: string): Promise<DatasetLease> {
    if (name === CUSTOM_DATA) return this.#acquireCustom(link);
    const source = this.#call(() => this.#build.exports.dataSource(link));
    if (!source) return this.#datasets.acquire(link, async () => this.#call(() => generateDataset(this.#build, link)));
    // Runs on other subsets of it need other files.
    const key = [name, ...source.training.map(({ sha256 }) => sha256)].join(" ");
    return this.#datasets.acquire(key, () => fetchDataset(this.#build, source, this.#data));
  }

  /** A custom data set, split by the link's seed. */
  #acquireCustom(link: string): Promise<DatasetLease> {
    const { values } = this.parse(link);
    const identity = [...CUSTOM_DATASET_KEYS, "seed"].map((name) => values[name] ?? "");
    return this.#datasets.acquire([CUSTOM_DATA, ...identity].join(" "), async () => {
      const custom = await this.findCustomDataset(values[DIGEST_KEY] ?? "");
      return inMemory(this.#call(() => this.#build.exports.Dataset.custom(link, custom?.bytes)));
    });
  }

  /** The largest number of shards of the runs here. */
  #mostShards(): number {
    return Math.max(1, ...[...this.#runs].map(({ plan }) => plan.shards));
  }

  #call<T>(work: () => T): T {
    if (this.#closed) throw closedError();
    return this.#build.guard.call(work);
  }

  #callAsync<T>(work: () => Promise<T>): Promise<T> {
    return this.#closed ? Promise.reject(closedError()) : this.#build.guard.callAsync(work);
  }
}

throwBunsenErrors(GuardedLab);

function closedError(): BunsenError {
  return new BunsenError("run", "This lab is closed: open another with openLab().");
}
