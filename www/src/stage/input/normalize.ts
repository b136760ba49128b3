/**
 * A drawing made into what MNIST's images are: scaled, proportions kept, into a box of 20×20, and laid into 28×28 with
 * its centre of mass in the middle.
 */
export const SIDE = 28;
/** The side of the box that the ink is scaled into. */
const BOX = 20;

/** Smaller ink is enlarged as if it were this large, so that a dot stays a dot. */
const MIN_SIZE = 70;

/**
 * Each pixel is the exact mean of the area that it covers, so the result is as smooth as the drawing.
 * @param ink `[side, side]`, from 0 to 255
 * @param minSize ink that is smaller stays smaller than other ink
 * @returns `[28, 28]`, from 0 to 1; null for an empty drawing
 */
export function normalize(ink: ArrayLike<number>, side: number, minSize = MIN_SIZE): Float32Array | null {
  const sums = summedArea(ink, side);
  const box = measure(ink, side);
  if (!box) return null;
  const { left, top, right, bottom, x, y } = box;
  const scale = BOX / Math.max(right - left, bottom - top, minSize);
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
  const stride = side + 1;
  const sums = new Float64Array(stride * stride);
  for (let row = 0; row < side; row++) {
    let rowSum = 0;
    for (let column = 0; column < side; column++) {
      rowSum += ink[row * side + column] ?? 0;
      sums[(row + 1) * stride + column + 1] = sums[row * stride + column + 1]! + rowSum;
    }
  }
  const clamp = (value: number): number => Math.min(side, Math.max(0, value));
  return (x, y) => {
    const [column, row] = [clamp(x), clamp(y)];
    const [c, r] = [Math.min(Math.floor(column), side - 1), Math.min(Math.floor(row), side - 1)];
    const [dx, dy] = [column - c, row - r];
    const at = r * stride + c;
    const upper = sums[at]! * (1 - dx) + sums[at + 1]! * dx;
    const lower = sums[at + stride]! * (1 - dx) + sums[at + stride + 1]! * dx;
    return upper * (1 - dy) + lower * dy;
  };
}
