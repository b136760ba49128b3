// @ts-check
// Data sets in arrays that tests give: images of strokes with labels, as an npz, IDX files and a table.

import { zip } from "./zip.mjs";

const SIZE = 28;

/** Light strokes on black, no two alike: of class 0 they lie, of class 1 they stand. @param {number} count @param {number} [from] */
export function strokes(count, from = 0) {
  const pixels = new Uint8Array(count * SIZE * SIZE);
  for (let index = 0; index < count; index++) {
    for (let row = 4; row < 24; row++) {
      for (let column = 4; column < 24; column++) {
        const across = index % 2 ? column : row;
        if (across % 7 < 3) pixels[(index * SIZE + row) * SIZE + column] = 100 + ((from + index) % 150);
      }
    }
  }
  return pixels;
}

/** The labels of strokes. @param {number} count */
export const labelsOf = (count) => Uint8Array.from({ length: count }, (_, index) => index % 2);

/** An npy. @param {number[]} shape @param {Uint8Array} values @param {string} [type] */
export function npy(shape, values, type = "|u1") {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = Buffer.from(`{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }\n`);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, header, values]);
}

/** An IDX of bytes. @param {number[]} sizes @param {Uint8Array} values @param {number} [type] */
export function idx(sizes, values, type = 0x08) {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head.set([0, 0, type, sizes.length]);
  for (const [at, size] of sizes.entries()) head.writeUInt32BE(size, 4 + 4 * at);
  return Buffer.concat([head, values]);
}

/** An npz as MedMNIST's are. @param {number} train @param {number} test @param {number} val */
export function medmnist(train, test, val) {
  /** @param {string} part @param {number} count @param {number} from */
  const part = (part, count, from) => [
    { path: `${part}_images.npy`, bytes: npy([count, SIZE, SIZE], strokes(count, from)) },
    { path: `${part}_labels.npy`, bytes: npy([count, 1], labelsOf(count)) },
  ];
  return zip([...part("train", train, 0), ...part("val", val, train), ...part("test", test, train + val)]);
}

/** A table as Kaggle's. @param {number} count */
export function table(count) {
  const [pixels, labels] = [strokes(count), labelsOf(count)];
  const names = Array.from({ length: SIZE * SIZE }, (_, at) => `pixel${at}`);
  const line = (/** @type {number} */ index) =>
    [labels[index], ...pixels.subarray(index * SIZE * SIZE, (index + 1) * SIZE * SIZE)].join(",");
  return Buffer.from([["label", ...names].join(","), ...Array.from({ length: count }, (_, at) => line(at))].join("\n"));
}
