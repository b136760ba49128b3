/// <reference lib="esnext.disposable" />

/* tslint:disable */
/* eslint-disable */

/**
 * A data set, in memory.
 */
export class Dataset {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * A custom data set, from the bytes that the images module gives; without any, an error that says which are missing.
     *
     * # Errors
     * Kinds "recipe" and "data".
     */
    static custom(link: string, images?: Uint8Array | number[] | null): Dataset;
    /**
     * `count` examples of a split from an index on, fewer at its end.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    examples(split: "train" | "test", from: number, count: number): Example[];
    /**
     * A data set from its files in the manifest's order: from its training files alone it is one without its test split. The files are
     * consumed.
     *
     * # Errors
     * Kind "data": which file, what was found, what would be right.
     */
    static fromFiles(name: string, files: VerifiedFile[]): Dataset;
    /**
     * A synthetic data set, drawn from the link's seed.
     *
     * # Errors
     * Kind "recipe", or "data" where the link's images are not drawn.
     */
    static generate(link: string): Dataset;
    /**
     * Its description.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    info(): DataInfo;
    /**
     * The class of every example of a split, in order.
     */
    labels(split: "train" | "test"): Uint8Array;
    /**
     * The mean of a split's images, or of those of one class: pixels from 0 to 255; zeros where there are none.
     */
    meanImage(split: "train" | "test", label?: number | null): Float32Array;
    /**
     * Adds the test split, from its files in the manifest's order. The files are consumed.
     *
     * # Errors
     * Kind "data": which file, what was found, what would be right.
     */
    setTest(files: VerifiedFile[]): void;
    /**
     * What stands for a link's data in a run that is asked and not trained: a batch of images. `mean` and `std` are what a person's own images
     * are normalized by.
     *
     * # Errors
     * Kind "recipe", and kind "file" where they do not fit.
     */
    static standIn(link: string, mean?: Float32Array | number[] | null, std?: Float32Array | number[] | null): Dataset;
}

/**
 * What computes.
 */
export class Engine {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * The CPU engine, with a worker pool where there is one.
     */
    static cpu(pool?: WorkerPool | null): Engine;
    /**
     * One forward and backward pass through a link's network on a given batch.
     *
     * # Errors
     * Kinds "recipe", also where the batch does not fit, and "gpu".
     */
    forwardBackward(link: string, pixels: Float32Array | number[], labels: Uint8Array | number[], weights?: Float32Array | number[] | null): Promise<Computation>;
    /**
     * The engine's description.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    info(): EngineInfo;
    /**
     * Resumes a run from a checkpoint of the same recipe on the same data. `computed_here`: the caller vouches that this browser
     * wrote the checkpoint, so that the steps before it count as computed here.
     *
     * # Errors
     * Those of [`Engine::start`], and kind "checkpoint" where the file does not fit.
     */
    resume(link: string, data: Dataset, checkpoint: Uint8Array | number[], computed_here: boolean): Promise<Run>;
    /**
     * Starts a run, which is verified against the link's check and marks if it has any. On the GPU engine the self-test
     * comes first. `weights` is the file that it starts from, which a link with `init` names; another link names it from then on.
     *
     * # Errors
     * Kinds "recipe" and "self-test"; kind "weights" where the link names a file and none, or another, is given; kind "file" where that
     * file is damaged, or of another network.
     */
    start(link: string, data: Dataset, weights?: Uint8Array | number[] | null): Promise<Run>;
}

/**
 * What runs in a worker of the pool.
 */
export class PoolWorker {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * A worker without a network yet.
     */
    constructor();
    /**
     * Computes a task.
     *
     * # Errors
     * A sentence, where the task is damaged.
     */
    run(task: Uint8Array | number[]): Uint8Array;
}

/**
 * A run. It computes nothing between calls; await each call before the next.
 */
