/* tslint:disable */
/* eslint-disable */

/** Helpers in other workers, as the module asks them. */
export interface WorkerPool {
    /** How many can be asked now. */
    count(): number;
    /** Gives one of them a task; rejects where it is lost. */
    run(worker: number, task: Uint8Array): Promise<Uint8Array>;
}



/** Where a field's control stands on the page. */
export type FieldGroup = "network" | "data" | "training" | "run";



/** Which engine. */
export type EngineKind = "cpu" | "gpu";


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
     * Whose it is and under which terms.
     */
    license: string;
    /**
     * The files that a run needs to begin.
     */
    training: SourceFile[];
    /**
     * The files that it needs to be scored.
     */
    test: SourceFile[];
    /**
     * URL prefixes that answer a page of another origin.
     */
    mirrors: string[];
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
     * What it holds.
     */
    role: string;
    /**
     * The size of its unpacked contents, in bytes.
     */
    bytes: number;
    /**
     * Their SHA-256, in hexadecimal.
     */
    sha256: string;
}

/**
 * A kind of layer that a network of one's own may have.
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
     * Its numbers there: what a new layer may start with.
     */
    initial: number[];
    /**
     * Its numbers: the first stands bare behind the name, each other behind its letter.
     */
    numbers: LayerNumber[];
    /**
     * Whether layers stand in it, in brackets.
     */
    holdsLayers: boolean;
}

/**
 * A layer of a network of one's own.
 */
export interface StackLayer {
    /**
     * Which one, from 1 in the order of the text.
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

/**
 * A layer, and what goes into it.
 */
export interface ExportedLayer {
    /**
     * Its name. Layers of one block have what is before the last dot in common.
     */
    name: string;
    /**
     * What it does: "conv".
     */
    op: string;
    /**
     * With which numbers; which these are follows from what it does.
     */
    attributes: number[];
    /**
     * What goes into it: 0 is the image, 1 the first layer's value.
     */
    inputs: number[];
    /**
     * Its parameters.
     */
    parameters: ExportedParameter[];
}

/**
 * A network of one's own, for an editor.
 */
export interface Stack {
    /**
     * Its layers; nothing where the text cannot be read.
     */
    layers?: StackLayer[];
    /**
     * The shape of an image: channels, rows, columns.
     */
    input: number[];
    /**
     * What is wrong with it, if anything is.
     */
    error?: StackError;
}

/**
 * A network, layer by layer.
 */
export interface ExportedGraph {
    /**
     * Channels, rows and columns of an image.
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
     * Its layers.
     */
    layers: ExportedLayer[];
    /**
     * Whose value the class scores are: see `from`.
     */
    logits: number;
}

/**
 * A number of a kind of layer.
 */
export interface LayerNumber {
    /**
     * What stands before it in the text; nothing before the first.
     */
    letter: string;
    /**
     * Its name.
     */
    label: string;
    /**
     * The smallest that is allowed.
     */
    min: number;
    /**
     * The largest that is allowed.
     */
    max: number;
    /**
     * Whether only whole numbers are.
     */
    integer: boolean;
    /**
     * What it is where the text leaves it out.
     */
    default?: number;
    /**
     * Whether it then is what the layer's first number is.
     */
    defaultsToFirst: boolean;
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
     * Steps of the whole run: `losses` has fewer where it had not ended.
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
     * Its check.
     */
    check: string;
    /**
     * What computed it, in plain words.
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
    compiler?: string;
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
     * The part that is right, from 0 to 1.
     */
    accuracy: number;
    /**
     * How many examples were looked at.
     */
    examples: number;
}

/**
 * A training image as an epoch shows it.
 */
export interface AugmentedView {
    /**
     * The epoch, from 1.
     */
    epoch: number;
    /**
     * Its pixels, 0 to 255: channels × height × width.
     */
    pixels: Uint8Array;
}

/**
 * A training image, and what a run makes of it.
 */
export interface AugmentedImage {
    /**
     * Its class.
     */
    label: number;
    /**
     * Its pixels, 0 to 255: channels × height × width.
     */
    original: Uint8Array;
    /**
     * As the run's epochs show it.
     */
    views: AugmentedView[];
}

/**
 * An example of a data set.
 */
export interface Example {
    /**
     * Its pixels, 0 to 255: channels × height × width.
     */
    pixels: Uint8Array;
    /**
     * Its class.
     */
    label: number;
}

/**
 * How a network does on a test split.
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
     * The part that is right, from 0 to 1.
     */
    accuracy: number;
    /**
     * How many examples were looked at.
     */
    examples: number;
    /**
     * `confusion[truth][guess]`
     */
    confusion: number[][];
}

