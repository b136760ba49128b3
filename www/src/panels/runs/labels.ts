/** Where a curve ends, in pixels. */
export interface End {
  x: number;
  y: number;
}

/** So often they are pushed apart at most: they come to rest long before. */
const MOST_ROUNDS = 100;

/**
 * How high the letter of each curve stands: at the curve's end, and where letters would cover each other moved apart, no further than they must.
 * @param size of a letter, both ways
 * @param between the first and the last place down
 */
export function placed(ends: readonly End[], size: number, [top, bottom]: readonly [number, number]): number[] {
  const order = ends.map((_, at) => at).sort((a, b) => ends[a]!.y - ends[b]!.y || a - b);
  const ys = ends.map(({ y }) => Math.min(bottom, Math.max(top, y)));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let isMoved = false;
    for (let upper = 0; upper < order.length; upper++) {
      for (let lower = upper + 1; lower < order.length; lower++) {
        const [a, b] = [order[upper]!, order[lower]!];
        const missing = size - (ys[b]! - ys[a]!);
        if (Math.abs(ends[a]!.x - ends[b]!.x) >= size || missing <= 1e-3) continue;
        ys[a] = Math.max(top, ys[a]! - missing / 2);
        ys[b] = Math.min(bottom, Math.max(ys[b]! + missing / 2, ys[a]! + size));
        isMoved = true;
      }
    }
    if (!isMoved) break;
  }
  return ys;
}
