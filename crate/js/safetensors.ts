// Reads and writes safetensors files, as the module does.

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

/** What the header of a file of ours says beside its tensors; nothing where it cannot be read, of which the module says why. */
export function metadataOf(file: Uint8Array): URLSearchParams {
  try {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const text = new TextDecoder().decode(file.subarray(8, 8 + Number(view.getBigUint64(0, true))));
    const { __metadata__ } = JSON.parse(text) as { __metadata__: { bunsen: string } };
    return new URLSearchParams(__metadata__.bunsen);
  } catch {
    return new URLSearchParams();
  }
}

/**
 * A file of tensors, in their order.
 * @param metadata what the header says, as in a URL's query
 */
export function writeTensors(tensors: ReadonlyMap<string, Tensor>, metadata: URLSearchParams): Uint8Array {
  let end = 0;
  const entries = [...tensors].map(([name, { shape, values }]) => {
    const entry = { dtype: "F32", shape, data_offsets: [end, (end += 4 * values.length)] };
    return [name, entry] as const;
  });
  const header = { __metadata__: { bunsen: String(metadata) }, ...Object.fromEntries(entries) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + end);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let offset = 8 + text.length;
  for (const { values } of tensors.values()) {
    for (const value of values) {
      view.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  return file;
}
