// One image as a network is given it, by the decoder of data sets: it is cut and scaled as the images that the network learned from.

import { readLayout } from "../custom-dataset.js";
import { messageOf } from "../errors.js";
import { isZip } from "./zip-start.js";
import { withImagesModule, type ImagesModule } from "../images-module.js";

/** What an image is made into. */
export interface ImageFormat {
  readonly channels: number;
  readonly size: number;
}

/** Pixels `[channels, size, size]`, or why there are none, as the end of a sentence. */
export type DecodedImage = { readonly pixels: Uint8Array } | { readonly why: string };

/**
 * The module makes whole data sets, which have two classes of two images at least: so a file is read beside these. Each is a PNG of 2×2
 * pixels in light colours that no photograph has side by side, and of a name that no table has.
 */
const COMPANIONS: readonly (readonly [path: string, base64: string])[] = [
  [
    "a/companion-1.png",
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAF0lEQVR42mM48f/Z/30fGO6c+P/h2RYASowKiJNPvR0AAAAASUVORK5CYII=",
  ],
  [
    "a/companion-2.png",
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAF0lEQVR42mP4v+/DnRP/GT4823Li/zMASfsKiHRAbw0AAAAASUVORK5CYII=",
  ],
  [
    "b/companion-1.png",
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAF0lEQVR42mO4c+L/h2dbGE78f/Z/3wcASVEKiBNlTj0AAAAASUVORK5CYII=",
  ],
  [
    "b/companion-2.png",
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAF0lEQVR42mP48GzLif/PGP7v+3DnxH8ASUwKiCiNMrAAAAAASUVORK5CYII=",
  ],
];

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Decodes the file of an image. Never throws for what the file holds. @param path its name tells what it is, where it is no image */
export async function decodeImage(path: string, bytes: Uint8Array, format: ImageFormat): Promise<DecodedImage> {
  try {
    return await withImagesModule(async (images) => decodeWith(images, path, bytes, format));
  } catch (thrown) {
    if (thrown instanceof WebAssembly.RuntimeError) return { why: "what decodes images stopped at it" };
    throw thrown;
  }
}

function decodeWith(images: ImagesModule, path: string, bytes: Uint8Array, format: ImageFormat): DecodedImage {
  // Of its images one alone would be answered.
  if (isZip(bytes)) return { why: "it is a zip within another: give it by itself" };
  if (images.areArrays(bytes.subarray(0, START))) return { why: "it holds an array of numbers, and is no image" };
  const ending = /(?:\.[a-z0-9]{1,8}){1,2}$/i.exec(path)?.[0] ?? "";
  const companions = companionsOf(images, format);
  const { pixels, notices } = collect(images, format, { path: `a/image${ending}`, bytes });
  const found = pixels.find((some) => !companions.some((companion) => equals(some, companion)));
  if (found) return { pixels: found };
  if (/\.(?:csv|tsv|json)$/i.test(ending)) return { why: "it is a table or a list, and no image" };
  return { why: whyLeftOut(notices) };
}

/** Why the one file of a data set was left out, by its notices: "1 file was left out: a.txt (it is empty).", or "1 icon was left out: a.ico. Save them as PNG." */
export function whyLeftOut(notices: readonly string[]): string {
  for (const notice of notices) {
    const [, noun, why, way] = /^1 (.+?) was left out: \S+?(?: \((.*)\)\.|\. (.*)\.)$/s.exec(notice) ?? [];
    if (why !== undefined) return why;
    if (way !== undefined) return `${noun}: ${way}`;
  }
  return "it is no image that can be read here";
}

/** What tells arrays: the first line of a table with many columns. */
const START = 1 << 18;

/** The companions' pixels, by what they are made into. */
const known = new WeakMap<ImagesModule, Map<string, Uint8Array[]>>();

function companionsOf(images: ImagesModule, format: ImageFormat): Uint8Array[] {
  const ofModule = known.get(images) ?? new Map<string, Uint8Array[]>();
  known.set(images, ofModule);
  const key = `${format.channels}×${format.size}`;
  const pixels = ofModule.get(key) ?? collect(images, format, undefined).pixels;
  ofModule.set(key, pixels);
  return pixels;
}

/** The images of the companions' data set, with a file in it. */
function collect(
  images: ImagesModule,
  { channels, size }: ImageFormat,
  file: { path: string; bytes: Uint8Array } | undefined,
): { pixels: Uint8Array[]; notices: string[] } {
  const builder = new images.CollectionBuilder(size, channels === 3);
  for (const [path, base64] of COMPANIONS) builder.addFile(path, bytesOf(base64));
  if (file) builder.addFile(file.path, file.bytes);
  const collection = builder.finish();
  try {
    const bytes = collection.bytes();
    const { labels, pixels: from } = readLayout(bytes);
    const length = channels * size * size;
    const pixels = labels.map((_, index) => bytes.slice(from + index * length, from + (index + 1) * length));
    return { pixels, notices: collection.info().notices };
  } finally {
    collection.free();
  }
}

const equals = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, index) => byte === b[index]);

/** The most bytes of an image's file: those of a data set have no more. */
export const MOST_FILE_BYTES = 64 << 20;

/** Why a file could not be read from where it lies. */
export const unreadable = (thrown: unknown): string => `it could not be read: ${messageOf(thrown).replace(/\.$/, "")}`;