export class Run {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * The activations of a layer for one image, in eval mode; nothing where eval mode does not compute that layer.
     *
     * # Errors
     * Kind "run" where the image is none, and "gpu".
     */
    activations(pixels: Float32Array | number[], layer: number): Promise<Activation | undefined>;
    /**
     * Training images by their indices, each as the run's first epochs augment it.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    augmentations(indices: Uint32Array | number[], epochs: number): AugmentedImage[];
    /**
     * The examples of that step, from 1, augmented, as the network gets them. Empty where there is no such step.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    batch(step: number): Example[];
    /**
     * The check of the run so far, over its losses and what they led to: 16 hexadecimal digits.
     *
     * # Errors
     * Kind "gpu", and kind "nan" where the weights are no numbers.
     */
    check(): Promise<string>;
    /**
     * Why the run as it stands has no checked link; nothing where it has one.
     */
    checkedLinkObstacle(): "unfinished" | "from-file" | "handed-over" | "engine" | undefined;
    /**
     * The link with the check and the marks of the run; none where `checkedLinkObstacle` says why not.
     *
     * # Errors
     * Those of `check`.
     */
    checkedLink(): Promise<string | undefined>;
    /**
     * All that it takes to resume the run here, as a safetensors file.
     *
     * # Errors
     * Kind "gpu".
     */
    checkpoint(): Promise<Uint8Array>;
    /**
     * Keeps the network as it is now to be evaluated later: see `deferEvaluation` of the package.
     */
    deferEvaluation(): boolean;
    /**
     * The engine that computes it, with the result of the self-test.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    engine(): EngineInfo;
    /**
     * Evaluates the network on another data set's test split.
     *
     * # Errors
     * Kind "run" where its images or classes are others, kind "gpu".
     */
    evaluateOn(data: Dataset): Promise<Score>;
    /**
     * Evaluates the next examples of a split: see `evaluatePart` of the package.
     *
     * # Errors
     * Kind "run" where the split is not loaded yet or has no examples, or the step was not kept, and "gpu".
     */
    evaluatePart(validation: boolean, examples: number, step?: number | null): Promise<EvaluationPart>;
    /**
     * Evaluates the network on the test split.
     *
     * # Errors
     * Kind "gpu".
     */
    evaluate(): Promise<Score>;
    /**
     * The first images of the run's first batch, each as its first epochs augment it.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    firstBatchAugmentations(count: number, epochs: number): AugmentedImage[];
    /**
     * The network of a step that was kept is evaluated no more.
     */
    forgetDeferred(step: number): void;
    /**
     * One forward pass for one image in eval mode: class probabilities, and the activations of these layers.
     *
     * # Errors
     * Kind "run" where the image is none, and "gpu".
     */
    forward(pixels: Float32Array | number[], layers: Uint32Array | number[]): Promise<ForwardPass>;
    /**
     * The L2 norms of each parameter, its gradient and its update at the last recorded step.
     *
     * # Errors
     * Kind "gpu".
     */
    gradientStatistics(): Promise<GradientStatistics[]>;
    /**
     * Takes the weights of a file in place of its own.
     *
     * # Errors
     * Kind "file" where they are of another network.
     */
    loadWeights(file: Uint8Array | number[]): void;
    /**
     * The loss of every step so far, those before a checkpoint among them.
     */
    losses(): Float32Array;
    /**
     * The marks of the trace so far, as a checked link has them.
     */
    marks(): string;
    /**
     * The mean and the standard deviation that pixels from 0 to 1 are normalized by, channel by channel; nothing where the
     * network scales its input in another way.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    normalization(): Normalization | undefined;
    /**
     * The run's length, and how much of it is done.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    plan(): Plan;
    /**
     * Class probabilities of one image: pixels `[channels, height, width]` from 0 to 1.
     *
     * # Errors
     * Kind "run" where the image does not fit, kind "gpu".
     */
    predict(pixels: Float32Array | number[]): Promise<Float32Array>;
    /**
     * The logits of every test example when the network was last evaluated; nothing before.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    predictions(): Predictions | undefined;
    /**
     * Whether steps are recorded from now on, for `gradientStatistics`.
     */
    recordGradientStatistics(record: boolean): void;
    /**
     * The run as a file, with the scores of its evaluations.
     *
     * # Errors
     * Kind "run" where these are no scores; kind "file" where a score is none of this run, or holds a number that JSON has not; and
     * those of `check`.
     */
    runFile(scores: Score[]): Promise<string>;
    /**
     * Saliency: the gradient of a class's logit with respect to the pixels of an image.
     *
     * # Errors
     * Kind "run" where the image is none or there is no such class, and "gpu".
     */
    saliency(pixels: Float32Array | number[], label: number): Promise<Float32Array>;
    /**
     * Up to `count` more steps; fewer at the end, and none when the run is over.
     *
     * # Errors
     * Kinds "nan" and "gpu".
     */
    step(count: number): Promise<Report[]>;
    /**
     * Evaluates the network on the validation split; nothing where the recipe has none.
     *
     * # Errors
     * Kind "gpu".
     */
    validate(): Promise<Score | undefined>;
    /**
     * How the run compares with what its link or a run file promises, if anything does.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    verdict(): Verdict | undefined;
    /**
     * From now on the run is verified against a run file.
     *
     * # Errors
     * Kind "file": the file is damaged, or of another run. Those of `check`.
     */
    verifyFile(text: string): Promise<void>;
    /**
     * The weights as a safetensors file.
     *
     * # Errors
     * Kind "gpu".
     */
    weights(): Promise<Uint8Array>;
}

