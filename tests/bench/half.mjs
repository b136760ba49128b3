// @ts-check
// A file of weights with half the bytes: as numbers of 16 bits, to the nearest one.

/** The largest number that 16 bits hold. */
const LARGEST = 65_504;

/**
 * The bits of a number as IEEE 754's binary16: the nearest one, of two the even one. Throws where it is too large for that.
 * @param {number} value
 */
export function toHalf(value) {
  const magnitude = Math.abs(value);
  // Subnormal numbers are multiples of 2^-24; above, each power of two has 1,024 steps.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  const unit = 2 ** (exponent - 10);
  const units = magnitude / unit;
  const below = Math.floor(units);
  const rounded = below + Number(units - below > 0.5 || (units - below === 0.5 && below % 2 === 1));
  if (!(rounded * unit <= LARGEST)) throw new Error(`16 bits do not hold ${value}.`);
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  // The highest of 2,048 steps is the next exponent's first: the carry does that by itself.
  return sign + (exponent + 14) * 1_024 + rounded;
}

/**
 * The same file of weights, its matrices and kernels as numbers of 16 bits. Biases, norms and running statistics are few, and stay as they are.
 * @param {Uint8Array} file @returns {Uint8Array}
 */
export function halved(file) {
  const bytes = Buffer.from(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const { __metadata__: metadata, ...tensors } = JSON.parse(bytes.subarray(8, start).toString());
  /** @type {Record<string, unknown>} */
  const header = { __metadata__: metadata };
  const parts = [];
  let end = 0;
  for (const [name, { shape, data_offsets: offsets }] of Object.entries(tensors)) {
    const data = bytes.subarray(start + offsets[0], start + offsets[1]);
    const part = shape.length > 1 ? halves(data) : data;
    header[name] = { dtype: shape.length > 1 ? "F16" : "F32", shape, data_offsets: [end, (end += part.length)] };
    parts.push(part);
  }
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(8 * Math.ceil(Buffer.byteLength(text) / 8)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return new Uint8Array(Buffer.concat([length, padded, ...parts]));
}

/** @param {Buffer} floats */
function halves(floats) {
  const result = Buffer.alloc(floats.length / 2);
  for (let at = 0; at < result.length; at += 2) result.writeUInt16LE(toHalf(floats.readFloatLE(2 * at)), at);
  return result;
}