/**
 * How a run compares with what was promised.
 */
export interface Verdict {
    /**
     * "same" is bit for bit; "within" and "outside" are of a band, where one of both runs rounds otherwise; "cannot"
     * says in `text` why nothing can be compared.
     */
    kind: "waiting" | "same-so-far" | "same" | "differs" | "within-so-far" | "within" | "outside" | "cannot";
    /**
     * In a sentence for a person.
     */
    text: string;
    /**
     * Where the run leaves the promised one, if that is known.
     */
    departure?: Departure;
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
     * After which step another engine took the run over, if one did: its check is then that of no other run.
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
     * Training examples that are kept apart; see `Run.validate`.
     */
    validation: number;
    /**
     * Examples a step.
     */
    batch: number;
    /**
     * Equal parts of a batch, which workers share.
     */
    shards: number;
    /**
     * Trainable parameters.
     */
    parameters: number;
}

/**
 * How pixels from 0 to 1 are scaled for a network.
 */
export interface Normalization {
    /**
     * What each channel is centred on: the training images' mean.
     */
    mean: number[];
    /**
     * What it is divided by: their standard deviation.
     */
    std: number[];
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
     * Where it stands.
     */
    group: FieldGroup;
    /**
     * What it may hold.
     */
    kind: FieldKind;
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
     * What it does.
     */
    kind: string;
    /**
     * What goes into it, by number: 0 is the image, 1 the first layer's output.
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
 * The sizes of a parameter at the last step, each the root of the sum of squares.
 */
export interface GradientStatistics {
    /**
     * The parameter.
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

/**
 * What a checkpoint says of itself.
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
     * What computed the last of them.
     */
    engine: EngineKind;
    /**
     * After which step another engine took the run over, if one did.
     */
    handedOver?: number;
    /**
     * The digest of its data.
     */
    digest: string;
}

/**
 * What a field of the recipe may hold.
 */
export type FieldKind = { type: "choice"; choices: Choice[] } | { type: "choiceSet"; choices: Choice[] } | { type: "numberList"; min: number; max: number; maxLength: number } | { type: "number"; min: number; max: number; integer: boolean; log: boolean } | { type: "layers" } | { type: "digest" };

/**
 * What a layer gave for one image.
 */
export interface Activation {
    /**
     * Channels, rows and columns of feature maps; 1, tokens and numbers; 1, 1 and units; heads, tokens and tokens of attention.
     */
    shape: [number, number, number];
    /**
     * As many numbers, row by row.
     */
    values: Float32Array;
}

/**
 * What a link says.
 */
export interface ParsedLink {
    /**
     * The canonical link: what differs from the network's defaults, without "#".
     */
    link: string;
    /**
     * Every key that means something in this recipe, and its value as in a link.
     */
    values: Record<string, string>;
    /**
     * The network's defaults of the same keys.
     */
    defaults: Record<string, string>;
    /**
     * What was skipped and why, as sentences.
     */
    notices: string[];
    /**
     * The check of a checked link.
     */
    check?: string;
    /**
     * Whether it carries marks too, which tell where a run differs.
     */
    marked: boolean;
    /**
     * The recipe's version that the link was made with.
     */
    version: number;
}

/**
 * What a network computes of numbers that are given.
 */
export interface Computation {
    /**
     * Its parameters, in their order.
     */
    parameters: Parameter[];
    /**
     * Class scores as it answers: dropout off, normalised by fresh running averages. As many as there are images and classes.
     */
    evalLogits: Float32Array;
    /**
     * Class scores in training.
     */
    logits: Float32Array;
    /**
     * The mean loss in training.
     */
    loss: number;
    /**
     * The gradient of that loss by all parameters.
     */
    gradient: Float32Array;
}

/**
 * What a network is.
 */
export interface Description {
    year?: number;
    /**
     * Its name in full.
     */
    title: string;
    /**
     * The paper.
     */
    paper: string;
    /**
     * Trainable parameters.
     */
    parameters: number;
    /**
     * Multiply-adds of one image's forward pass.
     */
    multiplyAdds: number;
    /**
     * The images that it takes: channels, rows, columns.
     */
    input: [number, number, number];
    /**
     * Its layers, from the image to the class scores.
     */
    layers: LayerInfo[];
    /**
     * Its layers as `layers` of a stack spells them, where it is a chain of such layers: for taking it apart.
     */
    stack?: string;
    /**
     * What it has and a stack cannot say.
     */
    without: string[];
}

/**
 * What a network made of each test example.
 */
export interface Predictions {
    /**
     * After which step.
     */
    step: number;
    /**
     * The class that each is of.
     */
    truth: Uint8Array;
    /**
     * Class scores, as many for each as there are classes.
     */
    logits: Float32Array;
}

/**
 * What an engine says of itself.
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
     * Whether the adapter computes in software: then it is not called a GPU.
     */
    software: boolean;
    /**
     * Whether the CPU engine's arithmetic is vectorised.
     */
    simd: boolean;
    /**
     * Threads that compute.
     */
    threads: number;
    /**
     * The engine's proof against the CPU engine, done for each run's own network.
     */
    selfTest: "not needed" | "not run yet" | "passed";
    /**
     * All of it in plain words: "CPU, SIMD, 1 thread".
     */
    label: string;
}

