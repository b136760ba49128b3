/**
 * 32-bit numbers by the place of their bytes: the first bytes of all, then the second ones, and so on. Signs and exponents of weights are alike, and the bytes
 * that rounding empties are zeros: side by side they take little room in a gzip file.
 */
const WIDTH = 4;

export function toPlanes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const planes = new Uint8Array(bytes.length);
  let at = 0;
  for (let place = 0; place < WIDTH; place++)
    for (let index = place; index < bytes.length; index += WIDTH) planes[at++] = bytes[index]!;
  return planes;
}

/** The bytes of which `toPlanes` made these. */
export function fromPlanes(planes: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(planes.length);
  let at = 0;
  for (let place = 0; place < WIDTH; place++)
    for (let index = place; index < planes.length; index += WIDTH) bytes[index] = planes[at++]!;
  return bytes;
}
