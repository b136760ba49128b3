/**
 * A drawing made into what MNIST's images are: scaled, proportions kept, into a box of 20×20, and laid into 28×28 with
 * its centre of mass in the middle.
 */
export const SIDE = 28;
const BOX = 20;

/** Ink is enlarged as if it were this large at least, so that a dot stays a dot. */
const SMALLEST = 70;

/**
 * `ink`: side × side values from 0 to 255. Gives 28×28 values from 0 to 1, or null for an empty drawing. Each pixel is
 * the exact mean of the area that it covers, so the result is as smooth as the drawing. Ink that is smaller than `smallest`
 * stays smaller than others.
 */
export function normalize(ink: ArrayLike<number>, side: number, smallest = SMALLEST): Float32Array | null {
  const sums = summedArea(ink, side);
  const found = measure(ink, side);
  if (!found) return null;
  const { left, top, right, bottom, x, y } = found;
  const scale = BOX / Math.max(right - left, bottom - top, smallest);
  const middle = SIDE / 2;
  const area = 255 / (scale * scale);
  const pixels = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    const y0 = (row - middle) / scale + y;
    const y1 = (row + 1 - middle) / scale + y;
    for (let column = 0; column < SIDE; column++) {
      const x0 = (column - middle) / scale + x;
      const x1 = (column + 1 - middle) / scale + x;
      const sum = sums(x1, y1) - sums(x0, y1) - sums(x1, y0) + sums(x0, y0);
      pixels[row * SIDE + column] = Math.min(1, Math.max(0, sum / area));
    }
  }
  return pixels;
}

/** The box around the ink, and its centre of mass. */
function measure(ink: ArrayLike<number>, side: number) {
  let [left, top, right, bottom] = [side, side, 0, 0];
  let [mass, massX, massY] = [0, 0, 0];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const value = ink[row * side + column] ?? 0;
      if (value === 0) continue;
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row + 1);
      mass += value;
      massX += value * (column + 0.5);
      massY += value * (row + 0.5);
    }
  }
  return mass > 0 ? { left, top, right, bottom, x: massX / mass, y: massY / mass } : null;
}

/** The sum of all ink left of x and above y, for any x and y, between pixels too. */
export function summedArea(ink: ArrayLike<number>, side: number): (x: number, y: number) => number {
  const wide = side + 1;
  const sums = new Float64Array(wide * wide);
  for (let row = 0; row < side; row++) {
    let line = 0;
    for (let column = 0; column < side; column++) {
      line += ink[row * side + column] ?? 0;
      sums[(row + 1) * wide + column + 1] = sums[row * wide + column + 1]! + line;
    }
  }
  const inside = (value: number): number => Math.min(side, Math.max(0, value));
  return (x, y) => {
    const [column, row] = [inside(x), inside(y)];
    const [c, r] = [Math.min(Math.floor(column), side - 1), Math.min(Math.floor(row), side - 1)];
    const [dx, dy] = [column - c, row - r];
    const at = r * wide + c;
    const upper = sums[at]! * (1 - dx) + sums[at + 1]! * dx;
    const lower = sums[at + wide]! * (1 - dx) + sums[at + wide + 1]! * dx;
    return upper * (1 - dy) + lower * dy;
  };
}
