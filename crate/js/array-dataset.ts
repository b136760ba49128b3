// A data set of arrays in memory, in the form of a person's own images: `images/src/collection.rs` describes it.

import type { CustomDataset, ImageArrays } from "./api.js";
import { requireBytes, requireIndices, requireOptions, requireText, requireWhole, shown } from "./arguments.js";
import { parseCustomDataset } from "./custom-dataset.js";
import { digestOf, shortDigest } from "./digest.js";
import { BunsenError } from "./errors.js";
import { printable } from "./printable.js";

const KEYS = { images: true, shape: true, labels: true, classes: true, test: true } as const satisfies Record<
  keyof ImageArrays,
  true
>;
/** As many as a custom data set of files may have: 50,000 images of 3×32×32, and as many more as they are smaller. */
const MAX_BYTES = 50_000 * 3 * 32 * 32;
/** The smallest images, of which there may be the most. */
const MAX_IMAGES = Math.floor(MAX_BYTES / (28 * 28));
const MAX_CLASSES = 256;

/** The arrays, checked. */
interface Checked {
  images: Uint8Array;
  size: number;
  channels: number;
  labels: Uint32Array;
  classes: string[];
  /** The first image that is tested with; undefined where the seed decides. */
  firstTest: number | undefined;
}

/** Makes a data set of arrays. */
export async function datasetOfArrays(arrays: ImageArrays): Promise<CustomDataset> {
  const checked = check(arrays);
  if (!globalThis.crypto?.subtle) {
    throw fault("Data from arrays need a page that is served by https or from localhost: others are given no digests.");
  }
  const bytes = await write(checked);
  return parseCustomDataset(bytes, await shortDigest(bytes));
}

const fault = (sentence: string): BunsenError => new BunsenError("data", sentence);

function check(arrays: ImageArrays): Checked {
  if (typeof arrays !== "object" || arrays === null) {
    throw fault(`${shown(arrays)} was given where arrays are expected: an object with images, shape and labels.`);
  }
  requireOptions(arrays, "lab.dataset", KEYS, "data");
  const images = requireBytes(arrays.images, "a list of images", "data");
  const [count, channels, size] = shapeOf(arrays.shape);
  const expected = count * channels * size * size;
  if (images.length !== expected) {
    throw fault(
      `These are ${images.length} bytes, and ${count} images of ${channels}×${size}×${size} have ${expected}.`,
    );
  }
  const labels = requireIndices(arrays.labels, "labels", MAX_IMAGES);
  if (labels.length !== count) throw fault(`There are ${labels.length} labels for ${count} images.`);
  const classes = classesOf(arrays.classes, labels);
  const unknown = labels.findIndex((label) => label >= classes.length);
  if (unknown >= 0) {
    const label = labels[unknown];
    throw fault(`Image ${unknown} has the label ${label}, and there are ${classes.length} classes, counted from 0.`);
  }
  const test =
    arrays.test === undefined ? undefined : requireWhole(arrays.test, "number of test images", 1, count, "data");
  const firstTest = test === undefined ? undefined : count - test;
  const trained = labels.subarray(0, firstTest);
  // Without a split of its own, each class has an image to train on and one to test with.
  const least = firstTest === undefined ? 2 : 1;
  for (const [label, name] of classes.entries()) {
    const found = trained.filter((each) => each === label).length;
    if (found >= least) continue;
    const use = firstTest === undefined ? "one to train on and one to test with" : "that is not tested with";
    throw fault(
      `A class needs ${least === 1 ? "1 image" : "2 images"} at least, ${use}: ${printable(name)} has ${found}.`,
    );
  }
  return { images, size, channels, labels, classes, firstTest };
}

/** Images, channels and rows. */
function shapeOf(shape: unknown): [number, number, number] {
  if (!Array.isArray(shape) || shape.length !== 4) {
    throw fault(`${shown(shape)} was given as the shape of images: [images, channels, height, width] is one.`);
  }
  const [count, channels, height, width] = shape.map((size) =>
    requireWhole(size, "number of a shape", 1, 2 ** 32 - 1, "data"),
  ) as [number, number, number, number];
  if (height !== width || ![28, 32].includes(height) || ![1, 3].includes(channels)) {
    throw fault(
      `These are images of ${channels}×${height}×${width}: networks take 28×28 or 32×32 pixels in 1 channel (grey) or 3 (colour). Resize them first.`,
    );
  }
  const most = Math.floor(MAX_BYTES / (channels * height * width));
  if (count > most) throw fault(`These are ${count} images, and a data set has ${most} of this size at most.`);
  return [count, channels, height];
}

function classesOf(names: unknown, labels: Uint32Array): string[] {
  if (names !== undefined && !Array.isArray(names)) {
    throw fault(`${shown(names)} was given where the names of classes are expected: a list of texts.`);
  }
  const most = labels.reduce((last, label) => Math.max(last, label), 0) + 1;
  const count = names?.length ?? most;
  if (count > MAX_CLASSES) throw fault(`These are ${count} classes, and a data set has ${MAX_CLASSES} at most.`);
  if (count < 2) throw fault("There is one class only, and nothing to tell it from: give images of two at least.");
  return Array.from({ length: count }, (_, index) =>
    names ? requireText(names[index], "the name of a class", "data") : String(index),
  );
}

async function write({ images, size, channels, labels, classes, firstTest }: Checked): Promise<Uint8Array> {
  const length = channels * size * size;
  const pixelsOf = (index: number): Uint8Array => images.subarray(index * length, (index + 1) * length);
  const hashes: { index: number; hash: Uint8Array }[] = [];
  for (let index = 0; index < labels.length; index++) hashes.push({ index, hash: await digestOf(pixelsOf(index)) });
  // In the order of their hashes, as those of files: the same images in another order are the same data set.
  hashes.sort((a, b) => compare(a.hash, b.hash));
  const names = classes.map((name) => new TextEncoder().encode(name));
  const uint32 = (number: number): Uint8Array => new Uint8Array(Uint32Array.of(number).buffer);
  const isTested = (index: number): number[] => (firstTest === undefined ? [] : [index >= firstTest ? 1 : 0]);
  const parts = [
    new TextEncoder().encode(`bunsen images ${firstTest === undefined ? 1 : 2}\n`),
    ...[size, channels, classes.length, labels.length].map(uint32),
    ...names.flatMap((name) => [uint32(name.length), name]),
    ...hashes.flatMap(({ index, hash }) => [hash, Uint8Array.of(labels[index] ?? 0, ...isTested(index))]),
    ...hashes.map(({ index }) => pixelsOf(index)),
  ];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
