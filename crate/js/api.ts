// The types of the package's API, without any code: a page that reaches a lab through its worker needs no more.

import type {
  CheckpointInfo,
  Computation,
  Description,
  EngineInfo,
  ExportedGraph,
  Field,
  LayerKind,
  Normalization,
  ParsedLink,
  RunFile,
  Stack,
  Sweep,
  WeightsInfo,
} from "./cpu/bunsen.js";

export type {
  Activation,
  AugmentedImage,
  AugmentedView,
  CheckpointInfo,
  Choice,
  Computation,
  DataInfo,
  Description,
  EngineInfo,
  EvaluationPart,
  Example,
  ExportedGraph,
  ExportedLayer,
  Field,
  FieldKind,
  ForwardPass,
  GradientStatistics,
  LayerInfo,
  LayerKind,
  LayerNumber,
  NamedRecipe,
  Normalization,
  ParsedLink,
  Plan,
  Predictions,
  Report,
  RunFile,
  Score,
  Stack,
  StackLayer,
  Sweep,
  Verdict,
  WeightsInfo,
} from "./cpu/bunsen.js";
import type { Run, Tensor } from "./run-api.js";
import type {
  AddedFiles,
  BytesLike,
  CustomDataset,
  CustomDatasetOptions,
  FileProgress,
  ImageArrays,
  InputFile,
} from "./files.js";

export type { BunsenError, ErrorKind } from "./errors.js";
export type * from "./answers-api.js";
export type * from "./files.js";
export type * from "./run-api.js";

export type EngineKind = EngineInfo["kind"];
export type FieldGroup = Field["group"];
/** The part of a data set that is trained on, or the part that is tested with. */
export type Split = "train" | "test";
/** A language that a recipe can be written in as a program. */
export type Language = "pytorch" | "pytorch-distributed" | "rust";

export interface LabOptions {
  /** What computes. "auto", the default, is the CPU engine: nothing is measured here, as the project's page does. */
  engine?: "auto" | "cpu" | "gpu" | undefined;
  /**
   * How many workers the CPU engine may use, this one included. They share the shards of a step, so more than the
   * recipe has shards are never used; their number changes the time and nothing else. Default: the machine's cores, at most 4.
   */
  workers?: number | undefined;
  /** Called when a worker has joined or failed: `lab.engine` tells how many compute now, `run.notices` what happened. */
  onWorkers?: (() => void) | undefined;
  /** Called as the module is loaded; never where another lab has loaded it before. */
  onProgress?: ((progress: ModuleProgress) => void) | undefined;
  /** Where data sets come from. */
  data?: DataOptions | undefined;
  /**
   * The address of this package's folder, as it was installed, for bundlers that leave its WebAssembly modules and workers behind: these are
   * loaded from there. It holds for all labs that are opened afterwards. Default: where the bundler put them, else beside `index.js`.
   */
  files?: string | URL | undefined;
}

/** How far the module is loaded. */
export interface ModuleProgress {
  engine: "cpu" | "gpu";
  /** Its bytes come, and are compiled as they do; all are there, and the rest is compiled; it can be used. */
  state: "loading" | "compiling" | "ready";
  /** Bytes so far, unpacked. */
  loaded: number;
  /** Bytes in all; 0 while nobody knows, as where the server packs them. */
  total: number;
}

export interface DataOptions {
  /** The folder in which `<data set>/<file>` is looked for first; by default `data/` beside the page or worker. */
  base?: string | URL | undefined;
  /**
   * Whether public mirrors may be asked where the base has nothing. Default: true. A function is asked before each request to one, with
   * the data set's name, and may answer by a promise; where it says no, the error has the code `mirrors-not-asked`.
   */
  mirrors?: boolean | ((name: string) => boolean | Promise<boolean>) | undefined;
  /** Whether verified files, and what a GPU has proven, are kept in the browser's storage. Default: true. */
  keep?: boolean | undefined;
  /** Node: a folder that holds `<data set>/<file>`. Default: the environment's BUNSEN_DATA. */
  folder?: string | undefined;
  /** Called as bytes arrive. */
  onProgress?: ((progress: DataProgress) => void) | undefined;
}

/** What is asked of other servers where neither the browser's storage nor the base has a data set. */
export interface Download {
  /** The data set, by its name in a link. */
  name: string;
  title: string;
  /** The mirrors, in the order in which they are asked. */
  hosts: string[];
  /** Of the files that the recipe needs, packed: about as large a share of all of them as they are unpacked. */
  bytes: number;
}

