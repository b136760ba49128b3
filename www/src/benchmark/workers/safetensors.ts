import { transpose } from "../../math.js";
import { readSafetensors, type Tensor } from "../../tensors.js";

/** A file of Bunsen's weights as the peers take them: matrices are [out, in] in the file, and [in, out] in the peers. */
export function weightsForPeers(bytes: Uint8Array): Record<string, Tensor> {
  const tensors = Object.entries(readSafetensors(bytes));
  return Object.fromEntries(
    tensors.map(([name, tensor]) => [name, tensor.shape.length === 2 ? transposed(tensor) : tensor]),
  );
}

function transposed({ shape: [rows = 0, columns = 0], values }: Tensor): Tensor {
  return { shape: [columns, rows], values: transpose(values, rows, columns) };
}
