/** Arithmetic on rows of numbers. */

/** The index of the greatest value, the first of equals; 0 where there is none because a value is NaN. */
export function argmax(values: Float32Array): number {
  return Math.max(0, values.indexOf(Math.max(...values)));
}
