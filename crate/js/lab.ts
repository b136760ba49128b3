// A lab: one engine, and the runs on it.

import type { CodeFile, Language } from "./code/index.js";
import type { Crew } from "./crew.js";
import type {
  CheckpointInfo,
  Computation,
  Description,
  Engine,
  EngineInfo,
  Field,
  LayerKind,
  ParsedLink,
  Run as InnerRun,
  RunFile,
  Stack,
  Structure,
} from "./cpu/bunsen.js";
import type { DataOptions } from "./data.js";
import { BunsenError } from "./errors.js";
import type { Bytes } from "./images.js";
import { areKnown, giveKnown, type GivenFiles } from "./known-files.js";
import { OwnStorage } from "./own-storage.js";
import { makeOwn, readOwn, type OwnData, type OwnFile, type OwnOptions, type OwnProgress } from "./own.js";
import { drawn, fetched, whole } from "./make.js";
import type { Build } from "./module.js";
import { GuardedRun, type Run } from "./run.js";
import { Shelf, type Lent } from "./shelf.js";

export interface Lab {
  /** What computes, in one line why this was chosen, and how many workers a run may use: `threads` says how many do. */
  readonly engine: EngineInfo & { why: string; workers: number };
  /** All that a link may say: names, ranges, help. */
  fields(): Field[];
  /** Reads a link; throws a `recipe` error that names the key, the value and what is allowed. */
  parse(link: string): ParsedLink;
  /** The network of a link: layers, shapes, parameters, multiply-adds. */
  describe(link: string): Description;
  /** The network of a link as plain data, layer by layer; nothing where it is of layers that no other network has. */
  structure(link: string): Structure | undefined;
  /** A link as a complete program: its files. Throws a `recipe` error where the language cannot say the network yet. */
  asCode(link: string, language: Language): Promise<CodeFile[]>;
  /** The kinds of layers that a network of one's own (`model=stack`) may have: names, numbers, help. */
  layerKinds(): LayerKind[];
  /** The layers of a network of one's own, what comes out of each on that data, and what is wrong with which. */
  readStack(layers: string, data: string): Stack;
  /** Reads a run file; throws a `file` error that says what is wrong with it. */
  readRunFile(text: string): RunFile;
  /** Which run a checkpoint is of, and where it stood; throws a `checkpoint` error where it is none. */
  readCheckpoint(checkpoint: Uint8Array): CheckpointInfo;
  /**
   * Makes data of somebody's own images: files in folders by class, or a zip of them. A run whose link is of them
   * (`OwnData.link`) can then be started in this lab.
   */
  ownData(what: readonly OwnFile[] | Bytes, options?: OwnOptions): Promise<OwnData & { train: number; test: number }>;
  /** Takes images that another lab made, or that the browser's storage kept, in their one piece. */
  holdOwn(bytes: Uint8Array, digest: string): OwnData;
  /** The images of that digest, if this lab holds them or the browser's storage keeps them. */
  findOwn(digest: string): Promise<OwnData | undefined>;
  /** Whether any of these is the name of a known data set's own file, for `giveFiles`. */
  knowsFiles(paths: readonly string[]): boolean;
  /** Verifies a known data set's own files, or the archive of them, and keeps them in the browser's storage. */
  giveFiles(files: readonly OwnFile[], onProgress?: (progress: OwnProgress) => void): Promise<GivenFiles>;
  /** Gets the data and starts a run, from the beginning or from a checkpoint of the same recipe. */
  start(link: string, options?: StartOptions): Promise<Run>;
  /** One pass through a link's network, forward and backward, on numbers of your own: to compare it with another implementation. */
  compute(link: string, batch: Batch): Promise<Computation>;
  /** How much memory the module holds, in bytes. */
  memory(): { wasm: number };
  /** Gives everything back, runs included. */
  close(): void;
}

/** Numbers for one pass through a network. */
export interface Batch {
  /** Images from 0 to 1: `[count, channels, height, width]`, row-major. */
  pixels: Float32Array;
  /** Their classes. */
  labels: Uint8Array;
  /** All parameters in the order in which `compute` names them; by default the recipe's initial ones. */
  weights?: Float32Array | undefined;
}

