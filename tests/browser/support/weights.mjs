// @ts-check
// Files of weights as people have them, the wrong ones too.

/** The beginning of what `torch.save` writes: a zip whose first file is a pickle. */
export function pickled() {
  const name = "archive/data.pkl";
  const bytes = Buffer.alloc(30 + name.length + 64);
  bytes.write("PK\x03\x04", "latin1");
  bytes.writeUInt16LE(name.length, 26);
  bytes.write(name, 30);
  return new Uint8Array(bytes);
}

/** The same file, but that the first number of a tensor is none. @param {Uint8Array} file @param {string} [tensor] */
export function withNaN(file, tensor = "conv1.bias") {
  const changed = Buffer.from(file);
  const start = 8 + Number(changed.readBigUInt64LE());
  const header = JSON.parse(changed.subarray(8, start).toString());
  changed.writeFloatLE(NaN, start + header[tensor].data_offsets[0]);
  return new Uint8Array(changed);
}

/** The same file with that behind the beginning of every tensor's name, as PyTorch's wrappers write it. @param {Uint8Array} file */
export function withPrefix(file, prefix = "module.") {
  const bytes = Buffer.from(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const { __metadata__: _, ...header } = JSON.parse(bytes.subarray(8, start).toString());
  const named = Object.fromEntries(Object.entries(header).map(([name, entry]) => [prefix + name, entry]));
  const text = Buffer.from(JSON.stringify(named));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([length, text, bytes.subarray(start)]));
}
