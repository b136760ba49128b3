/** Arithmetic on rows of numbers, and on matrices that lie in them row by row. */

/** The index of the greatest value, the first of equals; -1 where there is none, as for values one of which is NaN. */
export function argmax(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

/** A matrix `[rows, columns]` as `[columns, rows]`. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(values, (_, index) => values[(index % rows) * columns + Math.floor(index / rows)]!);
}
