// @ts-check
// Files of known data sets in the form and the size of the originals. Their images are stripes: they pack well, and nobody learns from them.

import { deflateSync, gzipSync } from "node:zlib";

/**
 * Files of MNIST's form, packed, with as many images of each class.
 * @param {string} train the name of a training file, with % for "images-idx3" or "labels-idx1" @param {string} test
 * @param {[number, number]} counts @param {number} classes @param {number} first the first label
 * @returns {Record<string, Buffer>}
 */
export function idxFiles(train, test, counts, classes, first) {
  /** @type {Record<string, Buffer>} */ const files = {};
  for (const [index, name] of [train, test].entries()) {
    const count = counts[index] ?? 0;
    const [images, labels] = [Buffer.alloc(16 + 784 * count), Buffer.alloc(8 + count)];
    for (const [at, number] of [0x803, count, 28, 28].entries()) images.writeUInt32BE(number, 4 * at);
    for (const [at, number] of [0x801, count].entries()) labels.writeUInt32BE(number, 4 * at);
    for (let at = 0; at < count; at++) {
      labels[8 + at] = (at % classes) + first;
      images.fill(200, 16 + 784 * at + 28 * (at % 28), 16 + 784 * at + 28 * (at % 28) + 28);
    }
    files[name.replace("%", "images-idx3")] = gzipSync(images, { level: 1 });
    files[name.replace("%", "labels-idx1")] = gzipSync(labels, { level: 1 });
  }
  return files;
}

/** CIFAR-100's binary files. @returns {Record<string, Buffer>} */
export function cifar100() {
  const file = (/** @type {number} */ count) => {
    const bytes = Buffer.alloc(3074 * count);
    for (let at = 0; at < count; at++) {
      bytes[3074 * at] = at % 20;
      bytes[3074 * at + 1] = at % 100;
      bytes.fill(at % 256, 3074 * at + 2, 3074 * at + 1000);
    }
    return bytes;
  };
  return { "train.bin": file(50_000), "test.bin": file(10_000) };
}

/** A file of SVHN in MATLAB's form 5, each of its arrays packed. @param {number} count images */
export function svhn(count) {
  const header = Buffer.concat([
    Buffer.from("MATLAB 5.0 MAT-file, Platform: GLNXA64".padEnd(124)),
    Buffer.from([0, 1, 0x49, 0x4d]),
  ]);
  const pixels = Buffer.alloc(3072 * count);
  for (let at = 0; at < count; at++) pixels.fill(at % 256, 3072 * at, 3072 * at + 1000);
  const labels = Buffer.alloc(count);
  for (let at = 0; at < count; at++) labels[at] = (at % 10) + 1;
  return Buffer.concat([header, array("X", [32, 32, 3, count], pixels), array("y", [count, 1], labels)]);
}

/** @param {number} kind @param {Uint8Array} bytes */
function element(kind, bytes) {
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(kind);
  tag.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([tag, bytes, Buffer.alloc(-bytes.length & 7)]);
}

/** An array of bytes. @param {string} name a letter @param {number[]} sizes @param {Buffer} bytes */
function array(name, sizes, bytes) {
  const flags = Buffer.from([9, 0, 0, 0, 0, 0, 0, 0]);
  const short = Buffer.from([1, 0, 1, 0, name.charCodeAt(0), 0, 0, 0]);
  const parts = [
    element(6, flags),
    element(5, new Uint8Array(Uint32Array.from(sizes).buffer)),
    short,
    element(2, bytes),
  ];
  const packed = deflateSync(element(14, Buffer.concat(parts)), { level: 1 });
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(15);
  tag.writeUInt32LE(packed.length, 4);
  return Buffer.concat([tag, packed]);
}
