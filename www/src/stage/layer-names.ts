/**
 * What a person calls a network's layers, in the language of the page: "Convolution 1", "Block 2 · convolution 1 after ReLU", "Attention of
 * block 1". They follow from a layer's kind and its place; PyTorch's names, which files of weights have, say the place of layers in blocks.
 */
import type { LayerInfo } from "../module.js";
import { defineMessage, msg } from "../words/msg.js";
import { translated } from "../words/translated.js";

export interface LayerName {
  /** The layer's own name; no two layers of a network have the same. */
  title: string;
  /** The block that it is in: "Block 2", "Inception 3a"; "" where it is in none. */
  place: string;
}

type Named = Pick<LayerInfo, "name" | "kind" | "inputs">;

/** Where a layer is; its titles are "" for one that is in no block. */
interface Place {
  title: string;
  /** The same within a sentence: "block 2". */
  within: string;
}

const NOWHERE: Place = { title: "", within: "" };

/** Parts of networks that have names of their own, by how PyTorch's names begin. */
const PLACES: readonly (readonly [begins: RegExp, title: (found: string[]) => string])[] = [
  [
    /^inception(\w+)\.branch(\d+)\./,
    ([module = "", branch = ""]) => msg("Inception {module} · branch {branch}", { module, branch }),
  ],
  [/^inception(\w+)$/, ([module = ""]) => msg("Inception {module}", { module })],
  [
    /^features\.denseblock(\d+)\.denselayer(\d+)\./,
    ([block = "", layer = ""]) => msg("Dense block {block} · layer {layer}", { block, layer }),
  ],
  [/^features\.denseblock(\d+)\./, ([block = ""]) => msg("Dense block {block}", { block })],
  [/^features\.transition(\d+)\./, ([number = ""]) => msg("Transition {number}", { number })],
  [/^aux(\d+)\./, ([number = ""]) => msg("Auxiliary head {number}", { number })],
];

/** Blocks that are counted from 1 on, also where no skip connection leads past them. */
const COUNTED = /^(layer\d+\.\d+|encoder\.layers\.encoder_layer_\d+|block\d+)\./;

const BATCH_NORM = defineMessage("batch norm");

/** Kinds of layers as a person calls them in English, by how the description of a kind begins; others are called as it is. */
const KINDS: readonly (readonly [begins: RegExp, called: string])[] = [
  [/^max pooling/, defineMessage("pooling")],
  [/^average pooling/, defineMessage("pooling")],
  [/^batch normalization/, BATCH_NORM],
  [/^layer normalization/, defineMessage("layer norm")],
  [/^local response normalization/, defineMessage("response norm")],
  [/^a token each place/, defineMessage("tokens")],
  [/^addition of positions/, defineMessage("positions")],
  [/^addition/, defineMessage("sum")],
  [/^concatenation/, defineMessage("concatenation")],
  [/^padding/, defineMessage("padding")],
  [/^subsampling/, defineMessage("subsampling")],
  [/^convolution/, defineMessage("convolution")],
  [/^scaled tanh/, defineMessage("tanh")],
  [/^dropout/, defineMessage("dropout")],
  [/^weighted mean of the tokens/, defineMessage("mean of the tokens")],
  [/^radial basis functions/, defineMessage("radial basis functions")],
  [/^self-attention/, defineMessage("self-attention")],
  [/^attention/, defineMessage("attention")],
  [/^linear/, defineMessage("linear")],
  [/^class token/, defineMessage("class token")],
  [/^the first token/, defineMessage("the first token")],
];

/** What goes over each number by itself: such a layer is called after the one whose numbers it takes. */
const POINTWISE: ReadonlySet<string> = new Set(["ReLU", "GELU", "tanh", "sigmoid", BATCH_NORM, "dropout"]);

/** What kind of layer it is, in a word or two of English. */
export function kindOf({ kind }: Pick<LayerInfo, "kind">): string {
  const first = kind.split(/[,:]/, 1)[0]?.trim() ?? "";
  const known = KINDS.find(([begins]) => begins.test(first))?.[1];
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
  const kinds = layers.map(kindText);
  /** The layer whose numbers are taken one by one, where that is so. */
  const bases = layers.map(() => -1);
  for (const [at, layer] of layers.entries()) {
    const before = (layer.inputs[0] ?? 0) - 1;
    if (!isPointwise(layer) || layer.inputs.length !== 1 || before < 0 || places[before]?.title !== places[at]?.title)
      continue;
    bases[at] = bases[before] === -1 ? before : bases[before]!;
  }
  const own = numbered(kinds, places, bases);
  return layers.map((layer, at) => {
    const base = bases[at]!;
    const place = places[at] ?? NOWHERE;
    const named = base === -1 ? at : base;
    const title = titleOf(places[named] ?? place, own[named] ?? "", kindOf(layers[named] ?? layer) === "attention");
    const after = (): string => msg("layer|{layer} after {kind}", { layer: title, kind: translated(kindOf(layer)) });
    return { title: base === -1 ? title : after(), place: place.title };
  });
}

/** What the layer is called that PyTorch calls so; that name itself where the network has none of it. */
export function layerTitle(layers: readonly Named[], name: string): string {
  const at = layers.findIndex((layer) => layer.name === name);
  return layerNames(layers)[at]?.title ?? name;
}

function kindText(layer: Named): string {
  const kind = translated(kindOf(layer));
  return layer.name.includes(".downsample.") ? msg("layer|shortcut {kind}", { kind }) : kind;
}

/** Kinds with a number where a place has several of one; those that are called after another have none. */
function numbered(kinds: readonly string[], places: readonly Place[], bases: readonly number[]): string[] {
  const keys = kinds.map((kind, at) => (bases[at] === -1 ? `${places[at]?.title}/${kind}` : ""));
  const seen = new Map<string, number>();
  return kinds.map((kind, at) => {
    const key = keys[at]!;
    if (key === "") return kind;
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return keys.indexOf(key) === keys.lastIndexOf(key) ? kind : `${kind} ${number}`;
  });
}

/** @param isAttention whether it is the weights of attention, which are pictures of their own */
function titleOf({ title, within }: Place, kind: string, isAttention: boolean): string {
  if (title === "") return capital(kind);
  if (isAttention) return msg("layer|{attention} of {place}", { attention: capital(kind), place: within });
  return `${title} · ${kind}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function placesOf(layers: readonly Named[]): Place[] {
  const blocks = blocksOf(layers);
  const numbers = new Map<string, number>();
  return layers.map(({ name }) => {
    for (const [begins, titleOf] of PLACES) {
      const found = begins.exec(name);
      if (!found) continue;
      const title = titleOf(found.slice(1));
      return { title, within: title };
    }
    const block = COUNTED.exec(name)?.[1] ?? innermost(blocks, name);
    if (block === undefined) return NOWHERE;
    if (!numbers.has(block)) numbers.set(block, numbers.size + 1);
    const number = String(numbers.get(block));
    return { title: msg("layer|Block {number}", { number }), within: msg("in a sentence|block {number}", { number }) };
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
