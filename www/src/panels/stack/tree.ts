/** The layers of a stack as the editor holds them: a tree, for residual blocks hold layers. Nothing is changed in place. */
import type { LayerKind, StackLayer } from "../../module.js";

export interface Layer {
  /** Its identity while the editor is open, wherever it moves. */
  readonly id: number;
  readonly kind: string;
  readonly numbers: readonly string[];
  readonly layers: readonly Layer[];
}

/** Where a layer stands: its index, inside the block with that index, and so on: the innermost index is the last. */
export type Path = readonly number[];

let lastId = 0;

export function layerOf(kind: string, numbers: readonly (number | string)[], layers: readonly Layer[] = []): Layer {
  return { id: ++lastId, kind, numbers: numbers.map(String), layers };
}

/** The layers that the module has read. */
export function fromModule(layers: readonly StackLayer[]): Layer[] {
  return layers.map((layer) => layerOf(layer.kind, layer.numbers, fromModule(layer.layers)));
}

/** The text of a stack, as it stands in a link. Numbers that have their default are left out where that is allowed. */
export function toStackText(layers: readonly Layer[], kinds: readonly LayerKind[]): string {
  return layers.map((layer) => layerText(layer, kinds)).join(",");
}

function layerText({ kind, numbers, layers }: Layer, kinds: readonly LayerKind[]): string {
  const declared = kinds.find(({ name }) => name === kind);
  const written = (declared?.numbers ?? []).map(({ letter, default: usual, defaultsToFirst }, index) => {
    const value = numbers[index] ?? "";
    const fallback = defaultsToFirst ? numbers[0] : usual?.toString();
    return value === fallback ? "" : letter + value;
  });
  return kind + written.join("") + (declared?.holdsLayers ? `(${toStackText(layers, kinds)})` : "");
}

/** Every layer in the order of the text, with its path. The first one is layer 1. */
export function inOrder(layers: readonly Layer[], parent: Path = []): { layer: Layer; path: Path }[] {
  return layers.flatMap((layer, index) => {
    const path = [...parent, index];
    return [{ layer, path }, ...inOrder(layer.layers, path)];
  });
}

/** How many layers stand before a path, in the order of the text. */
export function countBefore(layers: readonly Layer[], path: Path): number {
  const isBefore = (other: Path): boolean => {
    const depth = other.findIndex((index, level) => index !== path[level]);
    if (depth < 0) return other.length < path.length;
    return (other[depth] ?? 0) < (path[depth] ?? 0);
  };
  return inOrder(layers).filter((entry) => isBefore(entry.path)).length;
}

export function layerAt(layers: readonly Layer[], path: Path): Layer | undefined {
  const [index, ...inner] = path;
  const layer = index === undefined ? undefined : layers[index];
  return inner.length > 0 && layer ? layerAt(layer.layers, inner) : layer;
}

export function pathOf(layers: readonly Layer[], id: number): Path | undefined {
  return inOrder(layers).find(({ layer }) => layer.id === id)?.path;
}

/** The layers with one list of siblings changed: the list that `path` leads into, at the last index of the path. */
function withSiblings(
  layers: readonly Layer[],
  path: Path,
  change: (siblings: readonly Layer[], index: number) => readonly Layer[],
): readonly Layer[] {
  const [first = 0, ...inner] = path;
  if (inner.length === 0) return change(layers, first);
  return layers.map((layer, index) =>
    index === first ? { ...layer, layers: withSiblings(layer.layers, inner, change) } : layer,
  );
}

export function replace(layers: readonly Layer[], path: Path, replacement: Layer): readonly Layer[] {
  return withSiblings(layers, path, (siblings, at) =>
    siblings.map((layer, index) => (index === at ? replacement : layer)),
  );
}

export function insert(layers: readonly Layer[], path: Path, layer: Layer): readonly Layer[] {
  return withSiblings(layers, path, (siblings, at) => [...siblings.slice(0, at), layer, ...siblings.slice(at)]);
}

export function remove(layers: readonly Layer[], path: Path): readonly Layer[] {
  return withSiblings(layers, path, (siblings, at) => siblings.filter((_, index) => index !== at));
}

/** Takes a layer out and inserts it at `to`, which is a path in the layers without it. */
export function move(layers: readonly Layer[], from: Path, to: Path): readonly Layer[] {
  const layer = layerAt(layers, from);
  return layer ? insert(remove(layers, from), to, layer) : layers;
}

/**
 * Where one step up or down leads: past a neighbour, into a block that is the neighbour, or out of the block that the
 * layer is in.
 * @returns a path in the layers without the layer; undefined at the end
 */
export function stepFrom(
  layers: readonly Layer[],
  path: Path,
  step: -1 | 1,
  kinds: readonly LayerKind[],
): Path | undefined {
  const parent = path.slice(0, -1);
  const index = path.at(-1) ?? 0;
  const siblings = parent.length > 0 ? (layerAt(layers, parent)?.layers ?? []) : layers;
  const neighbour = siblings[index + step];
  if (!neighbour) {
    const block = parent.at(-1);
    if (block === undefined) return undefined;
    return [...parent.slice(0, -1), step > 0 ? block + 1 : block];
  }
  const isBlock = kinds.some(({ name, holdsLayers }) => holdsLayers && name === neighbour.kind);
  if (!isBlock) return [...parent, index + step];
  // Without the layer, a block behind it stands one place further up.
  return step > 0 ? [...parent, index, 0] : [...parent, index - 1, neighbour.layers.length];
}
