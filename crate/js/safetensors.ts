// Reads safetensors files, as far as the module writes them.

import type { Tensor } from "./api.js";

interface Entry {
  shape: number[];
  data_offsets: [number, number];
}

/** The tensors of a file of 32-bit numbers, by their names, in the order of the file. */
export function readTensors(file: Uint8Array): Map<string, Tensor> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, start))) as Record<string, Entry>;
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  entries.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  return new Map(
    entries.map(
      ([
        name,
        {
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const values = new Float32Array((to - from) / 4);
        for (let index = 0; index < values.length; index++)
          values[index] = view.getFloat32(start + from + 4 * index, true);
        return [name, { shape, values }];
      },
    ),
  );
}
