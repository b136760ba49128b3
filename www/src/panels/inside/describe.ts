/** Captions of tiles and values. */
import { significant } from "../../format.js";
import { isInk, type ImageShape } from "../../pixels.js";

/** A description as a sentence. */
export function sentence(description: string): string {
  return `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
}

export function rangeOf(values: Float32Array): string {
  if (values.length === 1) return significant(values[0] ?? 0);
  let [lowest, highest, sum] = [Infinity, -Infinity, 0];
  for (const value of values) [lowest, highest, sum] = [Math.min(lowest, value), Math.max(highest, value), sum + value];
  return `From ${significant(lowest)} to ${significant(highest)}, ${significant(sum / values.length)} on average.`;
}

/** What the saliency of a class shows, in the words of how the image is drawn: ink is dark in one theme and bright in the other. */
export function saliencyCaption(name: string, shape: ImageShape): string {
  const more = isInk(shape) ? "more ink" : "a brighter pixel";
  return `Input gradient: where ${more} would raise the score of ${name} (blue) or lower it (orange).`;
}
