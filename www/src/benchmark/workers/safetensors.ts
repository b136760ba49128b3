export interface Tensor {
  shape: number[];
  values: Float32Array;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** The rows of a matrix as its columns: linear layers' weights are [out, in] in the file, and [in, out] in the peers. */
function turned(matrix: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column] ?? 0;
    }
  }
  return result;
}

/** Reads a file of Bunsen's weights: an 8-byte length, a JSON header of that length, then 32-bit floats. */
export function readSafetensors(bytes: Uint8Array): Record<string, Tensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, Entry>;
  const tensors: Record<string, Tensor> = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (dtype !== "F32") throw new Error(`The tensor ${name} is of type ${dtype}; the benchmark reads F32.`);
    const [from, to] = offsets.map((offset) => 8 + length + offset);
    const values = new Float32Array(bytes.slice(from, to).buffer);
    const [rows = 0, columns = 0] = shape;
    const matrix = shape.length === 2;
    tensors[name] = matrix ? { shape: [columns, rows], values: turned(values, rows, columns) } : { shape, values };
  }
  return tensors;
}
