// The types of answers to many images at once.

import type { CallOptions } from "./run-api.js";
import type { FileProgress } from "./files.js";

/**
 * Why an answer is called unsure:
 * - `flat`: its probabilities are nearly equal, for their entropy is 0.9 times that of equal ones or more;
 * - `blank`: the image is of one colour, so there is nothing to see in it;
 * - `out-of-range`: the image is much lighter or darker than those that the network learned from: in a channel its mean lies more than two of
 *   their standard deviations from theirs.
 */
export type Unsure = "flat" | "blank" | "out-of-range";

/** A class with its probability. */
export interface ClassProbability {
  readonly name: string;
  readonly probability: number;
}

/** What the network answers to one image. It can only choose among its classes. */
export interface Answer {
  /** The file's path among those that were given, or in the zip. */
  readonly path: string;
  /** The most probable class. */
  readonly answer: string;
  readonly probability: number;
  /** The three most probable classes, or as many as there are. */
  readonly top: readonly ClassProbability[];
  /** The class that the folder of the image is named as; absent where none is. */
  readonly label?: string | undefined;
  /** Whether the answer is that class; absent where there is no label. */
  readonly correct?: boolean | undefined;
  /** Why it is called unsure; absent where nothing speaks against it. */
  readonly unsure?: Unsure | undefined;
  /** The probability of each class, in their order. */
  readonly probabilities: Float32Array;
}

/** A file to which there is no answer. */
export interface UnreadFile {
  readonly path: string;
  /** Why, as the end of a sentence: "it is no PNG, JPEG or WebP image". */
  readonly why: string;
}

/** The answers to many images. */
export interface Answers {
  /** The names of the classes. */
  readonly classes: readonly string[];
  /** The most doubtful first: by the probability to six digits, then by the path. */
  readonly answers: readonly Answer[];
  readonly unread: readonly UnreadFile[];
  /** How many images have a label, and how many answers of those are right. */
  readonly labelled: number;
  readonly right: number;
  /** Sentences that a person should know. */
  readonly notices: readonly string[];
}

export interface PredictAllOptions extends CallOptions {
  /** The paths of the files that are to be answered. Default: all. */
  only?: readonly string[] | undefined;
  /** Called after each file. */
  onProgress?: ((progress: FileProgress) => void) | undefined;
  /** Called with each answer as it comes, and the image as the network was given it: bytes `[channels, height, width]`. */
  onAnswer?: ((answer: Answer, pixels: Uint8Array) => void) | undefined;
}
