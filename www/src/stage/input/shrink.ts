/** A part of a picture in a few pixels, as the importer makes a person's own images small: each is the mean of what lies under it. */

/** A rectangle in a picture's pixels; it may reach over the picture's edges. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** From 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** The largest box of those proportions in the middle of a picture. */
export function centreCrop({ width, height }: ImageData, columns: number, rows: number): Box {
  const scale = Math.min(width / columns, height / rows);
  return centred(width, height, columns * scale, rows * scale);
}

/** The smallest box of those proportions that holds all of a picture. */
export function boxAround({ width, height }: ImageData, columns: number, rows: number): Box {
  const scale = Math.max(width / columns, height / rows);
  return centred(width, height, columns * scale, rows * scale);
}

/** All of a picture, whatever its proportions. */
export function whole({ width, height }: ImageData): Box {
  return { left: 0, top: 0, width, height };
}

/** Begins at a whole pixel of the picture, so that a picture of the wanted size stays as it is. */
function centred(width: number, height: number, boxWidth: number, boxHeight: number): Box {
  const start = (outer: number, inner: number): number =>
    inner <= outer ? Math.floor((outer - inner) / 2) : (outer - inner) / 2;
  return { left: start(width, boxWidth), top: start(height, boxHeight), width: boxWidth, height: boxHeight };
}

/**
 * What is in a box, by area averaging.
 * @param background what the picture is taken to be beyond its edges
 * @returns `[3, rows, columns]`, whole values from 0 to 255
 */
export function shrink(picture: ImageData, box: Box, columns: number, rows: number, background: Colour): Float32Array {
  const plane = columns * rows;
  const shrunk = new Float32Array(3 * plane);
  const spans = Array.from({ length: columns }, (_, column) =>
    spanOf(box.left, box.width, columns, column, picture.width),
  );
  for (let row = 0; row < rows; row++) {
    const down = spanOf(box.top, box.height, rows, row, picture.height);
    spans.forEach((across, column) => {
      const sums = [0, 0, 0];
      for (const [y, heightShare] of down.pixels) {
        for (const [x, widthShare] of across.pixels) {
          const pixel = 4 * (y * picture.width + x);
          for (let channel = 0; channel < 3; channel++) {
            sums[channel]! += heightShare * widthShare * (picture.data[pixel + channel] ?? 0);
          }
        }
      }
      const outside = 1 - across.covered * down.covered;
      sums.forEach((sum, channel) => {
        const value = sum + outside * (background[channel] ?? 0);
        // Sums of shares are not exact: what is a half but for the last bits is rounded up as a half is.
        shrunk[channel * plane + row * columns + column] = Math.floor(value + 0.5 + 1e-6);
      });
    });
  }
  return shrunk;
}

interface Span {
  /** The picture's pixels in it, with the share of the span that each fills. */
  pixels: [index: number, share: number][];
  /** The share that all of them fill. */
  covered: number;
}

/** Which of a picture's `size` pixels lie in piece `index` of a box's side that is cut into `pieces`. */
function spanOf(start: number, length: number, pieces: number, index: number, size: number): Span {
  const from = start + (index * length) / pieces;
  const to = start + ((index + 1) * length) / pieces;
  const pixels: Span["pixels"] = [];
  let covered = 0;
  for (let pixel = Math.max(0, Math.floor(from)); pixel < Math.min(size, Math.ceil(to)); pixel++) {
    const share = (Math.min(to, pixel + 1) - Math.max(from, pixel)) / (to - from);
    pixels.push([pixel, share]);
    covered += share;
  }
  return { pixels, covered };
}

/** The mean colour of a picture's outermost pixels. */
export function meanBorder({ data, width, height }: ImageData): Colour {
  const sums = [0, 0, 0];
  let count = 0;
  const add = (x: number, y: number): void => {
    for (let channel = 0; channel < 3; channel++) sums[channel]! += data[4 * (y * width + x) + channel] ?? 0;
    count += 1;
  };
  for (let x = 0; x < width; x++) [0, height - 1].forEach((y) => add(x, y));
  for (let y = 0; y < height; y++) [0, width - 1].forEach((x) => add(x, y));
  return [sums[0]! / count, sums[1]! / count, sums[2]! / count];
}

/** How light a colour is, from 0 to 255, by Rec. 601's weights in parts of 65,536. */
export function luma(red: number, green: number, blue: number): number {
  return (19_595 * red + 38_470 * green + 7_471 * blue) / 65_536;
}
