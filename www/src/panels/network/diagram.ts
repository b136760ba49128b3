/** The blocks of a network's diagram: its layers with weights, those that change the shape, and those that join branches. */
import type { Description } from "../../module.js";

export interface Block {
  kind: "image" | "convolution" | "linear" | "other";
  width: number;
  height: number;
  /** The layer's index in the description; null for the image. */
  layer: number | null;
  /** Whether the block before it is one of its inputs. */
  followsPrevious: boolean;
}

/** The most that a block may measure. */
const MAX_HEIGHT = 60;
const MAX_WIDTH = 22;
/** The width of a sum, which has no weights. */
const SUM_WIDTH = 2;
/** A row of units is as high as an image where it has so many of them. */
const MANY_UNITS = 4_096;
const MANY_CHANNELS = 512;

export interface Diagram {
  blocks: Block[];
  /** Connections from a block to one that is not the next, by their indices. */
  arcs: [from: number, to: number][];
}

export function diagramOf({ input, layers }: Pick<Description, "input" | "layers">): Diagram {
  const imageRows = Math.max(input[1] ?? 1, 1);
  const blocks: Block[] = [{ ...blockOf("image", input, imageRows), layer: null, followsPrevious: true }];
  const arcs: Diagram["arcs"] = [];
  /** The block that shows each input that a layer may have: the image, then every layer. */
  const blockIndices = [0];
  for (const [layer, { kind, shape, multiplyAdds, inputs }] of layers.entries()) {
    const [first = 0] = inputs;
    const inputBlocks = [...new Set(inputs.map((number) => blockIndices[number] ?? 0))];
    const inputShape = first === 0 ? input : (layers[first - 1]?.shape ?? input);
    const keepsShape = shape.join() === inputShape.join();
    if (multiplyAdds === 0 && inputBlocks.length < 2 && keepsShape) {
      blockIndices.push(inputBlocks[0] ?? 0);
      continue;
    }
    const index = blocks.length;
    const block = blockOf(kindOf(kind), shape, imageRows);
    const isSum = inputs.length > 1 && keepsShape;
    blocks.push({
      ...block,
      width: isSum ? SUM_WIDTH : block.width,
      layer,
      followsPrevious: inputBlocks.includes(index - 1),
    });
    for (const other of inputBlocks) if (other !== index - 1) arcs.push([other, index]);
    blockIndices.push(index);
  }
  return { blocks, arcs };
}

function kindOf(layerKind: string): Block["kind"] {
  if (layerKind.startsWith("convolution")) return "convolution";
  return layerKind.startsWith("linear") ? "linear" : "other";
}

/** @param shape `[units]`, `[channels, rows, columns]` or `[tokens, numbers]` */
function blockOf(
  kind: Block["kind"],
  shape: readonly number[],
  imageRows: number,
): Pick<Block, "kind" | "width" | "height"> {
  const [channels = 1, rows] = shape;
  const logShare = (value: number, most: number): number => Math.min(1, Math.log2(1 + value) / Math.log2(1 + most));
  if (rows === undefined) {
    return { kind, width: 4, height: 6 + (MAX_HEIGHT - 6) * logShare(channels, MANY_UNITS) };
  }
  return {
    kind,
    width: 2 + (MAX_WIDTH - 2) * logShare(channels, MANY_CHANNELS),
    height: 5 + (MAX_HEIGHT - 5) * Math.min(1, rows / imageRows),
  };
}
