import { expect, test } from "vitest";

import type { LayerKind } from "../../module.js";
import {
  countBefore,
  inOrder,
  insert,
  layerAt,
  layerOf,
  move,
  pathOf,
  remove,
  replace,
  stepFrom,
  toStackText,
} from "./tree.js";

const KINDS = [
  {
    name: "conv",
    holdsLayers: false,
    numbers: [
      { letter: "", default: undefined, defaultsToFirst: false },
      { letter: "x", default: 3, defaultsToFirst: false },
      { letter: "p", default: 0, defaultsToFirst: false },
    ],
  },
  { name: "max", holdsLayers: false, numbers: [{ letter: "" }, { letter: "s", defaultsToFirst: true }] },
  { name: "relu", holdsLayers: false, numbers: [] },
  { name: "res", holdsLayers: true, numbers: [] },
] as unknown as LayerKind[];

const conv = layerOf("conv", [6, 5, 2]);
const [relu, max] = [layerOf("relu", []), layerOf("max", [2, 2])];
const inner = [layerOf("conv", [6, 3, 1]), layerOf("relu", [])];
const block = layerOf("res", [], inner);
const layers = [conv, relu, block, max];
const text = (changed: typeof layers | readonly (typeof conv)[]): string => toStackText(changed, KINDS);

test("a stack's text leaves out numbers that have their default, and the stride that is the pool's size", () => {
  expect(text(layers)).toBe("conv6x5p2,relu,res(conv6p1,relu),max2");
  expect(text([layerOf("conv", [6, 3, 0]), layerOf("max", [3, 2])])).toBe("conv6,max3s2");
});

test("layers are numbered in the order of the text, a block before what it holds", () => {
  expect(inOrder(layers).map(({ path }) => path.join("."))).toEqual(["0", "1", "2", "2.0", "2.1", "3"]);
  expect(layerAt(layers, [2, 1])).toBe(inner[1]);
  expect(pathOf(layers, inner[0]!.id)).toEqual([2, 0]);
  expect(countBefore(layers, [2, 1])).toBe(4);
  expect(countBefore(layers, [3])).toBe(5);
  expect(countBefore(layers, [0])).toBe(0);
});

test("layers are replaced, inserted and removed in blocks too, and nothing is changed in place", () => {
  const before = text(layers);
  expect(text(replace(layers, [2, 0], max))).toBe("conv6x5p2,relu,res(max2,relu),max2");
  expect(text(insert(layers, [2, 2], max))).toBe("conv6x5p2,relu,res(conv6p1,relu,max2),max2");
  expect(text(remove(layers, [2]))).toBe("conv6x5p2,relu,max2");
  expect(text(layers)).toBe(before);
});

test("a layer that moves goes to a path in the layers without it", () => {
  expect(text(move(layers, [0], [1, 0]))).toBe("relu,res(conv6x5p2,conv6p1,relu),max2");
  expect(text(move(layers, [2, 0], [4]))).toBe("conv6x5p2,relu,res(relu),max2,conv6p1");
  expect(move(layers, [9], [0])).toBe(layers);
});

test("steps lead past a neighbour, into a block and out of it again, and end at the ends", () => {
  const step = (path: number[], direction: -1 | 1) => stepFrom(layers, path, direction, KINDS);
  expect(step([0], 1)).toEqual([1]);
  expect(step([1], 1)).toEqual([1, 0]);
  expect(step([3], -1)).toEqual([2, 2]);
  expect(step([2, 1], 1)).toEqual([3]);
  expect(step([2, 0], -1)).toEqual([2]);
  expect(step([0], -1)).toBeUndefined();
  expect(step([3], 1)).toBeUndefined();
});

test("a step and the step back lead to the same text", () => {
  for (const { layer, path } of inOrder(layers)) {
    const to = stepFrom(layers, path, 1, KINDS);
    if (!to) continue;
    const moved = move(layers, path, to);
    const back = stepFrom(moved, pathOf(moved, layer.id)!, -1, KINDS);
    expect(text(move(moved, pathOf(moved, layer.id)!, back!))).toBe(text(layers));
  }
});
