/** Which layers the stage shows, each as a column: at most so many of those that all of the network's computation goes through. */
import type { Description, LayerInfo } from "../module.js";

/** A layer whose maps stand in a column. */
export interface StageColumn {
  /** The layer's index in the network's description. */
  layer: number;
  /** What a person calls it: "Conv 1". */
  title: string;
  /** Its name in PyTorch, which weights files have too. */
  name: string;
  /** `[channels, rows, columns]`, `[tokens, features]` or `[features]` */
  shape: readonly number[];
}

/** More would be too narrow on a laptop. */
const MOST_COLUMNS = 8;

/** What stands for a layer: itself, or the normalization and the activation function that follow it. */
interface Candidate {
  /** The layer that is called by its name. */
  named: number;
  /** The layer whose output is shown. */
  shown: number;
}

export function columnsOf({ layers }: Pick<Description, "layers">): StageColumn[] {
  const candidates = candidatesOf(layers);
  const titles = titlesOf(layers);
  return chosenOf(candidates, layers).map(({ named, shown }) => ({
    layer: shown,
    title: titles[named] ?? "",
    name: layers[shown]?.name ?? "",
    shape: layers[shown]?.shape ?? [],
  }));
}

/**
 * The layers through which all of the computation goes, from the image to the logits: no branch and no skip connection leads past
 * them. The last one, whose output is the logits, is left out: it is the answer.
 */
function candidatesOf(layers: readonly LayerInfo[]): Candidate[] {
  const used = ancestorsOf(layers);
  /** How far connections reach that have begun: past these layers there is another way. */
  const reach = new Array<number>(layers.length + 1).fill(0);
  for (const [index, { inputs }] of layers.entries())
    if (used.has(index)) for (const input of inputs) reach[input] = Math.max(reach[input] ?? 0, index + 1);
  const candidates: Candidate[] = [];
  let farthest = reach[0] ?? 0;
  for (const [index, layer] of layers.entries()) {
    if (!used.has(index) || index === layers.length - 1) continue;
    const isPassed = farthest > index + 1;
    farthest = Math.max(farthest, reach[index + 1] ?? 0);
    if (isPassed) continue;
    const last = candidates.at(-1);
    const [input, ...others] = layer.inputs;
    const follows = last !== undefined && others.length === 0 && input === last.shown + 1;
    if (follows && layer.multiplyAdds === 0 && isSameShape(layer, layers[last.shown])) last.shown = index;
    else if (last && isSameBlock(layer, layers[last.named], layers))
      Object.assign(last, { named: index, shown: index });
    else candidates.push({ named: index, shown: index });
  }
  return candidates;
}

/** Whether both are where branches join, and of one block: a transformer's has two, for attention and for the MLP. */
function isSameBlock(a: LayerInfo, b: LayerInfo | undefined, layers: readonly LayerInfo[]): boolean {
  return a.inputs.length > 1 && b !== undefined && b.inputs.length > 1 && blockOf(a, layers) === blockOf(b, layers);
}

/** The layers that the logits depend on: an auxiliary head is none of them. */
function ancestorsOf(layers: readonly LayerInfo[]): ReadonlySet<number> {
  const used = new Set([layers.length - 1]);
  for (let index = layers.length - 1; index >= 0; index--)
    if (used.has(index)) for (const input of layers[index]?.inputs ?? []) if (input > 0) used.add(input - 1);
  return used;
}

/** Of too many, the last of each shape, and of the others some from everywhere. */
function chosenOf(candidates: readonly Candidate[], layers: readonly LayerInfo[]): readonly Candidate[] {
  if (candidates.length <= MOST_COLUMNS) return candidates;
  const isLast = ({ shown }: Candidate, index: number): boolean => {
    const next = candidates[index + 1];
    return next === undefined || !isSameShape(layers[shown], layers[next.shown]);
  };
  const lasts = candidates.filter(isLast);
  if (lasts.length >= MOST_COLUMNS) return spread(lasts, MOST_COLUMNS);
  const others = candidates.filter((candidate, index) => !isLast(candidate, index));
  const chosen = new Set([...lasts, ...spread(others, MOST_COLUMNS - lasts.length)]);
  return candidates.filter((candidate) => chosen.has(candidate));
}

/** So many of a list, as far apart as they can be. */
function spread<T>(list: readonly T[], count: number): T[] {
  if (count <= 1) return list.slice(0, count);
  const places = Array.from({ length: count }, (_, at) => Math.round((at * (list.length - 1)) / (count - 1)));
  return list.filter((_, index) => places.includes(index));
}

function isSameShape(a: LayerInfo | undefined, b: LayerInfo | undefined): boolean {
  return a?.shape.join() === b?.shape.join();
}

/** Kinds of layers as a person calls them; others keep what the description calls them. */
const TITLES: readonly (readonly [start: string, title: string])[] = [
  ["convolution", "Conv"],
  ["max pooling", "Max pool"],
  ["average pooling", "Avg pool"],
  ["linear", "Linear"],
  ["batch normalization", "Batch norm"],
  ["layer normalization", "Layer norm"],
  ["a token each place", "Tokens"],
  ["weighted mean of the tokens", "Token mean"],
];

/** A title for each layer: its kind, with a number where there are several of that kind; a block for what joins branches. */
function titlesOf(layers: readonly LayerInfo[]): string[] {
  const blocks = new Map<string, number>();
  const kinds = layers.map((layer) => {
    if (layer.inputs.length > 1) {
      const block = blockOf(layer, layers);
      if (!blocks.has(block)) blocks.set(block, blocks.size + 1);
      return `Block ${blocks.get(block)}`;
    }
    const kind = layer.kind.split(",")[0]!.trim();
    const known = TITLES.find(([start]) => kind.startsWith(start))?.[1];
    return known ?? kind.charAt(0).toUpperCase() + kind.slice(1);
  });
  const seen = new Map<string, number>();
  return kinds.map((kind) => {
    if (kind.startsWith("Block ")) return kind;
    const number = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, number);
    return kinds.indexOf(kind) === kinds.lastIndexOf(kind) ? kind : `${kind} ${number}`;
  });
}

/** The block that joins there: GoogLeNet's modules are called as their end is, other blocks as what their layers begin with. */
function blockOf({ name, inputs }: LayerInfo, layers: readonly LayerInfo[]): string {
  const isOwn = inputs.some((input) => layers[input - 1]?.name.startsWith(`${name}.`));
  return isOwn ? name : name.split(".").slice(0, -1).join(".");
}
