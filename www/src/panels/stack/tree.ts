/** A stack as the editor holds it: layers in layers. Nothing is changed in place. */
import type { LayerKind, StackLayer } from "../../module.js";

export interface Layer {
  /** What it is known by while the editor is open, wherever it moves. */
  readonly id: number;
  readonly kind: string;
  readonly numbers: readonly string[];
  readonly layers: readonly Layer[];
}

/** Where a layer stands: its index, inside a block's index, and so on. */
export type Path = readonly number[];

let last = 0;

export function layerOf(kind: string, numbers: readonly (number | string)[], layers: readonly Layer[] = []): Layer {
  return { id: ++last, kind, numbers: numbers.map(String), layers };
}

/** What the module read. */
export function fromModule(layers: readonly StackLayer[]): Layer[] {
  return layers.map((layer) => layerOf(layer.kind, layer.numbers, fromModule(layer.layers)));
}

/** The text of a stack, as it stands in a link: numbers that may be left out are, where they are the usual ones. */
export function spell(layers: readonly Layer[], kinds: readonly LayerKind[]): string {
  return layers.map((layer) => spellOne(layer, kinds)).join(",");
}

function spellOne({ kind, numbers, layers }: Layer, kinds: readonly LayerKind[]): string {
  const known = kinds.find(({ name }) => name === kind);
  const written = (known?.numbers ?? []).map(({ letter, usual, usuallyFirst }, at) => {
    const value = numbers[at] ?? "";
    const left = usuallyFirst ? numbers[0] : usual?.toString();
    return value === left ? "" : letter + value;
  });
  return kind + written.join("") + (known?.holdsLayers ? `(${spell(layers, kinds)})` : "");
}

/** Every layer in the order of the text, with its path: the first is number 1. */
export function inOrder(layers: readonly Layer[], above: Path = []): { layer: Layer; path: Path }[] {
  return layers.flatMap((layer, at) => {
    const path = [...above, at];
    return [{ layer, path }, ...inOrder(layer.layers, path)];
  });
}

/** How many layers stand before a place, in the order of the text. */
export function countBefore(layers: readonly Layer[], place: Path): number {
  const isBefore = (path: Path): boolean => {
    const differs = path.findIndex((index, depth) => index !== place[depth]);
    if (differs < 0) return path.length < place.length;
    return (path[differs] ?? 0) < (place[differs] ?? 0);
  };
  return inOrder(layers).filter(({ path }) => isBefore(path)).length;
}

export function at(layers: readonly Layer[], path: Path): Layer | undefined {
  const [first, ...rest] = path;
  const layer = first === undefined ? undefined : layers[first];
  return rest.length > 0 && layer ? at(layer.layers, rest) : layer;
}

export function pathOf(layers: readonly Layer[], id: number): Path | undefined {
  return inOrder(layers).find(({ layer }) => layer.id === id)?.path;
}

/** The layers with those around a path changed; `where` is the last index of the path. */
function around(
  layers: readonly Layer[],
  path: Path,
  change: (layers: readonly Layer[], where: number) => readonly Layer[],
): readonly Layer[] {
  const [first = 0, ...rest] = path;
  if (rest.length === 0) return change(layers, first);
  return layers.map((layer, index) =>
    index === first ? { ...layer, layers: around(layer.layers, rest, change) } : layer,
  );
}

export function replace(layers: readonly Layer[], path: Path, by: Layer): readonly Layer[] {
  return around(layers, path, (list, where) => list.map((layer, index) => (index === where ? by : layer)));
}

export function insert(layers: readonly Layer[], path: Path, layer: Layer): readonly Layer[] {
  return around(layers, path, (list, where) => [...list.slice(0, where), layer, ...list.slice(where)]);
}

export function remove(layers: readonly Layer[], path: Path): readonly Layer[] {
  return around(layers, path, (list, where) => list.filter((_, index) => index !== where));
}

/** A layer taken out and put where `to` is afterwards. */
export function move(layers: readonly Layer[], from: Path, to: Path): readonly Layer[] {
  const layer = at(layers, from);
  return layer ? insert(remove(layers, from), to, layer) : layers;
}

/**
 * Where one step up or down leads: past a neighbour, into a block that is the neighbour, or out of the block that the
 * layer is in. Nothing where there is no further. The path is that after the layer was taken out.
 */
export function stepFrom(
  layers: readonly Layer[],
  path: Path,
  step: -1 | 1,
  kinds: readonly LayerKind[],
): Path | undefined {
  const above = path.slice(0, -1);
  const index = path.at(-1) ?? 0;
  const siblings = above.length > 0 ? (at(layers, above)?.layers ?? []) : layers;
  const neighbour = siblings[index + step];
  if (!neighbour) {
    const block = above.at(-1);
    if (block === undefined) return undefined;
    return [...above.slice(0, -1), step > 0 ? block + 1 : block];
  }
  const holds = kinds.some(({ name, holdsLayers }) => holdsLayers && name === neighbour.kind);
  if (!holds) return [...above, index + step];
  // Taken out, what stood behind it stands one place further up.
  return step > 0 ? [...above, index, 0] : [...above, index - 1, neighbour.layers.length];
}