/**
 * A data set's file, decompressed and verified. It stays in the module's memory until the data set is made of it.
 */
export class VerifiedFile {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Verifies the next file of a data set, whose examples follow, and appends its contents to this one's.
     *
     * # Errors
     * Kind "data": what was found, and what would be right. Nothing is appended then.
     */
    append(name: string, path: string, bytes: Uint8Array): void;
}

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;

/**
 * The files that have to be fetched for a link; nothing where its data are synthetic or custom.
 *
 * # Errors
 * Kind "recipe".
 */
export function dataSource(link: string): DataSource | undefined;

/**
 * The data sets that have to be fetched, each with all its files.
 *
 * # Errors
 * Only those of the conversion to JavaScript.
 */
export function dataSources(): DataSource[];

/**
 * Describes a link's network.
 *
 * # Errors
 * Those of [`parse`].
 */
export function describe(link: string): Description;

/**
 * Every field of the recipe, in the order of the page.
 *
 * # Errors
 * Only those of the conversion to JavaScript.
 */
export function fields(): Field[];

/**
 * The computation graph of a link's network; nothing where it has operations of LeNet-5 (1998).
 *
 * # Errors
 * Kind "recipe".
 */
export function graph(link: string): ExportedGraph | undefined;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * Another instance, apart from all others: what this script exports itself is a first one.
 */
export function instantiate(): typeof import("./bunsen.js");

/**
 * The message of the last panic, if there was one.
 */
export function lastPanic(): string | undefined;

/**
 * The kinds of layers that a custom network may have.
 *
 * # Errors
 * Only those of the conversion to JavaScript.
 */
export function layerKinds(): LayerKind[];

/**
 * Parses a link. A data set that its network cannot be trained on is an error here, before it is fetched.
 *
 * # Errors
 * Kind "recipe": the sentence names the key, its value and what is allowed, or why network and data do not fit.
 */
export function parse(link: string): ParsedLink;

/**
 * Reads a checkpoint's header.
 *
 * # Errors
 * Kind "checkpoint", where it is none.
 */
export function readCheckpoint(file: Uint8Array | number[]): CheckpointInfo;

/**
 * Reads a run file. One whose network cannot be trained on its data is refused, as a link is.
 *
 * # Errors
 * Kind "file": what is wrong with it.
 */
export function readRunFile(text: string): RunFile;

/**
 * Reads the text of a custom network, and infers the output shapes of its layers on the images of a data set: `data` is its
 * name, or names it as a link does (`data=own&classes=3`). What is wrong with the network is part of the result, not thrown.
 *
 * # Errors
 * Only those of the conversion to JavaScript.
 */
export function readStack(text: string, data: string): Stack;

/**
 * The links that a sweep's text stands for, each of them checked.
 *
 * # Errors
 * Kind "recipe": what is wrong with the text, or with which of its links.
 */
export function readSweep(text: string): Sweep;

/**
 * Reads what a file of weights says of itself: Bunsen's weights or checkpoint, or safetensors of another program.
 *
 * # Errors
 * Kind "file": what is wrong with it, and what would be right.
 */
export function readWeights(file: Uint8Array | number[]): WeightsInfo;

/**
 * Runs once, when the module is loaded.
 */
export function start(): void;

/**
 * Verifies a data set's file against the manifest: its size and its SHA-256. `room`: for how many bytes of files that are appended there is to be
 * memory.
 *
 * # Errors
 * Kind "data": what was found, and what would be right.
 */
export function verifyFile(name: string, path: string, bytes: Uint8Array, room?: number | null): VerifiedFile;

/**
 * The activations of a layer for one image.
 */
export interface Activation {
    /**
     * `[channels, height, width]` of feature maps, `[1, tokens, dim]`, `[1, 1, features]`, or `[heads, tokens, tokens]` of attention.
     */
    shape: [number, number, number];
    /**
     * The values, row-major.
     */
    values: Float32Array;
}

/**
 * A training image, and what the run's augmentation makes of it.
 */
