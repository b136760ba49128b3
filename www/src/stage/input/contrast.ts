/** Strokes told apart from the paper that they are on, which in a photograph is grey and not evenly lit. */
import { summedArea } from "./normalize.js";

/** Strokes and paper that differ by less than so many of 255 cannot be told apart. */
const MIN_CONTRAST = 24;
/** A pixel is paper up to the first of these shares of the way between the two, and ink from the second on. */
const PAPER = 0.3;
const INK = 0.85;

/**
 * Adaptive threshold: each pixel is compared with the mean of the square around it, half as wide as the picture, and the
 * differences are split by Otsu's method.
 * @param ink `[side, side]`, from 0 to 255
 * @returns `[side, side]`, from 0 for paper to 255 for ink; null where nothing stands out
 */
export function extractStrokes(ink: ArrayLike<number>, side: number): Float32Array | null {
  const sum = summedArea(ink, side);
  const reach = side / 4;
  const clamp = (position: number): number => Math.min(side, Math.max(0, position));
  const contrast = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const [top, bottom] = [clamp(y - reach), clamp(y + 1 + reach)];
    for (let x = 0; x < side; x++) {
      const [left, right] = [clamp(x - reach), clamp(x + 1 + reach)];
      const around = sum(right, bottom) - sum(left, bottom) - sum(right, top) + sum(left, top);
      contrast[y * side + x] = Math.max(0, (ink[y * side + x] ?? 0) - around / ((right - left) * (bottom - top)));
    }
  }
  const { low, high } = otsu(contrast);
  if (high - low < MIN_CONTRAST) return null;
  const [from, to] = [low + PAPER * (high - low), low + INK * (high - low)];
  return contrast.map((value) => 255 * Math.min(1, Math.max(0, (value - from) / (to - from))));
}

/**
 * The means of the two classes that values from 0 to 255 fall into, by the threshold with the greatest variance between
 * the classes (N. Otsu, "A threshold selection method from gray-level histograms", 1979).
 */
function otsu(values: Float32Array): { low: number; high: number } {
  const histogram = new Float64Array(256);
  let total = 0;
  for (const value of values) {
    const bin = Math.min(255, Math.round(value));
    histogram[bin]! += 1;
    total += bin;
  }
  let [count, sum] = [0, 0];
  let best = { variance: -1, low: 0, high: 0 };
  for (let bin = 0; bin < 256; bin++) {
    count += histogram[bin]!;
    sum += bin * histogram[bin]!;
    const countAbove = values.length - count;
    if (count === 0 || countAbove === 0) continue;
    const [low, high] = [sum / count, (total - sum) / countAbove];
    const variance = count * countAbove * (high - low) ** 2;
    if (variance > best.variance) best = { variance, low, high };
  }
  return best;
}
