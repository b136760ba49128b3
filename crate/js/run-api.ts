// The types of a run.

import type { Answers, PredictAllOptions } from "./answers-api.js";
import type { Split } from "./api.js";
import type { BytesLike, InputFile } from "./files.js";
import type {
  Activation,
  AugmentedImage,
  DataInfo,
  EngineInfo,
  EvaluationPart,
  Example,
  ForwardPass,
  GradientStatistics,
  Normalization,
  Plan,
  Predictions,
  Report,
  Score,
  Verdict,
} from "./cpu/bunsen.js";

/**
 * Why a run has no checked link: it has not ended, its first steps come from a file, another engine began it, or its engine may
 * round otherwise than the CPU engine in WebAssembly.
 */
export type CheckedLinkObstacle = "unfinished" | "from-file" | "handed-over" | "engine";

/** Options of a call that takes long. */
export interface CallOptions {
  /** Calls it off: it rejects with an error of kind `aborted`. */
  signal?: AbortSignal | undefined;
}

/** Numbers in a shape, row-major. */
export interface Tensor {
  shape: number[];
  values: Float32Array;
}

/**
 * One image, `[channels, height, width]`, row-major, as the data set has it (`examples`, divided by 255): numbers from 0 to 1, which the network
 * normalizes. In grey data sets, one's own among them, 0 is the paper and 1 the ink. With `brightness` it is as a file or a camera has it, 0
 * black and 1 white, and grey ones are inverted.
 */
export type ImagePixels = Float32Array | { readonly brightness: Float32Array };

