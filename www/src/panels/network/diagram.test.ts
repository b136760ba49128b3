import { expect, test } from "vitest";

import type { LayerInfo } from "../../module.js";
import { diagramOf } from "./diagram.js";

function layer(kind: string, shape: number[], multiplyAdds: number, inputs: number[]): LayerInfo {
  return { name: "", kind, shape, parameters: 0, multiplyAdds, inputs } as LayerInfo;
}

test("a layer without weights that keeps the shape is no block of its own", () => {
  const { blocks, arcs } = diagramOf({
    input: [1, 28, 28],
    layers: [
      layer("convolution 5×5", [6, 28, 28], 1_000, [0]),
      layer("ReLU", [6, 28, 28], 0, [1]),
      layer("max pooling", [6, 14, 14], 0, [2]),
      layer("linear", [10], 1_000, [3]),
    ],
  });
  expect(blocks.map(({ kind, layer }) => [kind, layer])).toEqual([
    ["image", null],
    ["convolution", 0],
    ["other", 2],
    ["linear", 3],
  ]);
  expect(blocks.every(({ followsPrevious }) => followsPrevious)).toBe(true);
  expect(arcs).toEqual([]);
});

test("a skip connection is an arc past the blocks that it skips, and its sum is narrow", () => {
  const { blocks, arcs } = diagramOf({
    input: [3, 32, 32],
    layers: [
      layer("convolution 3×3", [16, 32, 32], 1_000, [0]),
      layer("convolution 3×3", [16, 32, 32], 1_000, [1]),
      layer("sum", [16, 32, 32], 0, [2, 1]),
    ],
  });
  expect(arcs).toEqual([[1, 3]]);
  expect(blocks[3]).toMatchObject({ width: 2, followsPrevious: true });
});

test("more rows are higher and more channels wider, up to the most that a block may measure", () => {
  const { blocks } = diagramOf({
    input: [3, 32, 32],
    layers: [
      layer("convolution 3×3", [16, 32, 32], 1, [0]),
      layer("convolution 3×3", [10_000, 16, 16], 1, [1]),
      layer("linear", [1_000_000], 1, [2]),
    ],
  });
  const [, first, second, third] = blocks;
  expect(first!.height).toBe(60);
  expect(second!.height).toBeCloseTo(32.5);
  expect(second!.width).toBe(22);
  expect(third!.height).toBe(60);
});
