/** What is drawn of a network: its layers with weights, those that change the shape, and those in which several meet. */
import type { Description } from "../../module.js";

export interface Block {
  what: "image" | "convolution" | "linear" | "other";
  width: number;
  height: number;
  /** The layer's place in the description; null for the image. */
  layer: number | null;
  /** Whether what is before it goes into it. */
  follows: boolean;
}

/** The most that a block may measure. */
const HIGHEST = 60;
const WIDEST = 22;
/** As wide as what is only added up. */
const SUM = 2;
/** A row of numbers is as high as an image where it has so many. */
const MANY_UNITS = 4_096;
const MANY_CHANNELS = 512;

export interface Drawing {
  blocks: Block[];
  /** What goes from a block to one that is not the next, by their places. */
  arcs: [from: number, to: number][];
}

export function drawingOf({ input, layers }: Pick<Description, "input" | "layers">): Drawing {
  const rows = Math.max(input[1] ?? 1, 1);
  const blocks: Block[] = [{ ...block("image", input, rows), layer: null, follows: true }];
  const arcs: Drawing["arcs"] = [];
  /** The block of each number that a layer's `from` may have: the image, then every layer. */
  const places = [0];
  for (const [layer, { kind, shape, multiplyAdds, from }] of layers.entries()) {
    const [first = 0] = from;
    const into = [...new Set(from.map((number) => places[number] ?? 0))];
    const before = first === 0 ? input : (layers[first - 1]?.shape ?? input);
    if (multiplyAdds === 0 && into.length < 2 && shape.join() === before.join()) {
      places.push(into[0] ?? 0);
      continue;
    }
    const place = blocks.length;
    const sums = from.length > 1 && shape.join() === before.join();
    blocks.push({
      ...block(whatOf(kind), shape, rows),
      ...(sums ? { width: SUM } : {}),
      layer,
      follows: into.includes(place - 1),
    });
    for (const other of into) if (other !== place - 1) arcs.push([other, place]);
    places.push(place);
  }
  return { blocks, arcs };
}

function whatOf(kind: string): Block["what"] {
  return kind.startsWith("convolution") ? "convolution" : kind.startsWith("linear") ? "linear" : "other";
}

function block(what: Block["what"], shape: readonly number[], most: number): Omit<Block, "layer" | "follows"> {
  const [first = 1, rows] = shape;
  const share = (value: number, of: number): number => Math.min(1, Math.log2(1 + value) / Math.log2(1 + of));
  if (rows === undefined) return { what, width: 4, height: 6 + (HIGHEST - 6) * share(first, MANY_UNITS) };
  const height = 5 + (HIGHEST - 5) * Math.min(1, rows / most);
  return { what, width: 2 + (WIDEST - 2) * share(first, MANY_CHANNELS), height };
}
