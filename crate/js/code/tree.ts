// A network's layers as a tree of blocks, by their names: `layer1.0.conv1` is in the block `0` of `layer1`.

import type { ExportedGraph, ExportedLayer } from "../cpu/bunsen.js";

/** A layer of the tree. Outputs are numbered as in the graph: 0 is the image, 1 the first layer's output. */
export interface Leaf {
  kind: "leaf";
  name: string;
  layer: ExportedLayer;
  inputs: number[];
  output: number;
  /** Whether its input is a vector of features for each image, `[batch, features]`. */
  flat: boolean;
}

/** Layers and blocks that share the beginning of their names. */
export interface Block {
  kind: "block";
  name: string;
  items: Item[];
  inputs: number[];
  output: number;
}

export type Item = Leaf | Block;

/** A network that cannot be exported, and why. */
export class Unsupported extends Error {}

/** The names of the learned class token and positions, in their blocks: parameters that are added, as biases are. */
export function addedEmbeddings(graph: ExportedGraph): string[] {
  const layers = graph.layers.filter(({ op }) => op === "positions" || op === "classToken");
  return layers.flatMap(({ parameters }) => parameters.map(({ name }) => name.replace(/^.*\./, "")));
}

/** What a table says of an optimizer: a program never has another one instead. */
export function forOptimizer(table: Readonly<Record<string, string>>, optimizer: string): string {
  const found = table[optimizer];
  if (found === undefined) throw new Unsupported(`its optimizer ${optimizer} has no counterpart there`);
  return found;
}

interface PlacedLayer extends ExportedLayer {
  /** The names of the blocks that it is in, outermost first. */
  path: string[];
  output: number;
  flat: boolean;
}

/** The network as one block, whose input is the image. */
export function treeOf({ layers, logits }: ExportedGraph): Block {
  const tree = group(placeAll(layers), 0, "", logits);
  if (tree.inputs.some((input) => input !== 0)) throw new Unsupported("its first layer takes more than the image");
  return tree;
}

const FLATTENING = ["reshape", "mean", "firstToken", "meanToken", "sequencePool"];

/** Finds the block of each layer. Reshapes of what is flat already are left out: a program infers shapes by itself. */
function placeAll(layers: ExportedLayer[]): PlacedLayer[] {
  const aliases = new Map<number, number>();
  const resolve = (output: number): number => aliases.get(output) ?? output;
  const flatOutputs = new Set<number>();
  const placed: PlacedLayer[] = [];
  layers.forEach((layer, index) => {
    const output = index + 1;
    const inputs = layer.inputs.map(resolve);
    const first = inputs[0] ?? 0;
    const flat = flatOutputs.has(first);
    if (layer.op === "reshape" && flat) {
      aliases.set(output, first);
      return;
    }
    if (flat || FLATTENING.includes(layer.op)) flatOutputs.add(output);
    const isBlock = layers.some(({ name }) => name.startsWith(`${layer.name}.`));
    const path = layer.name.split(".").slice(0, isBlock ? undefined : -1);
    placed.push({ ...layer, inputs, path, output, flat });
  });
  for (const layer of placed) {
    // A parameter-free skip connection belongs to the block of the sum that takes it.
    if (layer.op === "shrink") layer.path = placed.find(({ inputs }) => inputs.includes(layer.output))?.path ?? [];
    // A concatenation of other blocks' outputs comes before its block.
    const isInside = ({ path, output }: PlacedLayer) => layer.inputs.includes(output) && startsWith(path, layer.path);
    if (layer.op === "concat" && !placed.some(isInside)) layer.path = layer.path.slice(0, -1);
  }
  return placed;
}

function startsWith(path: string[], head: string[]): boolean {
  return head.every((name, index) => path[index] === name);
}

