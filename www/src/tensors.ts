/** Named tensors, as files of weights have them. */

export interface Tensor {
  shape: number[];
  /** Row by row. */
  values: Float32Array;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Reads a file of Bunsen's weights (safetensors): an 8-byte length, a JSON header of that length, then 32-bit floats. */
export function readSafetensors(bytes: Uint8Array): Record<string, Tensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, Entry>;
  const tensors: Record<string, Tensor> = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (dtype !== "F32") throw new Error(`The tensor ${name} is of type ${dtype}; F32 is what is read here.`);
    const [from, to] = offsets.map((offset) => 8 + length + offset);
    tensors[name] = { shape, values: new Float32Array(bytes.slice(from, to).buffer) };
  }
  return tensors;
}
