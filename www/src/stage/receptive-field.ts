/** The part of the image that a value of a layer depends on, from the kernels, strides and padding on all ways to it. */
import type { ExportedGraph, ExportedLayer } from "../module.js";

/** Rows and columns of pixels, both ends included. */
export interface Field {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** A place of a layer's maps, or of the grid of its tokens. */
export interface Place {
  row: number;
  column: number;
}

type Size = readonly [rows: number, columns: number];

/** What each number of an output takes from the same place of the inputs. */
const SAME_PLACE: ReadonlySet<string> = new Set([
  ...["relu", "tanh", "sigmoid", "gelu", "batchNorm", "layerNorm", "responseNorm", "dropout"],
  ...["add", "concat", "tokens", "positions", "classToken", "linear", "auxiliary"],
]);

/** Each number of the output may take something from everywhere. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  "mean",
  "reshape",
  "attention",
  "firstToken",
  "meanToken",
  "sequencePool",
]);

/**
 * The pixels that a value depends on. Null where it depends on none, as a class token before attention does, and undefined where the
 * network has an operation whose reach is not known here.
 * @param name of the layer, as PyTorch has it
 * @param place null for what is at no place of the image: a unit, a class token
 */
export function receptiveField(graph: ExportedGraph, name: string, place: Place | null): Field | null | undefined {
  // The weights of attention are a picture of their own, but no operation.
  const at = graph.layers.findIndex((layer) => layer.name === name || `${layer.name}.scores` === name);
  const end = graph.layers[at];
  const sizes = sizesOf(graph);
  if (!end || !sizes) return undefined;
  const needed = new Map<number, Field | null>();
  needed.set(at + 1, place && { top: place.row, bottom: place.row, left: place.column, right: place.column });
  for (let index = at; index >= 0; index--) {
    const field = needed.get(index + 1);
    if (field === undefined) continue;
    const layer = graph.layers[index]!;
    for (const input of layer.inputs) {
      const more = reachOf(layer, field, sizes[input]!);
      if (more === undefined) return undefined;
      needed.set(input, union(needed.get(input) ?? null, more));
    }
  }
  return needed.get(0) ?? null;
}

/** What a layer takes of an input of that size, to compute that part of its output. */
function reachOf(layer: ExportedLayer, field: Field | null, size: Size): Field | null | undefined {
  const { op } = layer;
  if (EVERYWHERE.has(op)) return { top: 0, left: 0, bottom: size[0] - 1, right: size[1] - 1 };
  if (SAME_PLACE.has(op) || field === null) return field;
  const window = windowOf(layer);
  if (!window) return undefined;
  const { stride, padding, kernel } = window;
  const first = (at: number): number => Math.max(0, at * stride - padding);
  const last = (at: number, rows: number, of: number): number => Math.min(of - 1, at * stride - padding + rows - 1);
  return {
    top: first(field.top),
    bottom: last(field.bottom, kernel[0], size[0]),
    left: first(field.left),
    right: last(field.right, kernel[1], size[1]),
  };
}

interface Window {
  kernel: Size;
  stride: number;
  padding: number;
  /** Whether a window that begins in the image may end beyond it: PyTorch's `ceil_mode`. */
  isCeil: boolean;
}

/** The window of a layer that has one. */
export function windowOf({ op, attributes, parameters }: ExportedLayer): Window | undefined {
  const [first = 1, second = 1, third = 0, fourth = 0] = attributes;
  if (op === "conv") {
    const [, , rows = 1, columns = 1] = parameters[0]?.shape ?? [];
    return { kernel: [rows, columns], stride: first, padding: second, isCeil: false };
  }
  if (op === "maxPool" || op === "avgPool")
    return { kernel: [first, first], stride: second, padding: third, isCeil: fourth === 1 };
  if (op === "shrink") return { kernel: [1, 1], stride: second, padding: 0, isCeil: false };
  return undefined;
}

/** Rows and columns of each value, from the image on; of tokens those of their grid. */
function sizesOf({ input, layers }: ExportedGraph): Size[] | undefined {
  const sizes: Size[] = [[input[1], input[2]]];
  for (const layer of layers) {
    const before = sizes[layer.inputs[0] ?? 0]!;
    const window = windowOf(layer);
    if (window) sizes.push([outputSize(before[0], window, 0), outputSize(before[1], window, 1)]);
    // Attention keeps the tokens that it mixes.
    else if (SAME_PLACE.has(layer.op) || layer.op === "attention") sizes.push(before);
    else if (EVERYWHERE.has(layer.op)) sizes.push([1, 1]);
    else return undefined;
  }
  return sizes;
}

function outputSize(size: number, { kernel, stride, padding, isCeil }: Window, axis: 0 | 1): number {
  const windows = (size + 2 * padding - kernel[axis]) / stride;
  if (!isCeil) return Math.floor(windows) + 1;
  const count = Math.ceil(windows) + 1;
  return (count - 1) * stride >= size + padding ? count - 1 : count;
}

function union(a: Field | null, b: Field | null): Field | null {
  if (!a || !b) return a ?? b;
  return {
    top: Math.min(a.top, b.top),
    bottom: Math.max(a.bottom, b.bottom),
    left: Math.min(a.left, b.left),
    right: Math.max(a.right, b.right),
  };
}