/**
 * What is known of a data set.
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
     * Whether Bunsen drew it.
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
     * SHA-256 of the examples.
     */
    digest: string;
}

/**
 * What is wrong with a network of one's own.
 */
export interface StackError {
    /**
     * Which layer, from 1 in the order of the text; 0 where it is the whole.
     */
    layer: number;
    /**
     * What is wrong, as a sentence.
     */
    message: string;
}

/**
 * What one step gave.
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
     * The part of the batch that was right, from 0 to 1.
     */
    accuracy: number;
    /**
     * The learning rate.
     */
    learningRate: number;
    /**
     * The length of the batch's gradient, before it is clipped; on the CPU engine, where it costs nothing.
     */
    gradientNorm?: number;
    /**
     * Training speed over the pull that the step was part of.
     */
    imagesPerSecond: number;
}

/**
 * Where a parameter stands among all.
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
     * Where it starts in `weights` and in `gradient`.
     */
    offset: number;
}

/**
 * Where a run leaves the one that was promised.
 */
export interface Departure {
    /**
     * The last step that was still as promised; 0 where none was.
     */
    after: number;
    /**
     * The first step that was compared and is not.
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
 * What runs in a helper's worker.
 */
export class PoolWorker {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Does a task.
     *
     * # Errors
     * A sentence, where the task is damaged.
     */
    run(task: Uint8Array | number[]): Uint8Array;
    /**
     * One that knows no network yet.
     */
    constructor();
}

/**
 * A data set, in memory.
 */
export class Dataset {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Its test examples, from their files in the manifest's order. They are used up.
     *
     * # Errors
     * Kind "data": which file, what was found, what would be right.
     */
    setTest(files: VerifiedFile[]): void;
    /**
     * The data that Bunsen draws itself, from the link's seed.
     *
     * # Errors
     * Kind "recipe".
     */
    static generate(link: string): Dataset;
    /**
     * Some examples of a split, fewer at its end.
     *
     * # Errors
     * None but those of the conversion.
     */
    examples(split: "train" | "test", from: number, count: number): Example[];
    /**
     * What is known of it.
     *
     * # Errors
     * None but those of the conversion.
     */
    info(): DataInfo;
    /**
     * The class of every example of a split, in order.
     */
    labels(split: "train" | "test"): Uint8Array;
    /**
     * The mean of a split's images, or of those of one class: pixels from 0 to 255; of none, zeros.
     */
    meanImage(split: "train" | "test", label?: number | null): Float32Array;
    /**
     * Somebody's own images, in the form that the images module gives them; without any, an error that says which are
     * missing.
     *
     * # Errors
     * Kinds "recipe" and "data".
     */
    static custom(link: string, images?: Uint8Array | number[] | null): Dataset;
    /**
     * A fetched data set without its test examples, from its training files in the manifest's order. They are used up.
     *
     * # Errors
     * Kind "data": which file, what was found, what would be right.
     */
    static fromFiles(name: string, files: VerifiedFile[]): Dataset;
}

/**
 * What computes.
 */
export class Engine {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * One pass through a link's network, forward and backward, on numbers that are given; see [`lab::compute`].
     *
     * # Errors
     * Kinds "recipe", where the numbers do not fit too, and "gpu".
     */
    forwardBackward(link: string, pixels: Float32Array | number[], labels: Uint8Array | number[], weights?: Float32Array | number[] | null): Promise<Computation>;
    /**
     * The CPU engine, with helpers that may be there.
     */
    static cpu(pool?: WorkerPool | null): Engine;
    /**
     * What the engine says of itself.
     *
     * # Errors
     * None but those of the conversion.
     */
    info(): EngineInfo;
    /**
     * Goes on from a checkpoint of the same recipe on the same data.
     *
     * # Errors
     * Those of [`Engine::start`], and kind "checkpoint" where the file does not fit.
     */
    resume(link: string, data: Dataset, checkpoint: Uint8Array | number[]): Promise<Run>;
    /**
     * Starts a run, which is compared with what the link promises if it is a checked one. On the GPU engine the
     * self-test comes first.
     *
     * # Errors
     * Kinds "recipe" and "self-test".
     */
    start(link: string, data: Dataset): Promise<Run>;
}

/**
 * A run. Nothing goes on between two calls; wait for one call before the next.
 */
export class Run {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * What the network made of each test example when it was last scored; nothing before.
     *
     * # Errors
     * None but those of the conversion.
     */
    predictions(): Predictions | undefined;
    /**
     * The examples of that step, from 1, as the network gets them: augmented. Nothing where there is no such step.
     *
     * # Errors
     * None but those of the conversion.
     */
    batch(step: number): Example[];
    /**
     * The check of the trace so far: 16 hexadecimal digits.
     */
    check(): string;
    /**
     * The link with the check and the marks of the run so far; none before the first step, and where the run's bits
     * are not those that the CPU engine gives everywhere.
     */
    checkedLink(): string | undefined;
    /**
     * All that the run needs to go on from here, as a safetensors file.
     *
     * # Errors
     * Kind "gpu".
     */
    checkpoint(): Promise<Uint8Array>;
    /**
     * The engine that computes it, with what the self-test found.
     *
     * # Errors
     * None but those of the conversion.
     */
    engine(): EngineInfo;
    /**
     * Scores the network on another data set's test split.
     *
     * # Errors
     * Kind "run" where its images or classes are others, kind "gpu".
     */
    evaluateOn(data: Dataset): Promise<Score>;
    /**
     * Scores the network on the whole test split.
     *
     * # Errors
     * Kind "gpu".
     */
    evaluate(): Promise<Score>;
    /**
     * How each pixel of an image would move the score of a class.
     *
     * # Errors
     * Kind "run" where the image is none or there is no such class, and "gpu".
     */
    saliency(pixels: Float32Array | number[], label: number): Promise<Float32Array>;
    /**
     * What a layer gives for one image; nothing where no answer needs that layer.
     *
     * # Errors
     * Kind "run" where the image is none, and "gpu".
     */
    activations(pixels: Float32Array | number[], layer: number): Promise<Activation | undefined>;
    /**
     * The loss of every step so far, those before a checkpoint among them.
     */
    losses(): Float32Array;
    /**
     * The marks of the trace so far, as a checked link has them.
     */
    marks(): string;
    /**
     * What each channel of an image, of pixels from 0 to 1, is centred on and divided by; nothing where the network has
     * a way of its own.
     *
     * # Errors
     * None but those of the conversion.
     */
    normalization(): Normalization | undefined;
    /**
     * The sizes of each parameter, its gradient and its update at the last step that was watched.
     *
     * # Errors
     * Kind "gpu".
     */
    gradientStatistics(): Promise<GradientStatistics[]>;
    /**
     * How long the run is, and where it stands.
     *
     * # Errors
     * None but those of the conversion.
     */
    plan(): Plan;
    /**
     * Class probabilities of one image: channels × height × width numbers from 0 to 1.
     *
     * # Errors
     * Kind "run" where the image does not fit, kind "gpu".
     */
    predict(pixels: Float32Array | number[]): Promise<Float32Array>;
    /**
     * The first images of the run's first batch, and how its first epochs show them, augmented.
     *
     * # Errors
     * None but those of the conversion.
     */
    firstBatchAugmentations(count: number, epochs: number): AugmentedImage[];
    /**
     * The run as a file, with scores that were made along the way.
     *
     * # Errors
     * Kind "run" where these are no scores, kind "file" where one holds a number that JSON has not.
     */
    runFile(scores: Score[]): string;
    /**
     * Up to `count` more steps; fewer at the end, and none when the run is over.
     *
     * # Errors
     * Kinds "nan" and "gpu".
     */
    step(count: number): Promise<Report[]>;
    /**
     * Scores the network on the training examples that the recipe keeps apart; nothing where it keeps none.
     *
     * # Errors
     * Kind "gpu".
     */
    validate(): Promise<Score | undefined>;
    /**
     * How the run compares with what its link or a run file promises, if anything does.
     *
     * # Errors
     * None but those of the conversion.
     */
    verdict(): Verdict | undefined;
    /**
     * From now on the run is compared with a run file's.
     *
     * # Errors
     * Kind "file": the file is damaged, or of another run.
     */
    verifyFile(text: string): void;
    /**
     * Training images by their places, and how the run's first epochs show them, augmented.
     *
     * # Errors
     * None but those of the conversion.
     */
    augmentations(indices: Uint32Array | number[], epochs: number): AugmentedImage[];
    /**
     * Whether steps are watched from now on, for `norms`.
     */
    recordGradientStatistics(record: boolean): void;
    /**
     * The weights as a safetensors file.
     *
     * # Errors
     * Kind "gpu".
     */
    weights(): Promise<Uint8Array>;
}

/**
 * A data set's file, unpacked and verified. It stays in the module's memory, where the data set is made of it.
 */
export class VerifiedFile {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
}

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
 * None but those of the conversion.
 */
export function fields(): Field[];

/**
 * What the module said when it stopped for good, if it did.
 */
export function lastPanic(): string | undefined;

/**
 * The kinds of layers that a network of one's own may have.
 *
 * # Errors
 * None but those of the conversion.
 */
export function layerKinds(): LayerKind[];

/**
 * Reads a link. What its network cannot be trained on is refused here, before it is fetched.
 *
 * # Errors
 * Kind "recipe": the sentence names the key, its value and what is allowed, or why network and data do not fit.
 */
export function parse(link: string): ParsedLink;

/**
 * Reads what a checkpoint says of itself.
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
 * Reads the layers of a network of one's own, and what comes out of each on the images of a data set, which is named or said
 * as in a link (`data=own&classes=3`). What is wrong with
 * them is told, not thrown.
 *
 * # Errors
 * None but those of the conversion.
 */
export function readStack(text: string, data: string): Stack;

/**
 * What has to be fetched for a link; nothing where its data are drawn.
 *
 * # Errors
 * Kind "recipe".
 */
export function dataSource(link: string): DataSource | undefined;

/**
 * The data sets that have to be fetched, each with all its files.
 *
 * # Errors
 * None but those of the conversion.
 */
export function dataSources(): DataSource[];

/**
 * Runs once, when the module is loaded.
 */
export function start(): void;

/**
 * A link's network layer by layer; nothing where it is of layers that no other network has.
 *
 * # Errors
 * Kind "recipe".
 */
export function graph(link: string): ExportedGraph | undefined;

/**
 * A data set's file, if its contents are what the manifest says: size and SHA-256 are checked.
 *
 * # Errors
 * Kind "data": what was found, and what would be right.
 */
export function verifyFile(name: string, path: string, bytes: Uint8Array): VerifiedFile;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

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
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