export interface AugmentedImage {
    /**
     * Its class.
     */
    label: number;
    /**
     * Its pixels `[channels, height, width]`, 0 to 255.
     */
    original: Uint8Array;
    /**
     * As the run's epochs augment it.
     */
    views: AugmentedView[];
}

/**
 * A training image as an epoch augments it.
 */
export interface AugmentedView {
    /**
     * The epoch, from 1.
     */
    epoch: number;
    /**
     * Its pixels `[channels, height, width]`, 0 to 255.
     */
    pixels: Uint8Array;
}

/**
 * A checkpoint's header.
 */
export interface CheckpointInfo {
    /**
     * The canonical link of its run.
     */
    link: string;
    /**
     * Steps done.
     */
    step: number;
    /**
     * The engine that computed the last of them.
     */
    engine: EngineKind;
    /**
     * The step after which another engine took over, if one did.
     */
    handedOver?: number;
    /**
     * The digest of its data.
     */
    digest: string;
}

/**
 * One value of a field that is a choice.
 */
export interface Choice {
    /**
     * Its name in the link.
     */
    value: string;
    /**
     * Its label.
     */
    label: string;
    /**
     * One line of help.
     */
    help: string;
}

/**
 * The results of one forward and backward pass.
 */
export interface Computation {
    /**
     * The network's parameters in the order of `weights` and `gradient`, with their shapes as burn has them: those of a linear layer are
     * `[in, out]`, the transpose of PyTorch's.
     */
    parameters: Parameter[];
    /**
     * Logits in eval mode, `[batch, classes]`: without dropout, and normalized by the initial running statistics.
     */
    evalLogits: Float32Array;
    /**
     * Logits in train mode, `[batch, classes]`.
     */
    logits: Float32Array;
    /**
     * The loss in train mode: the mean cross-entropy of the batch, in nats, auxiliary heads included.
     */
    loss: number;
    /**
     * The gradient of that loss with respect to all parameters, one after another, each row-major.
     */
    gradient: Float32Array;
}

/**
 * A data set's description.
 */
export interface DataInfo {
    /**
     * Its name in the link.
     */
    name: string;
    /**
     * Its title.
     */
    title: string;
    /**
     * Whether it is generated, not fetched.
     */
    synthetic: boolean;
    /**
     * Training examples.
     */
    train: number;
    /**
     * Test examples.
     */
    test: number;
    /**
     * The classes' names.
     */
    classes: string[];
    /**
     * Channels of an image.
     */
    channels: number;
    /**
     * Rows of an image.
     */
    height: number;
    /**
     * Columns of an image.
     */
    width: number;
    /**
     * How pictures that were no squares became squares. Only a person's own were pictures.
     */
    fit: "crop" | "pad" | "squash";
    /**
     * SHA-256 of the examples.
     */
    digest: string;
}

/**
 * A data set that has to be fetched.
 */
export interface DataSource {
    /**
     * Its name in the link.
     */
    name: string;
    /**
     * Its title.
     */
    title: string;
    /**
     * Its folder below `data/`.
     */
    folder: string;
    /**
     * Its copyright holder and licence.
     */
    license: string;
    /**
     * The files that a run needs before its first step.
     */
    training: SourceFile[];
    /**
     * The files that an evaluation needs.
     */
    test: SourceFile[];
    /**
     * URL prefixes of mirrors that allow requests from pages of other origins.
     */
    mirrors: string[];
    /**
     * URL prefixes of mirrors that have its files as pictures, and allow requests from pages of other origins.
     */
    sheets: string[];
    /**
     * The size of all its files as the mirrors or the sheets have them, packed: in bytes.
     */
    packedBytes: number;
    /**
     * Whether a person gives its files, for no digest of their contents is known.
     */
    given: boolean;
    /**
     * What is known of such files as they are published.
     */
    originals: Original[];
    /**
     * The page where a person finds them.
     */
    home: string;
}

/**
 * Where a run leaves the one that was promised.
 */
export interface Departure {
    /**
     * The last compared step that was as promised; 0 where none was.
     */
    after: number;
    /**
     * The first compared step that was not.
     */
    step: number;
    /**
     * Its promised loss.
     */
    expected: number;
    /**
     * Its loss.
     */
    got: number;
}

/**
 * A network's description.
 */