export interface StartOptions {
  checkpoint?: Uint8Array | undefined;
  /** The text of a run file of this recipe, with which the run is compared: see `run.verdict`. */
  runFile?: string | undefined;
}

/** Other workers that the CPU engine may use. */
export interface Help {
  readonly crew: Crew;
  /** Workers in all, the asking one included. */
  readonly limit: number;
  /** What happened to them, as sentences. */
  readonly notices: string[];
}

/** The lab over one instance of one build. */
export class GuardedLab implements Lab {
  readonly #build: Build;
  readonly #engine: Engine;
  readonly #why: string;
  readonly #data: DataOptions;
  readonly #shelf = new Shelf();
  readonly #runs = new Set<GuardedRun>();
  /** Somebody's own images, by their digest. */
  readonly #own = new Map<string, OwnData>();
  readonly #help: Help | undefined;
  #info: EngineInfo;
  #closed = false;

  constructor(build: Build, engine: Engine, why: string, data: DataOptions, help: Help | undefined) {
    this.#build = build;
    this.#engine = engine;
    this.#why = why;
    this.#data = data;
    this.#help = help;
    this.#info = build.guard.call(() => engine.info());
  }

  get engine(): Lab["engine"] {
    // Helpers come and go; a GPU's self-test is known from its last run.
    const now = this.#help && !this.#closed ? this.#build.guard.call(() => this.#engine.info()) : this.#info;
    return { ...now, why: this.#why, workers: this.#help?.limit ?? 1 };
  }

  fields(): Field[] {
    return this.#now(() => this.#build.exports.fields());
  }

  parse(link: string): ParsedLink {
    return this.#now(() => this.#build.exports.parse(link));
  }

  describe(link: string): Description {
    return this.#now(() => this.#build.exports.describe(link));
  }

  structure(link: string): Structure | undefined {
    return this.#now(() => this.#build.exports.structure(link));
  }

  async asCode(link: string, language: Language): Promise<CodeFile[]> {
    const { link: canonical, values } = this.parse(link);
    const structure = this.structure(link);
    // A part of its own, which most visits never load.
    const { program } = await import("./code/index.js");
    return program(language, structure, canonical, values);
  }

  layerKinds(): LayerKind[] {
    return this.#now(() => this.#build.exports.layerKinds());
  }

  readStack(layers: string, data: string): Stack {
    return this.#now(() => this.#build.exports.readStack(layers, data));
  }

  readRunFile(text: string): RunFile {
    return this.#now(() => this.#build.exports.readRunFile(text));
  }

  readCheckpoint(checkpoint: Uint8Array): CheckpointInfo {
    return this.#now(() => this.#build.exports.readCheckpoint(checkpoint));
  }

  async ownData(
    what: readonly OwnFile[] | Bytes,
    options: OwnOptions = {},
  ): Promise<OwnData & { train: number; test: number }> {
    const { link } = options;
    const values = link === undefined ? {} : this.parse(link).values;
    const { size = values["size"] === "28" ? 28 : 32, channels = values["channels"] === "grey" ? "grey" : "colour" } =
      options;
    const made = await makeOwn(what, { ...options, size, channels });
    const { exports } = this.#build;
    const named =
      link !== undefined && values["own"] ? link : `${made.link}&seed=${options.seed ?? values["seed"] ?? 1}`;
    const dataset = this.#now(() => exports.Dataset.own(named, made.bytes));
    const { train, test } = this.#now(() => dataset.info());
    dataset.free();
    this.#own.set(made.digest, made);
    return { ...made, train, test };
  }

  holdOwn(bytes: Uint8Array, digest: string): OwnData {
    const own = readOwn(bytes, digest);
    this.#own.set(digest, own);
    return own;
  }

  async findOwn(digest: string): Promise<OwnData | undefined> {
    const held = this.#own.get(digest);
    if (held || !digest || this.#data.keep === false) return held;
    const kept = await new OwnStorage().read(digest);
    return kept && this.holdOwn(kept, digest);
  }

  knowsFiles(paths: readonly string[]): boolean {
    return areKnown(
      this.#now(() => this.#build.exports.sources()),
      paths,
    );
  }

  giveFiles(files: readonly OwnFile[], onProgress?: (progress: OwnProgress) => void): Promise<GivenFiles> {
    const { exports, guard } = this.#build;
    const check = (name: string, path: string, bytes: Uint8Array): void =>
      guard.call(() => exports.verifyFile(name, path, bytes).free());
    return giveKnown(
      this.#now(() => exports.sources()),
      files,
      check,
      onProgress,
    );
  }

  memory(): { wasm: number } {
    return { wasm: this.#build.memory.buffer.byteLength };
  }

  async start(link: string, options: StartOptions = {}): Promise<Run> {
    const { values, link: canonical } = this.parse(link);
    const lent = await this.#lend(values["data"] ?? "digits", canonical);
    try {
      const { checkpoint, runFile } = options;
      const inner = await this.#later(() =>
        checkpoint ? this.#engine.resume(link, lent.dataset, checkpoint) : this.#engine.start(link, lent.dataset),
      );
      if (runFile !== undefined) this.#compare(inner, runFile);
      const seed = values["seed"] ?? "1";
      const other = (name: string): Promise<Lent> => this.#lend(name, `data=${encodeURIComponent(name)}&seed=${seed}`);
      const before = this.#help?.notices.length ?? 0;
      const notices = () => [...lent.notices(), ...new Set(this.#help?.notices.slice(before))];
      const run = new GuardedRun(inner, this.#build.guard, lent, notices, other, (done) => this.#runs.delete(done));
      this.#runs.add(run);
      // Not waited for: the run begins alone, and they join it.
      this.#help?.crew.want(Math.min(this.#help.limit, this.#shards()) - 1);
      // A GPU proves itself at the start of each run: the run knows, and the lab tells of the last one.
      this.#info = run.engine;
      if (this.#closed) {
        run.free();
        throw closed();
      }
      return run;
    } catch (thrown) {
      lent.release();
      throw thrown;
    }
  }

  compute(link: string, { pixels, labels, weights }: Batch): Promise<Computation> {
    return this.#later(() => this.#engine.compute(link, pixels, labels, weights));
  }

  #compare(run: InnerRun, runFile: string): void {
    try {
      this.#build.guard.call(() => run.verifyFile(runFile));
    } catch (thrown) {
      this.#build.guard.call(() => run.free());
      throw thrown;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#giveBack();
  }

  async #giveBack(): Promise<void> {
    // Runs hold the data sets, so they go first. The engine stays: it belongs to the instance.
    const runs = [...this.#runs];
    for (const run of runs) run.free();
    await Promise.all(runs.map((run) => run.gone));
    await this.#shelf.close();
    this.#help?.crew.close();
  }

  /** A data set: drawn by the module from the link, or fetched as far as the link needs it. */
  async #lend(name: string, link: string): Promise<Lent> {
    if (name === "own") return this.#lendOwn(link);
    const source = this.#now(() => this.#build.exports.source(link));
    if (!source) return this.#shelf.take(link, async () => this.#now(() => drawn(this.#build, link)));
    // Runs on other parts of it need other files.
    const key = [name, ...source.training.map(({ sha256 }) => sha256)].join(" ");
    return this.#shelf.take(key, () => fetched(this.#build, source, this.#data));
  }

  /** Somebody's own images, split as the link's seed says. */
  #lendOwn(link: string): Promise<Lent> {
    const { own: digest = "", seed = "1", classes = "", size = "", channels = "" } = this.parse(link).values;
    return this.#shelf.take(["own", digest, seed, classes, size, channels].join(" "), async () => {
      const own = await this.findOwn(digest);
      return whole(this.#now(() => this.#build.exports.Dataset.own(link, own?.bytes)));
    });
  }

  /** The most shards that a run here has. */
  #shards(): number {
    return Math.max(1, ...[...this.#runs].map(({ plan }) => plan.shards));
  }

  #now<T>(work: () => T): T {
    if (this.#closed) throw closed();
    return this.#build.guard.call(work);
  }

  #later<T>(work: () => Promise<T>): Promise<T> {
    return this.#closed ? Promise.reject(closed()) : this.#build.guard.wait(work);
  }
}

function closed(): BunsenError {
  return new BunsenError("run", "This lab is closed: open another with openLab().");
}
