/** Strokes told apart from the paper that they are on, which a photograph shows grey, and not evenly so. */
import { summedArea } from "./normalize.js";

/** Strokes and paper that differ by less than so many of 255 cannot be told apart. */
const LEAST = 24;
/** A pixel is paper up to, and ink from, these parts of the way between the two. */
const PAPER = 0.3;
const INK = 0.85;

/**
 * `ink`: side × side values from 0 to 255. Gives what stands out from its surroundings, from 0 to 255, or null where nothing
 * does.
 */
export function standingOut(ink: ArrayLike<number>, side: number): Float32Array | null {
  const sum = summedArea(ink, side);
  const reach = side / 4;
  const inside = (at: number): number => Math.min(side, Math.max(0, at));
  const above = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const [top, bottom] = [inside(y - reach), inside(y + 1 + reach)];
    for (let x = 0; x < side; x++) {
      const [left, right] = [inside(x - reach), inside(x + 1 + reach)];
      const around = sum(right, bottom) - sum(left, bottom) - sum(right, top) + sum(left, top);
      above[y * side + x] = Math.max(0, (ink[y * side + x] ?? 0) - around / ((right - left) * (bottom - top)));
    }
  }
  const { low, high } = twoKinds(above);
  if (high - low < LEAST) return null;
  const [from, to] = [low + PAPER * (high - low), low + INK * (high - low)];
  return above.map((value) => 255 * Math.min(1, Math.max(0, (value - from) / (to - from))));
}

/** The means of the two kinds that values from 0 to 255 fall into: those furthest apart for their sizes (Otsu 1979). */
function twoKinds(values: Float32Array): { low: number; high: number } {
  const counts = new Float64Array(256);
  let all = 0;
  for (const value of values) {
    const bin = Math.min(255, Math.round(value));
    counts[bin]! += 1;
    all += bin;
  }
  let [below, sum] = [0, 0];
  let best = { apart: -1, low: 0, high: 0 };
  for (let bin = 0; bin < 256; bin++) {
    below += counts[bin]!;
    sum += bin * counts[bin]!;
    const over = values.length - below;
    if (below === 0 || over === 0) continue;
    const [low, high] = [sum / below, (all - sum) / over];
    const apart = below * over * (high - low) ** 2;
    if (apart > best.apart) best = { apart, low, high };
  }
  return best;
}
