// A lab over one instance of one build.

import type {
  AddedFiles,
  Batch,
  CodeFile,
  CustomDataset,
  DataOptions,
  Download,
  Lab,
  Language,
  LoadOptions,
  Model,
  RecipeInput,
  Run,
  StartOptions,
  Weights,
} from "./api.js";
import type {
  CheckpointInfo,
  Computation,
  DataSource,
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
  Sweep,
  WeightsInfo,
} from "./cpu/bunsen.js";
import { orAborted, requireSignal, throwIfAborted } from "./cancellation.js";
import { CUSTOM_DATA } from "./custom-dataset-keys.js";
import type { DatasetLease } from "./dataset-cache.js";
import { requireBoolean, requireBytes, requireFloats, requireOptions, requireText } from "./arguments.js";
import { asBunsenError, BunsenError, throwBunsenErrors } from "./errors.js";
import type { GpuProofs } from "./gpu-proofs.js";
import { requireLink } from "./links.js";
import { LabData } from "./lab-data.js";
import { loadedFrom, modelOf, requireNames, withoutExamples } from "./model.js";
import type { Build } from "./module.js";
import { npzOf, programOf } from "./program.js";
import { GuardedRun } from "./run.js";
import { WeightsCache } from "./weights-cache.js";
import type { WorkerPool } from "./worker-pool.js";

const START_OPTIONS = {
  checkpoint: true,
  computedHere: true,
  weights: true,
  runFile: true,
  signal: true,
} as const satisfies Record<keyof StartOptions, true>;
const LOAD_OPTIONS = { normalization: true, classes: true, signal: true } as const satisfies Record<
  keyof LoadOptions,
  true
