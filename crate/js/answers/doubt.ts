// What an answer is worth: whether its probabilities are nearly equal, and whether the image is like those that were learned.

import type { Unsure } from "../answers-api.js";
import type { Normalization } from "../api.js";

/** Of the entropy of equal probabilities: an answer with so much of it says nothing. */
const FLAT = 0.9;
/** Standard deviations of the pixels that were learned by which an image's mean may differ from theirs. */
const MOST_DEVIATIONS = 2;
/** Values from 0 to 255 by which the pixels of an image of one colour may differ. */
const BLANK = 4;

/** Why an answer is called unsure. @param pixels `[channels, size, size]`, as the network was given them */
export function unsure(
  probabilities: Float32Array,
  pixels: Uint8Array,
  channels: number,
  normalization: Normalization | undefined,
): Unsure | undefined {
  const planes = planesOf(pixels, channels);
  if (planes.every((plane) => rangeOf(plane) <= BLANK)) return "blank";
  const isFar = planes.some((plane, channel) => {
    const [mean, std] = [normalization?.mean[channel], normalization?.std[channel]];
    if (mean === undefined || std === undefined) return false;
    return Math.abs(meanOf(plane) - mean) > MOST_DEVIATIONS * std;
  });
  if (isFar) return "out-of-range";
  return entropyOf(probabilities) >= FLAT * Math.log(probabilities.length) ? "flat" : undefined;
}

/** In nats. */
export function entropyOf(probabilities: Float32Array): number {
  return probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

function planesOf(pixels: Uint8Array, channels: number): Uint8Array[] {
  const length = pixels.length / channels;
  return Array.from({ length: channels }, (_, channel) => pixels.subarray(channel * length, (channel + 1) * length));
}

const meanOf = (plane: Uint8Array): number => plane.reduce((sum, byte) => sum + byte, 0) / (255 * plane.length);

function rangeOf(plane: Uint8Array): number {
  let [least, most] = [255, 0];
  for (const byte of plane) {
    if (byte < least) least = byte;
    if (byte > most) most = byte;
  }
  return most - least;
}

/** Whether nine in ten grey images have ink all around, which paper has not: they are light on dark. @param images `[size, size]` each */
export function areLightOnDark(images: readonly Uint8Array[], size: number): boolean {
  const last = size - 1;
  const isBorder = (index: number): boolean =>
    [Math.floor(index / size), index % size].some((at) => at === 0 || at === last);
  const hasInk = (image: Uint8Array): boolean =>
    image.reduce((sum, byte, index) => (isBorder(index) ? sum + byte : sum), 0) > 4 * last * 128;
  const dark = images.filter(hasInk).length;
  return images.length > 0 && 10 * dark >= 9 * images.length;
}
