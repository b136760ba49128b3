/** Which layers the stage shows, each as a column: at most so many of those that all of the network's computation goes through. */
import type { Description, LayerInfo } from "../module.js";
import { layerNames, type LayerName } from "./layer-names.js";

/** A layer whose maps stand in a column. */
export interface StageColumn {
  /** The layer's index in the network's description. */
  layer: number;
  /** What a person calls it: "Convolution 1", or the block that ends there. */
  title: string;
  /** Its name in PyTorch, which weights files have too; where it stands for others, of the first and the last of them. */
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
  const names = layerNames(layers);
  return chosenOf(candidatesOf(layers, names), layers).map(({ named, shown }) => {
    const { title = "", place = "" } = names[named] ?? {};
    const ends = [...new Set([layers[named]?.name, layers[shown]?.name])];
    return {
      layer: shown,
      title: isJoin(layers[named]) && place !== "" ? place : title,
      name: ends.join(" … "),
      shape: layers[shown]?.shape ?? [],
    };
  });
}

/**
 * The layers through which all of the computation goes, from the image to the logits: no branch and no skip connection leads past
 * them. The last one, whose output is the logits, is left out: it is the answer.
 */
function candidatesOf(layers: readonly LayerInfo[], names: readonly LayerName[]): Candidate[] {
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
    // A transformer's block has two joins, for attention and for the MLP.
    else if (last && isJoin(layer) && isJoin(layers[last.named]) && names[index]?.place === names[last.named]?.place)
      Object.assign(last, { named: index, shown: index });
    else candidates.push({ named: index, shown: index });
  }
  return candidates;
}

/** Whether branches join there. */
function isJoin(layer: LayerInfo | undefined): boolean {
  return layer !== undefined && layer.inputs.length > 1;
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
