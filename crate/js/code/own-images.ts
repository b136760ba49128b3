// What programs are told of a person's own images, measured as the module measures them.

import type { Example, Normalization } from "../cpu/bunsen.js";
import { HASH_BYTES, layoutOf } from "../custom-dataset-layout.js";
import { npzOf, textArray, type NpyArray } from "./npz.js";

/** A person's own images, as a lab holds them. */
export interface HeldImages {
  /** In the form of `images/src/collection.rs`. */
  readonly bytes: Uint8Array;
  /** Examples of a split, as the recipe's seed splits them. */
  examples(split: "train" | "test", from: number, count: number): Example[];
}

/** The classes' names, as they were given. */
export const classNamesOf = ({ bytes }: HeldImages): string[] => layoutOf(bytes).classNames;

/** As many examples as are copied out of the module at once. */
const PART = 1000;

function* examplesOf(held: HeldImages, split: "train" | "test"): Generator<Example> {
  for (let from = 0; ; from += PART) {
    const part = held.examples(split, from, PART);
    yield* part;
    if (part.length < PART) return;
  }
}

/** Mean and standard deviation of the training images, as `crate/src/data/custom_dataset` has them. */
export function normalizationOf(held: HeldImages): Normalization {
  const { channels } = layoutOf(held.bytes);
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  for (const { pixels } of examplesOf(held, "train")) {
    const plane = pixels.length / channels;
    pixels.forEach((byte, at) => {
      const ofChannel = counts[Math.floor(at / plane)];
      if (ofChannel) ofChannel[byte] = (ofChannel[byte] ?? 0) + 1;
    });
  }
  const measured = counts.map(meanAndDeviation);
  return { mean: measured.map(([mean]) => mean), std: measured.map(([, std]) => std) };
}

/** The sums are of integers, and the few operations on others round in one way everywhere. */
function meanAndDeviation(counts: Float64Array): [mean: number, std: number] {
  let [count, sum, squares] = [0, 0, 0];
  counts.forEach((pixels, byte) => {
    count += pixels;
    sum += pixels * byte;
    squares += pixels * byte * byte;
  });
  // The variance times the square of the count.
  const variance = BigInt(count) * BigInt(squares) - BigInt(sum) * BigInt(sum);
  const scale = Math.max(count, 1) * 255;
  const deviation = Math.max(Math.sqrt(Number(variance)) / scale, 1 / 255);
  return [Math.fround(sum / scale), Math.fround(deviation)];
}

/**
 * The images as an npz, as `load.py` reads it: `images` `[count, channels, size, size]`, `labels`, the `names` of the classes, the
 * `hashes` of their files, which of them are in the `test` split, whether that is the person's own (`split`), and the training
 * images' `mean` and `std`. Without `load.py`, NumPy opens it as any other.
 */
export function npzOfImages(held: HeldImages): Uint8Array {
  const { bytes } = held;
  const { size, channels, classNames, labels, isSplit, headers, headerBytes, pixels } = layoutOf(bytes);
  const count = labels.length;
  const hashes = new Uint8Array(count * HASH_BYTES);
  for (let index = 0; index < count; index++) {
    const header = headers + index * headerBytes;
    hashes.set(bytes.subarray(header, header + HASH_BYTES), index * HASH_BYTES);
  }
  const { mean, std } = normalizationOf(held);
  const ofBytes = (type: string, array: Uint8Array, ...more: number[]): NpyArray => ({
    type,
    shape: [count, ...more],
    bytes: array,
  });
  const floats = (numbers: readonly number[]): NpyArray => ({
    type: "<f4",
    shape: [numbers.length],
    bytes: new Uint8Array(Float32Array.from(numbers).buffer),
  });
  return npzOf({
    images: ofBytes("|u1", bytes.subarray(pixels), channels, size, size),
    labels: ofBytes("|u1", Uint8Array.from(labels)),
    names: textArray(classNames),
    hashes: ofBytes("|u1", hashes, HASH_BYTES),
    test: ofBytes("|b1", testedOf(held)),
    split: { type: "|b1", shape: [], bytes: Uint8Array.of(Number(isSplit)) },
    mean: floats(mean),
    std: floats(std),
  });
}

/** 1 for each image that is tested with. Where the seed decides, the module knows which these are, by their pixels and labels. */
function testedOf(held: HeldImages): Uint8Array {
  const { labels, pixels, channels, size, isSplit, headers, headerBytes } = layoutOf(held.bytes);
  if (isSplit)
    return Uint8Array.from(labels, (_, index) => held.bytes[headers + index * headerBytes + HASH_BYTES + 1] ?? 0);
  const length = channels * size * size;
  const key = (image: Uint8Array, label: number): string => `${label} ${String.fromCharCode(...image)}`;
  // Of equal images with equal labels some may be tested with: so many.
  const left = new Map<string, number>();
  for (const { pixels: image, label } of examplesOf(held, "test")) {
    const known = key(image, label);
    left.set(known, (left.get(known) ?? 0) + 1);
  }
  return Uint8Array.from(labels, (label, index) => {
    const start = pixels + index * length;
    const known = key(held.bytes.subarray(start, start + length), label);
    const count = left.get(known) ?? 0;
    left.set(known, count - 1);
    return Number(count > 0);
  });
}