export interface Description {
    /**
     * Its name in full.
     */
    title: string;
    /**
     * The paper: authors, title, year.
     */
    paper: string;
    /**
     * The year of the paper; absent for a custom network.
     */
    year?: number;
    /**
     * Trainable parameters.
     */
    parameters: number;
    /**
     * Multiply-adds of the forward pass of one image.
     */
    multiplyAdds: number;
    /**
     * The shape of its input: `[channels, height, width]`.
     */
    input: [number, number, number];
    /**
     * Its layers, from the image to the logits.
     */
    layers: LayerInfo[];
    /**
     * The recipes that have a name, the network's own first.
     */
    recipes: NamedRecipe[];
    /**
     * The text of a custom network with the same layers, where it is a chain of such layers.
     */
    stack?: string;
    /**
     * What it has and that text cannot express.
     */
    without: string[];
}

/**
 * An engine's description.
 */
export interface EngineInfo {
    /**
     * Which engine.
     */
    kind: EngineKind;
    /**
     * The adapter's name; empty on the CPU engine.
     */
    adapter: string;
    /**
     * Whether the adapter is a software rasteriser: then it is not called a GPU.
     */
    software: boolean;
    /**
     * Whether the CPU engine's arithmetic is vectorised.
     */
    simd: boolean;
    /**
     * Workers that compute, the engine's own among them.
     */
    threads: number;
    /**
     * The result of the self-test against the CPU engine, which is done for each run's own network.
     */
    selfTest: "not needed" | "not run yet" | "passed" | "passed again";
    /**
     * All of it in words for a person: "CPU, SIMD, 1 thread".
     */
    label: string;
}

/**
 * How far an evaluation in parts is.
 */
export interface EvaluationPart {
    /**
     * Examples that were evaluated.
     */
    done: number;
    /**
     * All examples of the split.
     */
    total: number;
    /**
     * The score, after the last part.
     */
    score?: Score;
}

/**
 * An example of a data set.
 */
export interface Example {
    /**
     * Its pixels `[channels, height, width]`, 0 to 255.
     */
    pixels: Uint8Array;
    /**
     * Its class.
     */
    label: number;
}

/**
 * A network's computation graph.
 */
export interface ExportedGraph {
    /**
     * The shape of an image: `[channels, height, width]`.
     */
    input: [number, number, number];
    /**
     * The training images' mean, channel by channel, of pixels from 0 to 1.
     */
    mean: number[];
    /**
     * Their standard deviation.
     */
    std: number[];
    /**
     * Its layers, in an order in which each comes after its inputs.
     */
    layers: ExportedLayer[];
    /**
     * Which output the logits are: see `inputs`.
     */
    logits: number;
}

/**
 * A layer, and its inputs.
 */
export interface ExportedLayer {
    /**
     * Its name. Layers of one block share what is before the last dot.
     */
    name: string;
    /**
     * Its operation: "conv".
     */
    op: string;
    /**
     * The operation's attributes, in an order of its own: kernel size, stride, …
     */
    attributes: number[];
    /**
     * Its inputs: 0 is the image, 1 the first layer's output.
     */
    inputs: number[];
    /**
     * Its parameters.
     */
    parameters: ExportedParameter[];
    /**
     * The names of those that training leaves as they are.
     */
    frozen: string[];
}

/**
 * A parameter of a layer.
 */
export interface ExportedParameter {
    /**
     * Its name, as in exported weights.
     */
    name: string;
    /**
     * Its shape. A linear layer's weight is `[in, out]`.
     */
    shape: number[];
    /**
     * How its initial values are drawn: "constant", "uniform", "normal", "dirac" or "whitening".
     */
    init: string;
    /**
     * The constant, the bound or the standard deviation.
     */
    amount: number;
}

/**
 * One field of the recipe, as a control shows it.
 */
export interface Field {
    /**
     * Its name in the link.
     */
    key: string;
    /**
     * Its label.
     */
    label: string;
    /**
     * One line of help.
     */
    help: string;
    /**
     * The group of its control.
     */
    group: FieldGroup;
    /**
     * The values that it may have.
     */
    kind: FieldKind;
}

/**
 * A score in a run file.
 */
export interface FileScore {
    /**
     * After which step.
     */
    step: number;
    /**
     * The mean loss.
     */
    loss: number;
    /**
     * The accuracy, from 0 to 1.
     */
    accuracy: number;
    /**
     * How many examples were evaluated.
     */
    examples: number;
    /**
     * Where each image was scored together with its mirror image.
     */
    tta?: "flip";
}

/**
 * What one forward pass gave for one image, in eval mode.
 */
export interface ForwardPass {
    /**
     * The probability of each class: `[classes]`.
     */
    probabilities: Float32Array;
    /**
     * The activations of the layers that were asked for, in that order; nothing for a layer that eval mode skips.
     */
    activations: (Activation | undefined)[];
}

