/**
 * What a person calls a network's layers: "Convolution 1", "Block 2 · convolution 1 after ReLU", "Attention of block 1". They follow from a
 * layer's kind and its place; PyTorch's names, which files of weights have, say the place of layers in blocks.
 */
import type { LayerInfo } from "../module.js";

export interface LayerName {
  /** The layer's own name; no two layers of a network have the same. */
  title: string;
  /** The block that it is in: "Block 2", "Inception 3a"; "" where it is in none. */
  place: string;
}

type Named = Pick<LayerInfo, "name" | "kind" | "inputs">;

/** Parts of networks that have names of their own, by how PyTorch's names begin. */
const PLACES: readonly (readonly [begins: RegExp, title: (found: RegExpExecArray) => string])[] = [
  [/^inception(\w+)\.branch(\d+)\./, ([, module, branch]) => `Inception ${module} · branch ${branch}`],
  [/^inception(\w+)$/, ([, module]) => `Inception ${module}`],
  [/^features\.denseblock(\d+)\.denselayer(\d+)\./, ([, block, layer]) => `Dense block ${block} · layer ${layer}`],
  [/^features\.denseblock(\d+)\./, ([, block]) => `Dense block ${block}`],
  [/^features\.transition(\d+)\./, ([, number]) => `Transition ${number}`],
  [/^aux(\d+)\./, ([, number]) => `Auxiliary head ${number}`],
];

/** Blocks that are counted from 1 on, also where no skip connection leads past them. */
const COUNTED = /^(layer\d+\.\d+|encoder\.layers\.encoder_layer_\d+|block\d+)\./;

/** Kinds of layers as a person calls them, by how the description of a kind begins; others are called as it is. */
const KINDS: readonly (readonly [begins: string, called: string])[] = [
  ["max pooling", "pooling"],
  ["average pooling", "pooling"],
  ["batch normalization", "batch norm"],
  ["layer normalization", "layer norm"],
  ["local response normalization", "response norm"],
  ["a token each place", "tokens"],
  ["addition of positions", "positions"],
  ["addition", "sum"],
  ["concatenation", "concatenation"],
  ["padding", "padding"],
  ["subsampling", "subsampling"],
  ["convolution", "convolution"],
  ["scaled tanh", "tanh"],
  ["dropout", "dropout"],
  ["weighted mean of the tokens", "mean of the tokens"],
  ["radial basis functions", "radial basis functions"],
];

/** What goes over each number by itself: such a layer is called after the one whose numbers it takes. */
const POINTWISE: ReadonlySet<string> = new Set(["ReLU", "GELU", "tanh", "sigmoid", "batch norm", "dropout"]);

/** What kind of layer it is, in a word or two. */
export function kindOf({ kind }: Pick<LayerInfo, "kind">): string {
  const first = kind.split(/[,:]/, 1)[0]?.trim() ?? "";
  const known = KINDS.find(([begins]) => first.startsWith(begins))?.[1];
  return known ?? (/^tanh$/i.test(first) ? "tanh" : first);
}

/** Whether a layer goes over each number by itself: an activation function, a normalization by running statistics, dropout. */
export function isPointwise(layer: Pick<LayerInfo, "kind">): boolean {
  return POINTWISE.has(kindOf(layer));
}

/** A layer, and before it those whose numbers it takes one by one, as far as they are such layers themselves: ReLU, batch norm, convolution. */
export function chainOf(layers: readonly Named[], layer: number): number[] {
  const info = layers[layer];
  if (!info) return [];
  const before = (info.inputs[0] ?? 0) - 1;
  return isPointwise(info) && before >= 0 ? [layer, ...chainOf(layers, before)] : [layer];
}

/** A name for each of a network's layers, in their order. */
export function layerNames(layers: readonly Named[]): LayerName[] {
  const places = placesOf(layers);
  const kinds = layers.map((layer) => (layer.name.includes(".downsample.") ? "shortcut " : "") + kindOf(layer));
  /** The layer whose numbers are taken one by one, where that is so. */
  const bases = layers.map(() => -1);
  for (const [at, layer] of layers.entries()) {
    const before = (layer.inputs[0] ?? 0) - 1;
    if (!isPointwise(layer) || layer.inputs.length !== 1 || before < 0 || places[before] !== places[at]) continue;
    bases[at] = bases[before] === -1 ? before : bases[before]!;
  }
  const own = numbered(kinds, places, bases);
  return layers.map((layer, at) => {
    const base = bases[at]!;
    const title = titleOf(places[base] ?? places[at] ?? "", own[base] ?? own[at] ?? "");
    return { title: base === -1 ? title : `${title} after ${kindOf(layer)}`, place: places[at] ?? "" };
  });
}

/** Kinds with a number where a place has several of one; those that are called after another have none. */
function numbered(kinds: readonly string[], places: readonly string[], bases: readonly number[]): string[] {
  const keys = kinds.map((kind, at) => (bases[at] === -1 ? `${places[at]}/${kind}` : ""));
  const seen = new Map<string, number>();
  return kinds.map((kind, at) => {
    const key = keys[at]!;
    if (key === "") return kind;
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return keys.indexOf(key) === keys.lastIndexOf(key) ? kind : `${kind} ${number}`;
  });
}

function titleOf(place: string, kind: string): string {
  if (place === "") return capital(kind);
  // The weights of attention, which are pictures of their own.
  if (/^attention\b/.test(kind)) return `${capital(kind)} of ${place.charAt(0).toLowerCase()}${place.slice(1)}`;
  return `${place} · ${kind}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function placesOf(layers: readonly Named[]): string[] {
  const blocks = blocksOf(layers);
  const numbers = new Map<string, number>();
  return layers.map(({ name }) => {
    for (const [begins, title] of PLACES) {
      const found = begins.exec(name);
      if (found) return title(found);
    }
    const block = COUNTED.exec(name)?.[1] ?? innermost(blocks, name);
    if (block === undefined) return "";
    if (!numbers.has(block)) numbers.set(block, numbers.size + 1);
    return `Block ${numbers.get(block)}`;
  });
}

/** What joins branches ends a block. */
function blocksOf(layers: readonly Named[]): ReadonlySet<string> {
  const joins = layers.filter(({ inputs }) => inputs.length > 1);
  return new Set(joins.map((join) => blockOf(join, layers)).filter((block) => block !== ""));
}

/** The block that ends with a layer: its own name where layers before it are called after it, else what its name begins with. */
function blockOf({ name, inputs }: Named, layers: readonly Named[]): string {
  const isOwn = inputs.some((input) => layers[input - 1]?.name.startsWith(`${name}.`));
  return isOwn ? name : name.split(".").slice(0, -1).join(".");
}

function innermost(blocks: ReadonlySet<string>, name: string): string | undefined {
  const around = [...blocks].filter((block) => name === block || name.startsWith(`${block}.`));
  return around.sort((a, b) => b.length - a.length)[0];
}
