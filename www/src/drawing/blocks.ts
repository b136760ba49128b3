/** What is drawn of a network: its layers with weights, and those that change the shape. */
import type { Description } from "../module.js";

export interface Block {
  what: "image" | "convolution" | "linear" | "other";
  width: number;
  height: number;
  /** The layer's place in the description; null for the image. */
  layer: number | null;
}

/** The most that a block may measure. */
const HIGHEST = 60;
const WIDEST = 22;
/** A row of numbers is as high as an image where it has so many. */
const MANY_UNITS = 4_096;
const MANY_CHANNELS = 512;

export function blocksOf({ input, layers }: Pick<Description, "input" | "layers">): Block[] {
  const rows = Math.max(input[1] ?? 1, 1);
  const blocks: Block[] = [{ ...block("image", input, rows), layer: null }];
  let before: readonly number[] = input;
  for (const [layer, { kind, shape, multiplyAdds }] of layers.entries()) {
    const changes = shape.join() !== before.join();
    if (multiplyAdds > 0 || changes) blocks.push({ ...block(whatOf(kind), shape, rows), layer });
    before = shape;
  }
  return blocks;
}

function whatOf(kind: string): Block["what"] {
  return kind.startsWith("convolution") ? "convolution" : kind.startsWith("linear") ? "linear" : "other";
}

function block(what: Block["what"], shape: readonly number[], most: number): Omit<Block, "layer"> {
  const [first = 1, rows] = shape;
  const share = (value: number, of: number): number => Math.min(1, Math.log2(1 + value) / Math.log2(1 + of));
  if (rows === undefined) return { what, width: 4, height: 6 + (HIGHEST - 6) * share(first, MANY_UNITS) };
  const height = 5 + (HIGHEST - 5) * Math.min(1, rows / most);
  return { what, width: 2 + (WIDEST - 2) * share(first, MANY_CHANNELS), height };
}