/**
 * The L2 norms of a parameter, its gradient and its update at the last recorded step.
 */
export interface GradientStatistics {
    /**
     * The parameter's name.
     */
    name: string;
    /**
     * Of the parameter itself, before the step.
     */
    weight: number;
    /**
     * Of the gradient.
     */
    gradient: number;
    /**
     * Of what the step added to it.
     */
    update: number;
}

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
}

/**
 * One layer of a network.
 */
export interface LayerInfo {
    /**
     * Its name.
     */
    name: string;
    /**
     * Its operation, for a person: "convolution 5×5".
     */
    kind: string;
    /**
     * Its inputs, by number: 0 is the image, 1 the first layer's output.
     */
    inputs: number[];
    /**
     * The shape of its output for one image.
     */
    shape: number[];
    /**
     * Trainable parameters.
     */
    parameters: number;
    /**
     * Multiply-adds for one image.
     */
    multiplyAdds: number;
}

/**
 * A kind of layer that a custom network may have.
 */
export interface LayerKind {
    /**
     * Its name in the text.
     */
    name: string;
    /**
     * Its label.
     */
    label: string;
    /**
     * One line of help.
     */
    help: string;
    /**
     * The text of such a layer.
     */
    example: string;
    /**
     * The example's numbers: an editor's first values for a new layer.
     */
    initial: number[];
    /**
     * Its numbers: in the text the first follows the name, each other its letter.
     */
    numbers: LayerNumber[];
    /**
     * Whether it contains layers, in brackets.
     */
    holdsLayers: boolean;
}

/**
 * A number of a kind of layer: a kernel's size, a stride.
 */
export interface LayerNumber {
    /**
     * The letter before it in the text; empty for the first.
     */
    letter: string;
    /**
     * Its label.
     */
    label: string;
    /**
     * The smallest value that is allowed.
     */
    min: number;
    /**
     * The largest value that is allowed.
     */
    max: number;
    /**
     * Whether only whole numbers are allowed.
     */
    integer: boolean;
    /**
     * Its value where the text leaves it out.
     */
    default?: number;
    /**
     * Whether that is the value of the layer's first number.
     */
    defaultsToFirst: boolean;
}

/**
 * A recipe of a network that has a name.
 */
export interface NamedRecipe {
    /**
     * Its name: "own" is the network's own, and where a network has them there are "paper", "quick", others that begin with "quick-", and "tiny".
     */
    name: string;
    /**
     * Its label.
     */
    label: string;
    /**
     * What it is, in sentences.
     */
    help: string;
    /**
     * Its canonical link.
     */
    link: string;
}

/**
 * How pixels from 0 to 1 are normalized: `(pixel - mean) / std`.
 */
export interface Normalization {
    /**
     * The training images' mean, one number a channel.
     */
    mean: number[];
    /**
     * Their standard deviation.
     */
    std: number[];
}

/**
 * A file of a data set as it is published, or an archive of all its files.
 */
export interface Original {
    /**
     * Its name: that of one of the data set's files, or that of an archive.
     */
    name: string;
    /**
     * Its size, in bytes, as it is downloaded.
     */
    bytes: number;
    /**
     * Its SHA-256 as it is downloaded, in hexadecimal.
     */
    sha256: string;
}

/**
 * A parameter, and where it is in the flat vector of all parameters.
 */
export interface Parameter {
    /**
     * Its name, as PyTorch would have it.
     */
    name: string;
    /**
     * Its shape. A linear layer's weight is `[in, out]`.
     */
    shape: number[];
    /**
     * Its offset in `weights` and in `gradient`.
     */
    offset: number;
}

/**
 * A parsed link.
 */
export interface ParsedLink {
    /**
     * The canonical link: what differs from the network's defaults, without "#".
     */
    link: string;
    /**
     * Every key that applies to this recipe, with its value as in a link.
     */
    values: Record<string, string>;
    /**
     * The network's defaults of the same keys.
     */
    defaults: Record<string, string>;
    /**
     * What was ignored and why, as sentences.
     */
    notices: string[];
    /**
     * The check of a checked link.
     */
    check?: string;
    /**
     * Whether it carries marks too, which tell at which step a run differs.
     */
    marked: boolean;
    /**
     * The recipe's version that the link was made with.
     */
    version: number;
}

/**
 * How long a run is.
 */