/** The download of one file of a data set. */
export interface DataProgress {
  name: string;
  file: string;
  /** Whether training waits for it, or evaluation only. */
  split: Split;
  /** "storage", "this site", "folder", or the host it comes from. */
  from: string;
  /** Bytes so far. */
  loaded: number;
  /** Bytes in all; 0 while nobody knows. */
  total: number;
  /** Estimated seconds left at the rate of the last seconds; undefined while nobody knows. */
  secondsLeft: number | undefined;
  /** What it waits for, while it does, as a part of a sentence: it continues by itself. */
  waiting: string | undefined;
}

/** A recipe as an object: the keys and values of a link. `lab.fields()` has all of them. */
export interface Recipe {
  readonly model?: string | undefined;
  readonly data?: string | undefined;
  readonly steps?: number | undefined;
  readonly epochs?: number | undefined;
  readonly batch?: number | undefined;
  /** The learning rate. */
  readonly lr?: number | undefined;
  readonly seed?: number | undefined;
  readonly [key: string]: string | number | undefined;
}

/** A recipe: a link's text, an object with its keys, or an address that has it behind its `#`. */
export type RecipeInput = string | Recipe | URL | URLSearchParams;

/** One engine, and the runs on it. */
export interface Lab {
  /** What computes, in one line why this was chosen, and how many workers a run may use: `threads` says how many do. */
  readonly engine: EngineInfo & { why: string; workers: number };
  /** All fields of a recipe: names, ranges, help. */
  fields(): Field[];
  /** Reads a link; throws a `recipe` error that names the key, the value and what is allowed. */
  parse(recipe: RecipeInput): ParsedLink;
  /** What a run of a link may have to fetch from other servers; nothing where its data are generated or a person's own. */
  download(recipe: RecipeInput): Download | undefined;
  /** The network of a link: layers, shapes, parameters, multiply-adds, and the recipes that it has names for. */
  describe(recipe: RecipeInput): Description;
  /** The computation graph of a link's network as plain data; nothing where it has operations that no other network has. */
  graph(recipe: RecipeInput): ExportedGraph | undefined;
  /**
   * A link as a complete program: its files, on a person's own images with what reads these: `load.py`, or modules of Rust. "pytorch-distributed" is for any
   * number of processes, and holds its losses against the marks of a checked link. Throws a `recipe` error where the language cannot
   * express the network yet.
   */
  asCode(recipe: RecipeInput, language: Language): Promise<CodeFile[]>;
  /**
   * A person's own images of a link as networks get them, as an npz: what programs read in place of their files. Throws a `data` error
   * where they are not here.
   */
  preparedImages(recipe: RecipeInput): Promise<Uint8Array>;
  /** The kinds of layers that a custom network (`model=stack`) may have: names, numbers, help. */
  layerKinds(): LayerKind[];
  /**
   * The links that a sweep's text stands for, `model=lenet5&lr={0.001..0.1:log5}&seed={1..3}`. Each is a recipe, or it throws a `recipe` error that
   * names the link.
   */
  readSweep(text: string): Sweep;
  /** The layers of a custom network, their output shapes on that data, and which layer an error is about. */
  readStack(layers: string, data: string): Stack;
  /** Reads a run file; throws a `file` error that says what is wrong with it. */
  readRunFile(text: string): RunFile;
  /** Which run a checkpoint is of, and its step; throws a `checkpoint` error where it is none. */
  readCheckpoint(checkpoint: Uint8Array): CheckpointInfo;
  /**
   * What a file of weights holds, and its digest, by which a link names it (`init=…`): one that Bunsen or PyTorch saved. Throws a `file` error that
   * says what is wrong with it.
   */
  readWeights(weights: Uint8Array): WeightsInfo;
  /**
   * Keeps a file of weights: runs whose link names it then start from it. A lab holds 256 MB of them, else the last one: those used longest ago go first.
   * Throws a `file` error that says what is wrong with it.
   */
  addWeights(weights: Uint8Array): WeightsInfo;
  /**
   * Makes a data set of a person's own images: files in folders by class, a zip of them, or arrays with labels (IDX, npz, CSV). A run whose link names it
   * (`CustomDataset.link`) can then be started in this lab. A lab holds 256 MB of them, else the last one: those used longest
   * ago go first.
   */
  customDataset(
    files: readonly InputFile[] | BytesLike,
    options?: CustomDatasetOptions,
  ): Promise<CustomDataset & { train: number; test: number }>;
  /** Makes a data set of images in memory, as `customDataset` does of files. The seed of the link decides its test images, unless `test` does. */
  dataset(arrays: ImageArrays): Promise<CustomDataset & { train: number; test: number }>;
  /** Takes a custom data set that another lab made, or that the browser's storage kept, as its bytes. */
  addCustomDataset(bytes: Uint8Array, digest: string): CustomDataset;
  /** The custom data set of that digest, if this lab holds it or the browser's storage keeps it. */
  findCustomDataset(digest: string): Promise<CustomDataset | undefined>;
  /** Frees the memory of a custom data set. Runs that train on it go on; the browser's storage keeps what it keeps. */
  removeCustomDataset(digest: string): void;
  /** Whether any of these is the name of a known data set's own file, for `addDatasetFiles`. */
  hasDatasetFiles(paths: readonly string[]): boolean;
  /**
   * Verifies a known data set's own files, or the archive of them, and keeps them in the browser's storage. `name` is the data set's in a link,
   * where the files' names leave it open: KMNIST's are called as MNIST's.
   */
  addDatasetFiles(
    files: readonly InputFile[],
    onProgress?: (progress: FileProgress) => void,
    name?: string,
  ): Promise<AddedFiles>;
  /** Gets the data and starts a run, from the beginning or from a checkpoint of the same recipe. */
  start(recipe: RecipeInput, options?: StartOptions): Promise<Run>;
  /**
   * The network of a link with given weights, for answers: it needs no data, and is not trained. Weights are those of a run of the same network,
   * whatever else its link says. Throws a `file` error where they do not fit.
   */
  load(recipe: RecipeInput, weights: Weights, options?: LoadOptions): Promise<Model>;
  /**
   * One forward and backward pass through a link's network, on numbers of your own: to compare it with another
   * implementation.
   */
  forwardBackward(recipe: RecipeInput, batch: Batch): Promise<Computation>;
  /** How much memory the module holds, in bytes. */
  memory(): { wasm: number };
  /** Refuses further calls at once, stops steps that are under way, and frees runs, data and pool workers when the calls under way have come to their end. */
  close(): void;
}

