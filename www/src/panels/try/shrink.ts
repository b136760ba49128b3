/** A part of a picture in a few pixels, as a person's own images are made small: each is the mean of what lies under it. */

/** A rectangle in a picture's pixels; it may reach over the picture's edges. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Red, green and blue, from 0 to 255. */
export type Colour = readonly [number, number, number];

/** The largest part of that shape in the middle of a picture. */
export function middle({ width, height }: ImageData, columns: number, rows: number): Box {
  const scale = Math.min(width / columns, height / rows);
  return around(width, height, columns * scale, rows * scale);
}

/** The smallest box of that shape that holds all of a picture. */
export function whole({ width, height }: ImageData, columns: number, rows: number): Box {
  const scale = Math.max(width / columns, height / rows);
  return around(width, height, columns * scale, rows * scale);
}

/** Whole pixels, where they go evenly, so that a picture of the wanted size stays as it is. */
function around(width: number, height: number, wide: number, tall: number): Box {
  const start = (all: number, part: number): number => (part <= all ? Math.floor((all - part) / 2) : (all - part) / 2);
  return { left: start(width, wide), top: start(height, tall), width: wide, height: tall };
}

/** The box in `3 × rows × columns` whole values from 0 to 255, with `beyond` where it reaches over the edges. */
export function shrink(picture: ImageData, box: Box, columns: number, rows: number, beyond: Colour): Float32Array {
  const plane = columns * rows;
  const shrunk = new Float32Array(3 * plane);
  const across = Array.from({ length: columns }, (_, at) => under(box.left, box.width, columns, at, picture.width));
  for (let row = 0; row < rows; row++) {
    const down = under(box.top, box.height, rows, row, picture.height);
    across.forEach(({ pixels, inside }, column) => {
      const sums = [0, 0, 0];
      for (const [y, tall] of down.pixels) {
        for (const [x, wide] of pixels) {
          const at = 4 * (y * picture.width + x);
          for (let channel = 0; channel < 3; channel++)
            sums[channel]! += tall * wide * (picture.data[at + channel] ?? 0);
        }
      }
      const outside = 1 - inside * down.inside;
      sums.forEach((sum, channel) => {
        // Shares are not exact: a half is one all the same.
        shrunk[channel * plane + row * columns + column] = Math.floor(
          sum + outside * (beyond[channel] ?? 0) + 0.5 + 1e-6,
        );
      });
    });
  }
  return shrunk;
}

/** Which of a picture's pixels lie under pixel `at` of `pieces`, with their shares of it; `inside` is what they add up to. */
function under(start: number, length: number, pieces: number, at: number, size: number) {
  const from = start + (at * length) / pieces;
  const to = start + ((at + 1) * length) / pieces;
  const pixels: [place: number, share: number][] = [];
  let inside = 0;
  for (let pixel = Math.max(0, Math.floor(from)); pixel < Math.min(size, Math.ceil(to)); pixel++) {
    const share = (Math.min(to, pixel + 1) - Math.max(from, pixel)) / (to - from);
    pixels.push([pixel, share]);
    inside += share;
  }
  return { pixels, inside };
}

/** The mean colour of a picture's outermost pixels. */
export function borderOf({ data, width, height }: ImageData): Colour {
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
export function lightOf(red: number, green: number, blue: number): number {
  return (19_595 * red + 38_470 * green + 7_471 * blue) / 65_536;
}