export interface Plan {
    /**
     * The recipe's canonical link.
     */
    link: string;
    /**
     * Steps in all.
     */
    steps: number;
    /**
     * Steps done already: more than 0 where the run goes on from a checkpoint.
     */
    done: number;
    /**
     * Steps up to this one come from a file, so no verdict calls them the same; 0 where all were computed here.
     */
    computedFrom: number;
    /**
     * The step after which another engine took over, if one did: the run's check is then comparable with none.
     */
    handedOver?: number;
    /**
     * Epochs in all.
     */
    epochs: number;
    /**
     * Steps an epoch.
     */
    stepsPerEpoch: number;
    /**
     * Examples of the validation split; see `Run.validate`.
     */
    validation: number;
    /**
     * Examples of the test split that it is scored on, the first of them.
     */
    test: number;
    /**
     * Examples a step.
     */
    batch: number;
    /**
     * Shards of a batch, which workers share.
     */
    shards: number;
    /**
     * Trainable parameters.
     */
    parameters: number;
    /**
     * What a person should know before it is trained, as sentences; among `Run.notices` too.
     */
    notices: string[];
    /**
     * Where each image is scored together with its mirror image, which takes twice as long: the recipe's test-time augmentation.
     */
    tta?: "flip";
    /**
     * The steps after which a run of this recipe is scored on the test split: ascending, the last step among them.
     */
    scoreSteps: number[];
}

/**
 * The logits of every test example.
 */
export interface Predictions {
    /**
     * After which step.
     */
    step: number;
    /**
     * The class of each.
     */
    truth: Uint8Array;
    /**
     * Logits `[examples, classes]`, row-major.
     */
    logits: Float32Array;
}

/**
 * The report of one step.
 */
export interface Report {
    /**
     * The step, from 1.
     */
    step: number;
    /**
     * Its epoch, from 1.
     */
    epoch: number;
    /**
     * The batch's mean loss.
     */
    loss: number;
    /**
     * The accuracy on the batch, from 0 to 1.
     */
    accuracy: number;
    /**
     * The learning rate.
     */
    learningRate: number;
    /**
     * The L2 norm of the batch's gradient before clipping; on the CPU engine alone, where it costs nothing.
     */
    gradientNorm?: number;
    /**
     * Training speed over the call of `step` that the step was part of.
     */
    imagesPerSecond: number;
}

/**
 * A run file, read.
 */
export interface RunFile {
    /**
     * The recipe's link.
     */
    link: string;
    /**
     * Steps of the whole run: `losses` has fewer where it was not finished.
     */
    steps: number;
    /**
     * The loss of every step.
     */
    losses: Float32Array;
    /**
     * Scores on the test split.
     */
    scores: FileScore[];
    /**
     * The last score on the validation split; nothing where the run has none, or was not scored on it.
     */
    validation?: FileScore;
    /**
     * Its check.
     */
    check: string;
    /**
     * The engine that computed it, in words for a person.
     */
    engine: string;
    /**
     * Whether its losses are those that every CPU engine in WebAssembly gives, bit for bit.
     */
    exact: boolean;
    /**
     * The data set's title.
     */
    data: string;
    /**
     * SHA-256 of the data's examples.
     */
    digest: string;
    /**
     * Seconds of training.
     */
    seconds: number;
    /**
     * The recipe's version that it was made with.
     */
    version: number;
    /**
     * The compiler of the module or program that wrote the file; nothing in old files.
     */
    compiler: string | undefined;
}

/**
 * The evaluation of a network on a split.
 */
export interface Score {
    /**
     * After which step.
     */
    step: number;
    /**
     * The mean loss.
     */
    loss: number;
    /**
     * The accuracy, from 0 to 1.
     */
    accuracy: number;
    /**
     * How many examples were evaluated.
     */
    examples: number;
    /**
     * `confusion[truth][prediction]`
     */
    confusion: number[][];
    /**
     * Where each image was scored together with its mirror image: the recipe's test-time augmentation.
     */
    tta?: "flip";
}

/**
 * A file as a picture with a row of pixels for each image, and a list of labels in JSON.
 */
export interface Sheet {
    /**
     * The name of the picture.
     */
    picture: string;
    /**
     * The name of the list of labels.
     */
    labels: string;
    /**
     * Where in that list the file's labels begin.
     */
    first: number;
}

/**
 * A file of a data set that has to be fetched.
 */
