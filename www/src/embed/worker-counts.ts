/** How fast a recipe was trained by how many workers, and to which check. */

/** As many as a recipe has shards by default. */
export const COUNTS = [1, 2, 3, 4] as const;

/** The first steps are slower: workers are yet to join. What is measured is the rest. */
const FIRST_SHARE = 0.25;

/** A run to its end. */
export interface Measured {
  imagesPerSecond: number;
  /** Workers that computed at its end: no more than a batch has parts. */
  atWork: number;
  check: string;
}

/** What was measured of one recipe, by how many workers it was allowed. */
export class WorkerCounts {
  #link = "";
  readonly #measured = new Map<number, Measured>();

  /** Of another recipe nothing is known. */
  choose(link: string): void {
    if (link === this.#link) return;
    this.#link = link;
    this.#measured.clear();
  }

  add(count: number, measured: Measured): void {
    this.#measured.set(count, measured);
  }

  of(count: number): Measured | undefined {
    return this.#measured.get(count);
  }

  /** Whether all runs came to one check; null before there are two. */
  get areSame(): boolean | null {
    const checks = [...this.#measured.values()].map(({ check }) => check);
    return checks.length < 2 ? null : checks.every((check) => check === checks[0]);
  }

  /** The fastest with more workers than one, and how many times as fast as one it is; null where there is nothing to compare. */
  get gain(): { count: number; times: number } | null {
    const alone = this.#measured.get(1);
    const others = [...this.#measured].filter(([count]) => count > 1);
    const [first, ...rest] = others;
    if (!alone || !first) return null;
    const [count, { imagesPerSecond }] = rest.reduce(
      (best, one) => (one[1].imagesPerSecond > best[1].imagesPerSecond ? one : best),
      first,
    );
    return { count, times: imagesPerSecond / alone.imagesPerSecond };
  }
}

/** The median speed of a run's steps but the first ones; 0 where none is known. @param speeds of each step, NaN where nobody reported it */
export function usualSpeed(speeds: ArrayLike<number>): number {
  const known = Array.from(speeds)
    .slice(Math.floor(FIRST_SHARE * speeds.length))
    .filter((speed) => Number.isFinite(speed) && speed > 0)
    .sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? 0;
}
