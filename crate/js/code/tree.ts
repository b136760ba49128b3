// A network's layers as a tree of blocks, by their names: `layer1.0.conv1` is in the block `0` of `layer1`.

import type { Structure, ExportedLayer } from "../cpu/bunsen.js";

/** A layer; `value` is what comes out of it. */
export interface Leaf {
  kind: "leaf";
  name: string;
  part: ExportedLayer;
  from: number[];
  value: number;
  /** Whether it takes units, of which there is one row an image. */
  units: boolean;
}

/** Layers and blocks with a name in common. */
export interface Block {
  kind: "block";
  name: string;
  items: Item[];
  from: number[];
  value: number;
}

export type Item = Leaf | Block;

/** A network that cannot be said, and why. */
export class Unsayable extends Error {}

interface Placed extends ExportedLayer {
  path: string[];
  value: number;
  units: boolean;
}

/** The network as one block, which takes value 0, the image. */
export function treeOf({ parts, logits }: Structure): Block {
  const placed = place(parts);
  const tree = group(placed, 0, "", logits);
  if (tree.from.some((value) => value !== 0)) throw new Unsayable("its first layer takes more than the image");
  return tree;
}

/** Which block each layer is in, and what it takes. What changes nothing in a language with shapes of its own is left out. */
function place(parts: ExportedLayer[]): Placed[] {
  const same = new Map<number, number>();
  const origin = (value: number): number => same.get(value) ?? value;
  const units = new Set<number>();
  const placed: Placed[] = [];
  parts.forEach((part, index) => {
    const value = index + 1;
    const from = part.from.map(origin);
    const first = from[0] ?? 0;
    const given = units.has(first);
    if (part.op === "reshape" && given) {
      same.set(value, first);
      return;
    }
    if (given || ["reshape", "mean", "firstToken", "meanToken", "sequencePool"].includes(part.op)) units.add(value);
    const isBlock = parts.some(({ name }) => name.startsWith(`${part.name}.`));
    const path = part.name.split(".").slice(0, isBlock ? undefined : -1);
    placed.push({ ...part, from, path, value, units: given });
  });
  for (const part of placed) {
    // A shortcut is where its sum is.
    if (part.op === "shrink") part.path = placed.find(({ from }) => from.includes(part.value))?.path ?? [];
    // What a block puts together of others' values comes before the block.
    const inside = ({ path, value }: Placed) => part.from.includes(value) && startsWith(path, part.path);
    if (part.op === "concat" && !placed.some(inside)) part.path = part.path.slice(0, -1);
  }
  return placed;
}

function startsWith(path: string[], head: string[]): boolean {
  return head.every((name, at) => path[at] === name);
}

function group(parts: Placed[], depth: number, name: string, output: number): Block {
  const items: Item[] = [];
  for (let at = 0; at < parts.length;) {
    const head = parts[at]?.path[depth];
    const ends = head === undefined ? ([at, at + 1] as const) : reach(parts, at, depth, head);
    const run = parts.slice(...ends);
    // Layers that were passed on the way may belong to the block too: `features` begins with a dropout.
    items.splice(items.length - (at - ends[0]));
    at = ends[1];
    const last = run.at(-1);
    if (!last) continue;
    items.push(head === undefined ? leaf(last) : group(run, depth + 1, head, last.value));
  }
  const made = new Set(items.map(({ value }) => value));
  const from = [...new Set(items.flatMap((item) => item.from))].filter((value) => !made.has(value));
  if (from.length > 1) throw new Unsayable(`its block ${name} takes ${from.length} values`);
  return { kind: "block", name, items, from, value: output };
}

const ACTIVATIONS = ["relu", "tanh", "sigmoid", "gelu", "dropout", "maxPool", "avgPool", "responseNorm"];

/** From where to where the layers of a block go: those without a name in it that are between its layers are its own. */
function reach(parts: Placed[], at: number, depth: number, head: string): [number, number] {
  const own = (part: Placed | undefined): boolean => part?.path[depth] === head;
  const nameless = (part: Placed | undefined): boolean =>
    part !== undefined && part.path.length <= depth && part.weights.length === 0 && part.op !== "auxiliary";
  let end = at;
  let mixed = false;
  for (let next = at; own(parts[next]) || nameless(parts[next]); next++) {
    if (!own(parts[next])) continue;
    mixed ||= next > end + 1 && next > at;
    end = next;
  }
  let first = at;
  const numbered = Number(parts[at]?.name.split(".")[depth + 1]);
  if (mixed) {
    while (nameless(parts[end + 1]) && ACTIVATIONS.includes(parts[end + 1]?.op ?? "")) end++;
    if (numbered === 1 && parts[at - 1]?.op === "dropout") first--;
  }
  return [first, end + 1];
}

function leaf({ path: _, value, units, ...part }: Placed): Leaf {
  return { kind: "leaf", name: part.name.split(".").at(-1) ?? "", part, from: part.from, value, units };
}

/** Whether each item takes what the one before it gives, and nothing else. */
export function isChain({ items, from }: Block): boolean {
  return items.every((item, at) => {
    const [before] = at === 0 ? from : [items[at - 1]?.value];
    return item.from.length === 1 && item.from[0] === before;
  });
}

export const isNumber = (name: string): boolean => /^\d+$/.test(name);

/** What a shortcut's shape is taken from: what it is added to. */
export function besides({ items }: Block, item: Item): number[] {
  if (item.kind !== "leaf" || item.part.op !== "shrink") return [];
  const sum = items.find(({ from }) => from.includes(item.value));
  return sum?.from.filter((value) => value !== item.value) ?? [];
}

/** What a block's class should be called; `relu` is how the language writes that name. */
export function titleOf({ name, items }: Block, relu: string): string {
  const ops: Record<string, string> = { conv: "Conv", batchNorm: "Norm", relu };
  const words = items.map((item) => (item.kind === "leaf" ? ops[item.part.op] : undefined));
  if (words.length === 3 && words.every((word) => word !== undefined)) return words.join("");
  const widens = items.some((item) => (item.kind === "leaf" ? item.part.op === "shrink" : item.name === "downsample"));
  if (isNumber(name)) return widens ? "WideningBlock" : "Block";
  const bare = name.replace(/_?\d+[a-z]?$/, "").replace("dense", "dense_");
  return bare.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
