/** Where the blocks of a network's diagram stand, and the arcs over them. */
import type { Block, Diagram } from "./diagram.js";

const GAP = 3;
/** Between neighbours that are not connected. */
const WIDE_GAP = 9;
const HEIGHT = 64;
/** Above the blocks, for the arcs. */
const ARC_HEIGHT = 16;

export interface PlacedBlock extends Block {
  x: number;
  y: number;
}

export interface DiagramLayout {
  width: number;
  height: number;
  blocks: PlacedBlock[];
  /** Paths, as SVG's `d` has them. */
  arcs: string[];
}

export function layoutOf({ blocks, arcs }: Diagram): DiagramLayout {
  const top = arcs.length > 0 ? ARC_HEIGHT : 0;
  let length = 0;
  const placed = blocks.map((block, index): PlacedBlock => {
    if (index > 0) length += block.followsPrevious ? GAP : WIDE_GAP;
    const x = length;
    length += block.width;
    return { ...block, x, y: top + (HEIGHT - block.height) / 2 };
  });
  return {
    width: Math.max(length, 1),
    height: top + HEIGHT,
    blocks: placed,
    arcs: arcs.flatMap(([from, to]) => arcOver(placed.slice(from, to + 1)) ?? []),
  };
}

/** From the top of the first to the top of the last, over all blocks between them. */
function arcOver(blocks: readonly PlacedBlock[]): string | undefined {
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (!first || !last) return undefined;
  const top = Math.min(...blocks.map(({ y }) => y));
  // A cubic curve reaches three quarters of the way to its control points. Longer arcs pass over shorter ones.
  const rise = Math.min(top, 6 + 2 * blocks.length) / 0.75;
  const control = top - rise;
  const [start, end] = [first, last].map(({ x, width }) => x + width / 2);
  return `M${start} ${first.y} C${start} ${control} ${end} ${control} ${end} ${last.y}`;
}
