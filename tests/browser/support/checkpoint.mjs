// @ts-check
// Checkpoints that somebody changed, with a digest that fits: it shows damage and no intention.

import { createHash } from "node:crypto";

/** @typedef {Map<string, Buffer>} Tensors by their names */

/**
 * A checkpoint with other tensors and other entries of its header.
 * @param {Uint8Array} checkpoint
 * @param {{ entries?: Record<string, string>, tensors?: (tensors: Tensors) => void }} changes
 */
export function forged(checkpoint, { entries: changed = {}, tensors: change = () => {} }) {
  const file = Buffer.from(checkpoint);
  const length = Number(file.readBigUInt64LE());
  const header = JSON.parse(file.subarray(8, 8 + length).toString());
  const { __metadata__: metadata, ...specs } = header;
  const data = file.subarray(8 + length);
  /** @type {Tensors} */
  const tensors = new Map();
  for (const [name, { data_offsets: offsets }] of Object.entries(specs)) tensors.set(name, data.subarray(...offsets));
  change(tensors);
  const entries = new URLSearchParams(metadata.bunsen);
  for (const [key, value] of Object.entries(changed)) entries.set(key, value);
  entries.set("digest", digestOf(entries, specs, tensors));
  const text = Buffer.from(JSON.stringify({ __metadata__: { bunsen: entries.toString() }, ...specs }));
  // The numbers begin at a multiple of 8.
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(padded.length));
  return new Uint8Array(Buffer.concat([size, padded, data]));
}

/** As `lab/files/tensor_file.rs` has it. @param {URLSearchParams} entries @param {Record<string, any>} specs @param {Tensors} tensors */
function digestOf(entries, specs, tensors) {
  const hash = createHash("sha256");
  /** @param {string | Buffer} part */
  const update = (part) => {
    const bytes = Buffer.from(part);
    hash.update(uint64(bytes.length)).update(bytes);
  };
  for (const key of [...entries.keys()].sort()) {
    if (key === "digest") continue;
    update(key);
    update(entries.get(key) ?? "");
  }
  for (const name of [...tensors.keys()].sort()) {
    update(name);
    update(specs[name].dtype);
    update(Buffer.concat(specs[name].shape.map(uint64)));
    update(tensors.get(name) ?? "");
  }
  return hash.digest("hex");
}

/** @param {number} value */
function uint64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