export interface SourceFile {
    /**
     * Its path below `data/<folder>/` and below each mirror.
     */
    path: string;
    /**
     * What it holds: "training images".
     */
    role: string;
    /**
     * The size of its decompressed contents, in bytes.
     */
    bytes: number;
    /**
     * Their SHA-256, in hexadecimal; empty where none is known.
     */
    sha256: string;
    /**
     * Whether it has examples that follow those of the file before it, so that it is appended to that one.
     */
    follows: boolean;
    /**
     * The file as a picture, below each of the data set's `sheets`.
     */
    sheet?: Sheet;
}

/**
 * A custom network.
 */
export interface Stack {
    /**
     * Its layers; absent where the text cannot be read.
     */
    layers?: StackLayer[];
    /**
     * The shape of an image: `[channels, height, width]`.
     */
    input: number[];
    /**
     * What is wrong with it, if anything is.
     */
    error?: StackError;
}

/**
 * What is wrong with a custom network.
 */
export interface StackError {
    /**
     * The layer's number, from 1 in the order of the text; 0 for the whole.
     */
    layer: number;
    /**
     * What is wrong, as a sentence.
     */
    message: string;
}

/**
 * A layer of a custom network.
 */
export interface StackLayer {
    /**
     * Its number, from 1 in the order of the text.
     */
    number: number;
    /**
     * Its kind's name.
     */
    kind: string;
    /**
     * Its numbers, as many as the kind has.
     */
    numbers: number[];
    /**
     * The shape of its output for one image, where it fits.
     */
    shape?: number[];
    /**
     * Trainable parameters of its own, where it fits.
     */
    parameters?: number;
    /**
     * The layers inside a residual block.
     */
    layers: StackLayer[];
}

/** A sweep: many links in one text, `lr={0.1,0.2}&seed={1..3}`. */
export interface Sweep {
    /** The fields that are swept, by their keys, in the order of the text. */
    keys: string[];
    /** Its runs: canonical links, and the values of the swept fields, empty where a field means nothing in a recipe. */
    runs: { link: string; values: string[] }[];
    /** What was ignored in the links and why, as sentences. */
    notices: string[];
}

/**
 * How a run compares with what was promised.
 */
export interface Verdict {
    /**
     * "same" and "differs" are bit for bit; with "same-in-part" the run file that was compared ends before the run does. "within"
     * and "outside" are of a tolerance band, where one of the two runs was computed with other rounding. "from-file": all that
     * was promised comes from a file, so nothing was compared. With "cannot", `text` says why nothing can be compared.
     */
    kind: "waiting" | "same-so-far" | "same" | "same-in-part" | "differs" | "within-so-far" | "within" | "outside" | "from-file" | "cannot";
    /**
     * The verdict as a sentence for a person.
     */
    text: string;
    /**
     * Steps up to this one come from a file; the verdict is of those behind it. 0: all were computed here.
     */
    computedFrom: number;
    /**
     * Where the run leaves the promised one, if that is known.
     */
    departure?: Departure;
}

/**
 * What a file of weights says of itself.
 */
export interface WeightsInfo {
    /**
     * The first 16 hexadecimal digits of the SHA-256 of its bytes: a recipe's `init`.
     */
    digest: string;
    /**
     * Bunsen's weights, its checkpoint, or another program's tensors.
     */
    format: "weights" | "checkpoint" | "safetensors";
    /**
     * The link of the run that made it, where it names one that can be read.
     */
    link?: string;
    /**
     * The classes' names, in the order of the logits, where it says them.
     */
    classes?: string[];
    /**
     * What pixels from 0 to 1 are centred on, one number a channel, where it says that.
     */
    mean?: number[];
    /**
     * What they are divided by then.
     */
    std?: number[];
    /**
     * Numbers that are trained.
     */
    parameters: number;
    /**
     * Tensors, running statistics among them.
     */
    tensors: number;
}

/** A pool of workers, as the module calls it. */
export interface WorkerPool {
    /** How many workers are ready. */
    count(): number;
    /** Has one of them compute a task; rejects where that worker failed. */
    run(worker: number, task: Uint8Array): Promise<Uint8Array>;
}

/** Which engine. */
export type EngineKind = "cpu" | "gpu";

/** Where a field's control stands on the page. */
export type FieldGroup = "network" | "data" | "training" | "run";

/**
 * The values that a field of the recipe may have.
 */
export type FieldKind = { type: "choice"; choices: Choice[] } | { type: "choiceSet"; choices: Choice[] } | { type: "numberList"; min: number; max: number; maxLength: number } | { type: "number"; min: number; max: number; integer: boolean; log: boolean } | { type: "layers" } | { type: "digest" };

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export type SyncInitInput = BufferSource | WebAssembly.Module;
