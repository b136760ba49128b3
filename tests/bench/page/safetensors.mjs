/**
 * Reads a safetensors file of 32-bit floats: an 8-byte length, a JSON header of that length, then the numbers.
 * Returns `{ name: { shape, values } }`.
 */
export function readSafetensors(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (dtype !== "F32") throw new Error(`The tensor ${name} is of type ${dtype}; the benchmark reads F32.`);
    const [from, to] = offsets.map((offset) => 8 + length + offset);
    tensors[name] = { shape, values: new Float32Array(bytes.slice(from, to).buffer) };
  }
  return tensors;
}
