/** Images as the data sets have them: `[channels, rows, columns]`, as bytes or as values from 0 to 1. */

/** An image's size, and the name of its data where it has one. */
export interface ImageShape {
  channels: number;
  height: number;
  width: number;
  name?: string | undefined;
}

/** Data in one channel that are photographs. */
const PHOTOGRAPHS: readonly (string | undefined)[] = ["fashion", "own"];

/** Whether an image is strokes on paper, drawn in the colour of ink; a photograph is shown as it is, 0 black. */
export function isInk({ channels, name }: Pick<ImageShape, "channels" | "name">): boolean {
  return channels === 1 && !PHOTOGRAPHS.includes(name);
}

/** Values row by row, one channel after the other. */
export type Pixels = Uint8Array | Float32Array | readonly number[];

/** "1×28×28" */
export function shapeText({ channels, height, width }: ImageShape): string {
  return `${channels}×${height}×${width}`;
}

/** Bytes as the values from 0 to 1 that a network is given. */
export function unitPixels(bytes: ArrayLike<number>): Float32Array {
  return Float32Array.from(bytes, (value) => value / 255);
}

/** Values from 0 to 1 as bytes have them, from 0 to 255. */
export function bytePixels(unit: Float32Array): Float32Array {
  return unit.map((value) => 255 * value);
}

/**
 * `pixels`: channels × rows × columns values from 0 to 255. One channel is ink, black with the value as its opacity;
 * three are red, green and blue.
 */
export function imageDataOf(pixels: Pixels, channels: number, columns: number, rows: number): ImageData {
  const image = new ImageData(columns, rows);
  const plane = columns * rows;
  for (let at = 0; at < plane; at++) {
    if (channels === 1) {
      image.data[4 * at + 3] = pixels[at] ?? 0;
      continue;
    }
    for (let channel = 0; channel < 3; channel++) image.data[4 * at + channel] = pixels[channel * plane + at] ?? 0;
    image.data[4 * at + 3] = 255;
  }
  return image;
}