/** The input of one forward and backward pass. */
export interface Batch {
  /**
   * Images, `[batch, channels, height, width]`, row-major: pixels from 0 to 1 (bytes divided by 255), as the data set has them. The network
   * normalizes them itself.
   */
  pixels: Float32Array;
  /** The class of each image, from 0; as many as there are images, at most 1,024. */
  labels: Uint8Array;
  /**
   * All parameters, one after another, in the order and with the shapes that `forwardBackward` gives as `parameters`, each row-major; by
   * default the recipe's initial ones. Shapes are burn's: a linear layer's weight is `[in, out]`, the transpose of what PyTorch and the file of
   * `run.weights()` have; a convolution's is `[out, in / groups, height, width]`, as PyTorch's.
   */
  weights?: Float32Array | undefined;
}

export interface StartOptions {
  /** A checkpoint of the same recipe, to go on from. */
  checkpoint?: Uint8Array | undefined;
  /**
   * With `true` you vouch that this browser or program wrote the checkpoint, and that nobody changed it since: its steps then count as
   * computed here, but for those that it says came from a file. Else all of them count as coming from a file, and no verdict
   * calls them the same.
   */
  computedHere?: boolean | undefined;
  /**
   * The file of weights that the run starts from, in place of random ones. Its digest becomes a part of the recipe, `init=…`; a link that names one
   * takes no other. Of a file that `lab.addWeights` was given, the link is enough. What differs in shape in the first and the last layer starts anew, which `run.notices`
   * tells.
   */
  weights?: Uint8Array | undefined;
  /** The text of a run file of this recipe, with which the run is compared: see `run.verdict`. */
  runFile?: string | undefined;
  /** Calls the start off: it rejects with an error of kind `aborted`. A download that is under way goes on, for the next start. */
  signal?: AbortSignal | undefined;
}

/**
 * The weights of a network: the file of `run.weights()`, or tensors by their names, as `run.stateDict()` gives them. Of the file of
 * `run.checkpoint()`, those that its run is scored with.
 */
export type Weights = Uint8Array | ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>;

export interface LoadOptions {
  /**
   * What `run.normalization()` gave: for tensors of a network whose images were a person's own. The file of `run.weights()` says it itself, and of
   * other data the link does.
   */
  normalization?: Normalization | undefined;
  /** The names of its classes, in their order, where they are a person's own and the file does not say them. */
  classes?: readonly string[] | undefined;
  /** Calls it off: it rejects with an error of kind `aborted`. */
  signal?: AbortSignal | undefined;
}

/** A network with weights, to be asked. Its methods are those of a run. */
export interface Model extends Pick<
  Run,
  "engine" | "predict" | "predictAll" | "activations" | "forward" | "saliency" | "normalization" | "weights" | "free"
> {
  /** The classes' names. */
  readonly classes: readonly string[];
  /** The shape of an image: channels, height and width. */
  readonly input: readonly [number, number, number];
}

/** A file of a program. */
export interface CodeFile {
  name: string;
  text: string;
}
