import { readSafetensors, type Tensor } from "../../tensors.js";

/** The rows of a matrix as its columns: linear layers' weights are [out, in] in the file, and [in, out] in the peers. */
function turned({ shape: [rows = 0, columns = 0], values }: Tensor): Tensor {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return { shape: [columns, rows], values: result };
}

/** A file of Bunsen's weights as the peers take them. */
export function weightsForPeers(bytes: Uint8Array): Record<string, Tensor> {
  const tensors = Object.entries(readSafetensors(bytes));
  return Object.fromEntries(
    tensors.map(([name, tensor]) => [name, tensor.shape.length === 2 ? turned(tensor) : tensor]),
  );
}
