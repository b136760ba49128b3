/** Images as the data sets have them, made into what a canvas takes. */

/** The shape of an image, as people write it. */
export function shapeOf({ channels, height, width }: { channels: number; height: number; width: number }): string {
  return `${channels}×${height}×${width}`;
}

/** What the network is given of an image's bytes: values from 0 to 1. */
export function valuesOf(pixels: Uint8Array): Float32Array {
  return Float32Array.from(pixels, (value) => value / 255);
}

/**
 * `pixels`: channels × rows × columns values from 0 to 255. One channel is ink, black with the value as its opacity;
 * three are red, green and blue.
 */
export function picture(pixels: ArrayLike<number>, channels: number, columns: number, rows: number): ImageData {
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