/** A recipe on an engine, pulled step by step. Calls may overlap: they are done one after another, once they have what they wait for. */
export interface Run {
  /** What computes it; on a GPU, that the self-test was passed. */
  readonly engine: EngineInfo;
  /** How long it is: steps, epochs, batch size. */
  readonly plan: Plan;
  /** What it is trained on. */
  readonly data: DataInfo;
  /** Sentences about what did not go as it should, and yet did not hinder the run; there may be more later. */
  readonly notices: string[];
  /**
   * Trains up to `n` more steps: one report a step, fewer at the end, none when the run is over. Where it is called off, or the run is freed,
   * it rejects after some tenths of a second at most; the steps that were done until then stay done.
   */
  step(n: number, options?: CallOptions): Promise<Report[]>;
  /**
   * The reports of the steps that are left, each step trained as its report is asked for: `for await (const report of run)`. To leave the loop is to
   * pause. On a GPU `step` with many steps at once is faster.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Report, void, undefined>;
  /** Settles once the test split is there: a run begins without it, and an evaluation waits for it. */
  testReady(): Promise<void>;
  /**
   * Evaluates the network on the test split, once that is there: as it is then, for other calls do not wait with this one. The
   * score says of which step it is.
   */
  evaluate(options?: CallOptions): Promise<Score>;
  /**
   * Evaluates the next examples of a split, some `examples` of them: for who wants to do something else in between. After
   * the last part follows the score, with the bits of `evaluate()`; a training step forgets what was evaluated before it.
   * Rejects where the test split is not there yet (`testReady`).
   * @param step an earlier one whose network was kept (`deferEvaluation`), instead of the present one
   */
  evaluatePart(split: "test" | "validation", examples: number, step?: number): Promise<EvaluationPart>;
  /**
   * Keeps the network as it is now, so that `evaluatePart` can evaluate it after later steps: where the test split is not
   * there yet. False where it is not kept: the weights of all that are kept take 64 MB at most.
   */
  deferEvaluation(): Promise<boolean>;
  /** The network of that step is kept no longer. */
  forgetDeferred(step: number): Promise<void>;
  /**
   * The activations of layer number `layer` of `lab.describe(link).layers` for one image, in eval mode; nothing where eval
   * mode does not compute it.
   */
  activations(pixels: ImagePixels, layer: number): Promise<Activation | undefined>;
  /**
   * One forward pass for one image, in eval mode: class probabilities, and the activations of these layers, by their numbers in
   * `lab.describe(link).layers`; nothing in the place of one that eval mode does not compute. For a few layers it takes as long as `predict`.
   */
  forward(pixels: ImagePixels, layers: readonly number[]): Promise<ForwardPass>;
  /** Saliency: the gradient of a class's logit by the pixels of an image. */
  saliency(pixels: ImagePixels, label: number): Promise<Float32Array>;
  /** Whether steps are recorded from now on, for `gradientStatistics()`. Changes no bit of the run. */
  recordGradientStatistics(record: boolean): void;
  /** The L2 norms of each parameter, its gradient and its update at the last recorded step; none before. */
  gradientStatistics(): Promise<GradientStatistics[]>;
  /** The logits of every test example as `evaluate()` last computed them, test-time augmentation included; nothing before. */
  predictions(): Predictions | undefined;
  /** Evaluates the network on the validation split (`val`); nothing where the recipe has none. */
  validate(): Promise<Score | undefined>;
  /** Evaluates the network on the test split of another data set, whose images have the same shape. */
  evaluateOn(name: string): Promise<Score>;
  /** Class probabilities of one image. */
  predict(pixels: ImagePixels): Promise<Float32Array>;
  /**
   * Answers many images: those in files, with their paths, or in a zip. Each is decoded, cut and scaled as the images of a data set are; what is no
   * image is told among `unread`. Where an image's folder is named as a class, that is its label. Rejects with an error of kind `data` where there
   * is no image at all.
   */
  predictAll(files: readonly InputFile[] | BytesLike, options?: PredictAllOptions): Promise<Answers>;
  /** Images of the data set, with their labels. */
  examples(split: Split, from: number, count: number): Example[];
  /** The first images of the run's first batch, each as its first epochs augment it: at most 16,384 augmented images. */
  firstBatchAugmentations(count: number, epochs: number): AugmentedImage[];
  /** Training images by their indices, each as the run's first epochs augment it: at most 16,384 augmented images. */
  augmentations(indices: Uint32Array, epochs: number): AugmentedImage[];
  /** The class of every example of a split, in order. */
  labels(split: Split): Uint8Array;
  /** The mean of a split's images, or of those of one class: pixels from 0 to 255. */
  meanImage(split: Split, label?: number): Float32Array;
  /**
   * The mean and the standard deviation that pixels from 0 to 1 are normalized by, channel by channel; nothing where the
   * network scales its input in another way.
   */
  normalization(): Normalization | undefined;
  /** The examples of that step, from 1, in their order and augmented, as the network gets them. None of a step there is not. */
  batch(step: number): Example[];
  /** The loss of every step so far, those before a checkpoint among them. */
  losses(): Float32Array;
  /**
   * The digest of recipe, data, all losses so far, and the weights and the optimizer's state that they led to: 16 hexadecimal
   * digits, equal where the run was equal. Throws an error of kind "nan" where the weights are no numbers.
   */
  check(): Promise<string>;
  /** What a checked link carries beside the check, as text: the losses of at most 32 evenly spaced steps. */
  marks(): string;
  /** The link with the check and the marks of the run; none where `checkedLinkObstacle()` says why not. */
  checkedLink(): Promise<string | undefined>;
  /** Why the run as it stands has no checked link; nothing where it has one. */
  checkedLinkObstacle(): CheckedLinkObstacle | undefined;
  /** How the run compares with what its checked link or run file promises; nothing where nothing is promised. */
  verdict(): Verdict | undefined;
  /** The run as a file: recipe, engine, data, all losses, scores (by default those that `evaluate()` gave), check. */
  runFile(scores?: readonly Score[]): Promise<string>;
  /** The network's weights, as a safetensors file. */
  weights(): Promise<Uint8Array>;
  /** The same as numbers: parameters and running statistics by their names, named and shaped as PyTorch has them. */
  stateDict(): Promise<Map<string, Tensor>>;
  /** All that it takes to resume the run here: give it to `lab.start`. */
  checkpoint(): Promise<Uint8Array>;
  /**
   * Refuses further calls at once, stops steps that are under way, and frees its memory in the module when the calls under way have come to their
   * end.
   */
  free(): void;
}

/** A run that stopped before its end, as its last checkpoint in the browser's storage tells. */
export interface StoppedRun {
  /** Its name in the storage. */
  run: string;
  /** Steps done. */
  step: number;
  /** When the checkpoint was written: milliseconds since 1970. */
  written: number;
  /** Whether this browser wrote it by itself: else it is a file like any other. */
  sealed: boolean;
}