function group(layers: PlacedLayer[], depth: number, name: string, output: number): Block {
  const items: Item[] = [];
  for (let at = 0; at < layers.length;) {
    const head = layers[at]?.path[depth];
    const [start, end] = head === undefined ? [at, at + 1] : blockRange(layers, at, depth, head);
    const members = layers.slice(start, end);
    // Layers before the block may belong to it: `features` begins with a dropout.
    items.splice(items.length - (at - start));
    at = end;
    const last = members.at(-1);
    if (!last) continue;
    items.push(head === undefined ? leafOf(last) : group(members, depth + 1, head, last.output));
  }
  const computed = new Set(items.map((item) => item.output));
  const inputs = [...new Set(items.flatMap((item) => item.inputs))].filter((input) => !computed.has(input));
  if (inputs.length > 1) throw new Unsupported(`its block ${name} takes ${inputs.length} values`);
  return { kind: "block", name, items, inputs, output };
}

/** Operations without parameters that belong to the block of the layer that they follow. */
const FOLLOWING = ["relu", "tanh", "sigmoid", "gelu", "dropout", "maxPool", "avgPool", "responseNorm"];

/** The range of a block's layers: unnamed layers between its named ones belong to it. */
function blockRange(layers: PlacedLayer[], at: number, depth: number, head: string): [start: number, end: number] {
  const isNamed = (layer: PlacedLayer | undefined): boolean => layer?.path[depth] === head;
  const isUnnamed = (layer: PlacedLayer | undefined): boolean =>
    layer !== undefined && layer.path.length <= depth && layer.parameters.length === 0 && layer.op !== "auxiliary";
  let last = at;
  let mixed = false;
  for (let next = at; isNamed(layers[next]) || isUnnamed(layers[next]); next++) {
    if (!isNamed(layers[next])) continue;
    mixed ||= next > last + 1 && next > at;
    last = next;
  }
  let first = at;
  const number = Number(layers[at]?.name.split(".")[depth + 1]);
  if (mixed) {
    while (isUnnamed(layers[last + 1]) && FOLLOWING.includes(layers[last + 1]?.op ?? "")) last++;
    if (number === 1 && layers[at - 1]?.op === "dropout") first--;
  }
  return [first, last + 1];
}

function leafOf({ path: _, output, flat, ...layer }: PlacedLayer): Leaf {
  return { kind: "leaf", name: layer.name.split(".").at(-1) ?? "", layer, inputs: layer.inputs, output, flat };
}

/** All blocks of the tree but the tree itself, by levels: a block comes after those in it. */
export function innermostFirst(tree: Block): Block[][] {
  const levels: Block[][] = [];
  const levelOf = (block: Block): number => {
    const level = Math.max(0, ...block.items.map((item) => (item.kind === "block" ? levelOf(item) + 1 : 0)));
    if (block !== tree) (levels[level] ??= []).push(block);
    return level;
  };
  levelOf(tree);
  return levels;
}

/** Whether each item's only input is the output of the one before. */
export function isChain({ items, inputs }: Block): boolean {
  return items.every((item, index) => {
    const [before] = index === 0 ? inputs : [items[index - 1]?.output];
    return item.inputs.length === 1 && item.inputs[0] === before;
  });
}

export const isNumber = (name: string): boolean => /^\d+$/.test(name);

/** The other summands of a parameter-free skip connection, whose shape it takes. */
export function otherSummands({ items }: Block, item: Item): number[] {
  if (item.kind !== "leaf" || item.layer.op !== "shrink") return [];
  const sum = items.find(({ inputs }) => inputs.includes(item.output));
  return sum?.inputs.filter((input) => input !== item.output) ?? [];
}

/** What a block's class should be called; `relu` is how the language writes that name. */
export function classNameOf({ name, items }: Block, relu: string): string {
  const ops: Record<string, string> = { conv: "Conv", batchNorm: "Norm", relu };
  const words = items.map((item) => (item.kind === "leaf" ? ops[item.layer.op] : undefined));
  if (words.length === 3 && words.every((word) => word !== undefined)) return words.join("");
  const widens = items.some((item) => (item.kind === "leaf" ? item.layer.op === "shrink" : item.name === "downsample"));
  if (isNumber(name)) return widens ? "WideningBlock" : "Block";
  const bare = name.replace(/_?\d+[a-z]?$/, "").replace("dense", "dense_");
  return bare.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