>;
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
  readonly #mirrors: DataOptions["mirrors"];
  readonly #data: LabData;
  readonly #weights = new WeightsCache();
  readonly #runs = new Set<GuardedRun>();
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
    this.#mirrors = data.mirrors;
    this.#data = new LabData(build, data, (work) => this.#call(work), workers?.limit);
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
    if (values["data"] === CUSTOM_DATA || this.#mirrors === false) return undefined;
    const source = this.#call(() => this.#build.exports.dataSource(canonical));
    if (!source) return undefined;
    const { name, title, mirrors, sheets, packedBytes } = source;
    const hosts = [...mirrors, ...sheets].map((prefix) => new URL(prefix).host);
    if (hosts.length === 0) return undefined;
    const all = this.#call(() => this.#build.exports.dataSources()).find((other) => other.name === name);
    return {
      name,
      title,
      hosts,
      bytes: Math.round((packedBytes * unpackedBytes(source)) / unpackedBytes(all ?? source)),
    };
  }

  graph(link: RecipeInput): ExportedGraph | undefined {
    return this.#call(() => this.#build.exports.graph(requireLink(link)));
  }

  async asCode(link: RecipeInput, language: Language): Promise<CodeFile[]> {
    const { link: canonical, values, check, marked } = this.parse(link);
    // The module has found them to be what they should be.
    const marks = marked ? /(?:^|[&\s])marks=([0-9a-z]+)/.exec(requireLink(link))?.[1] : undefined;
    const promised = check === undefined ? undefined : { check, marks: marks ?? "" };
    const own = await this.#data.ownImages(canonical);
    try {
      return await programOf(language, this.graph(link), canonical, values, own?.held, promised);
    } finally {
      own?.release();
    }
  }

  async preparedImages(link: RecipeInput): Promise<Uint8Array> {
    const { link: canonical, values } = this.parse(link);
    if (values["data"] !== CUSTOM_DATA) {
      throw new BunsenError(
        "recipe",
        `Prepared images are saved of a person's own: this recipe is on ${values["data"]}.`,
      );
    }
    const { held, release } = await this.#data.requireOwnImages(canonical);
    try {
      return await npzOf(held);
    } finally {
      release();
    }
  }

  layerKinds(): LayerKind[] {
    return this.#call(() => this.#build.exports.layerKinds());
  }

  readSweep(text: string): Sweep {
    return this.#call(() => this.#build.exports.readSweep(requireLink(requireText(text, "a sweep", "recipe"))));
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

  readWeights(weights: Uint8Array): WeightsInfo {
    return this.#call(() => this.#build.exports.readWeights(requireBytes(weights, "a file of weights", "file")));
  }

  addWeights(weights: Uint8Array): WeightsInfo {
    const info = this.readWeights(weights);
    this.#weights.add(info.digest, requireBytes(weights, "a file of weights", "file"));
    return info;
  }

  customDataset(...values: Parameters<Lab["customDataset"]>): ReturnType<Lab["customDataset"]> {
    return this.#data.customDataset(...values);
  }

  dataset(...values: Parameters<Lab["dataset"]>): ReturnType<Lab["dataset"]> {
    return this.#data.dataset(...values);
  }

  addCustomDataset(...values: Parameters<Lab["addCustomDataset"]>): CustomDataset {
    return this.#data.addCustomDataset(...values);
  }

  removeCustomDataset(digest: string): void {
    this.#data.removeCustomDataset(digest);
  }

  findCustomDataset(digest: string): Promise<CustomDataset | undefined> {
    return this.#data.findCustomDataset(digest);
  }

  hasDatasetFiles(paths: readonly string[]): boolean {
    return this.#data.hasDatasetFiles(paths);
  }

  addDatasetFiles(...values: Parameters<Lab["addDatasetFiles"]>): Promise<AddedFiles> {
    return this.#data.addDatasetFiles(...values);
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
    const weights = this.#weights.of(values, options ?? {});
    // What is no file of weights is refused before any data are fetched.
    if (weights) this.readWeights(weights);
    const lease = await this.#data.acquire(values["data"] ?? "digits", canonical);
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
          : this.#engine.start(recipe, lease.dataset, weights),
      );
      const proof = this.#proofs && this.#build.guard.call(() => (moduleRun as GpuRun).proof?.());
      // Nobody waits for the storage.
      if (proof) void this.#proofs?.add(proof);
      if (runFile !== undefined)
        await this.#orFree(moduleRun, () => moduleRun.verifyFile(requireText(runFile, "a run file", "file")));
      const seed = values["seed"] ?? "1";
      const acquireOther = (name: string): Promise<DatasetLease> =>
        // What is half a character has no UTF-8.
        this.#data.acquire(name, `data=${encodeURIComponent(name.replace(/\p{Surrogate}/gu, "\ufffd"))}&seed=${seed}`);
      const earlier = this.#workers?.notices.length ?? 0;
      const notices = () => [...skipped, ...lease.notices(), ...new Set(this.#workers?.notices.slice(earlier))];
      const run = this.#add(moduleRun, lease, notices, acquireOther);
      // Not awaited: the run begins alone, and workers join it.
      this.#workers?.pool.resize(Math.min(this.#workers.limit, this.#mostShards()) - 1);
      // A GPU's self-test is done for each run: the lab tells what the last one found.
      this.#info = run.engine;
      return run;
    } catch (thrown) {
      lease.release();
      const error = asBunsenError(thrown);
      // What this adapter has proven is worth nothing any more.
      if (error.kind === "self-test") await this.#proofs?.clear();
      throw error;
    }
  }

  async load(link: RecipeInput, weights: Weights, options: LoadOptions = {}): Promise<Model> {
    requireOptions(options, "lab.load", LOAD_OPTIONS, "run");
    const signal = requireSignal(options?.signal);
    throwIfAborted(signal);
    const recipe = withoutExamples(this.parse(link).values);
    const loaded = loadedFrom(weights, recipe, options?.normalization);
    const classes = requireNames(options?.classes) ?? loaded.classes;
    const load = async (): Promise<Model> => {
      await this.#takeProofs();
      const lease = await this.#data.standIn(recipe, loaded.mean, loaded.std);
      try {
        const run = await this.#callAsync(() => this.#engine.start(recipe, lease.dataset));
        await this.#orFree(run, async () => run.loadWeights(loaded.file));
        return modelOf(this.#add(run, lease), classes);
      } catch (thrown) {
        lease.release();
        throw thrown;
      }
    };
    return orAborted(load(), signal, (model) => model.free());
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

  /** Does something with a run, and frees it where that fails. */
  async #orFree(run: ModuleRun, work: () => Promise<void>): Promise<void> {
    try {
      await this.#build.guard.callAsync(work);
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
    await this.#data.close();
    this.#weights.clear();
    this.#workers?.pool.close();
  }

  /** Keeps a run until it is freed. */
  #add(
    moduleRun: ModuleRun,
    lease: DatasetLease,
    notices: () => string[] = () => [],
    acquireOther: (name: string) => Promise<DatasetLease> = (name) => this.#data.acquire(name, `data=${name}`),
  ): GuardedRun {
    const onFree = (freed: GuardedRun): void => void this.#runs.delete(freed);
    const run = new GuardedRun(moduleRun, this.#build.guard, lease, notices, acquireOther, onFree);
    this.#runs.add(run);
    if (!this.#closed) return run;
    run.free();
    throw closedError();
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

/** Bytes of a data set's files. */
function unpackedBytes({ training, test }: DataSource): number {
  return [...training, ...test].reduce((sum, { bytes }) => sum + bytes, 0);
}
