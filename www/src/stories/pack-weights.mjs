// @ts-check
// What "Show recorded" needs of a finished run's checkpoint, as a small file: the network and the losses, without the optimizer's state. docs/stories.md
// says what is rounded.

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** A larger file is not shipped. */
export const MOST_BYTES = 200_000;
/** Where the file of unrounded weights is larger, they are rounded. */
const MOST_UNROUNDED_BYTES = 100_000;
const ROUNDED_BITS = 16;

/**
 * Null where the file would be too large.
 * @param {Uint8Array} checkpoint of a finished run
 * @param {(bytes: Uint8Array) => Uint8Array} toPlanes
 * @returns {{ bytes: Uint8Array, bits: number } | null}
 */
export function packWeights(checkpoint, toPlanes) {
  const packed = (/** @type {number} */ bits) => gzipSync(toPlanes(rewritten(checkpoint, bits)), { level: 9 });
  const whole = packed(32);
  if (whole.length <= MOST_UNROUNDED_BYTES) return { bytes: whole, bits: 32 };
  const rounded = packed(ROUNDED_BITS);
  return rounded.length <= MOST_BYTES ? { bytes: rounded, bits: ROUNDED_BITS } : null;
}

/**
 * The same checkpoint, whose optimizer's state is zeros: nothing goes on from it, for the run is finished.
 * @param {Uint8Array} checkpoint @param {number} bits of each weight that are kept
 */
function rewritten(checkpoint, bits) {
  const file = Buffer.from(checkpoint);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, start).toString());
  const { __metadata__: metadata, ...tensors } = header;
  const contents = Buffer.from(file.subarray(start));
  /** @type {(name: string) => Buffer} */
  const dataOf = (name) => contents.subarray(...tensors[name].data_offsets);
  for (const [name, { shape }] of Object.entries(tensors)) {
    if (name.startsWith("optimizer.")) dataOf(name).fill(0);
    // Biases, norms and the losses are few numbers, and stay as they are.
    else if (name !== "trace" && shape.length > 1 && bits < 32) round(dataOf(name), bits);
  }
  const said = new URLSearchParams(metadata.bunsen);
  said.delete("digest");
  if (bits < 32) said.set("rounded", String(bits));
  said.set("digest", digestOf([...said], tensors, dataOf));
  const text = JSON.stringify({ __metadata__: { ...metadata, bunsen: String(said) }, ...tensors });
  const padded = Buffer.from(text.padEnd(8 * Math.ceil(Buffer.byteLength(text) / 8)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, contents]);
}

/** To the nearest number of so many bits, of two the even one. @param {Buffer} floats @param {number} bits */
function round(floats, bits) {
  const unit = 2 ** (32 - bits);
  for (let at = 0; at < floats.length; at += 4) {
    const units = floats.readUInt32LE(at) / unit;
    const below = Math.floor(units);
    const isUp = units - below > 0.5 || (units - below === 0.5 && below % 2 === 1);
    floats.writeUInt32LE((below + Number(isUp)) * unit, at);
  }
}

/**
 * As `tensor_file.rs` has it: of all that a reader believes, each part behind its length.
 * @param {[string, string][]} entries @param {Record<string, { dtype: string, shape: number[] }>} tensors @param {(name: string) => Buffer} dataOf
 */
function digestOf(entries, tensors, dataOf) {
  const hash = createHash("sha256");
  const update = (/** @type {Buffer} */ bytes) => hash.update(numbers([bytes.length])).update(bytes);
  const byText = (/** @type {string} */ a, /** @type {string} */ b) => (a < b ? -1 : 1);
  for (const [key, value] of entries.sort(([a], [b]) => byText(a, b))) {
    update(Buffer.from(key));
    update(Buffer.from(value));
  }
  for (const [name, { dtype, shape }] of Object.entries(tensors).sort(([a], [b]) => byText(a, b))) {
    update(Buffer.from(name));
    update(Buffer.from(dtype));
    update(numbers(shape));
    update(dataOf(name));
  }
  return hash.digest("hex");
}

/** @param {number[]} values as 64 bits each */
function numbers(values) {
  return Buffer.from(BigUint64Array.from(values, BigInt).buffer);
}
