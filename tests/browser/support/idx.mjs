// @ts-check
// Writes images and labels as IDX files, for programs that read MNIST's.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes `<name>-images-idx3-ubyte` and `<name>-labels-idx1-ubyte`, with headers that are empty: nobody here reads them.
 * @param {string} folder
 * @param {string} name "train" or "t10k"
 * @param {{ pixels: Uint8Array, label: number }[]} examples
 */
export function writeIdx(folder, name, examples) {
  writeFileSync(
    join(folder, `${name}-images-idx3-ubyte`),
    Buffer.concat([Buffer.alloc(16), ...examples.map(({ pixels }) => Buffer.from(pixels))]),
  );
  writeFileSync(
    join(folder, `${name}-labels-idx1-ubyte`),
    Buffer.concat([Buffer.alloc(8), Buffer.from(examples.map(({ label }) => label))]),
  );
}
