// @ts-check
// Writes PNG files, for tests of what reads images.

import { crc32, deflateSync } from "node:zlib";

/**
 * A PNG without transparency.
 * @param {number} width
 * @param {number} height
 * @param {(x: number, y: number) => readonly number[]} pixel one number a pixel for grey, three for colour
 * @param {8 | 16} [depth] bits of a number
 */
export function png(width, height, pixel, depth = 8) {
  const channels = pixel(0, 0).length;
  const bytes = depth / 8;
  const lines = Buffer.alloc(height * (1 + width * channels * bytes));
  let at = 0;
  for (let y = 0; y < height; y++) {
    at++;
    for (let x = 0; x < width; x++) for (const value of pixel(x, y)) at = lines.writeUIntBE(value, at, bytes);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, channels === 1 ? 0 : 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** @param {string} name @param {Buffer} content */
function chunk(name, content) {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
