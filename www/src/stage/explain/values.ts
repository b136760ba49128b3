/** The values that operations take, also of those operations that a network's description leaves out. */
import type { Activation, Normalization } from "../../module.js";
import type { ImageShape } from "../../pixels.js";
import type { Sources } from "./explanation.js";

/** A value that can be read number by number. */
export interface Reader {
  shape: Activation["shape"];
  /** The layers of the description, or the image, by number: whose values these are. */
  number: number;
  at(channel: number, row: number, column: number): number;
}

/** A value of the graph, by its number there; undefined where it was not given. */
export function readerOf(sources: Sources, value: number): Reader | undefined {
  const { graph, layers, values } = sources;
  const layer = graph.layers[value - 1];
  const described = layer ? layers.findIndex(({ name }) => name === layer.name) : -1;
  if (value === 0 || described >= 0) {
    const activation = values.get(described + 1);
    return activation && reader(activation, described + 1);
  }
  const input = layer && readerOf(sources, layer.inputs[0] ?? 0);
  if (!layer || !input) return undefined;
  const [channels, rows, columns] = input.shape;
  if (layer.op === "dropout") return input;
  if (layer.op === "reshape") {
    const at = (flat: number): number =>
      input.at(Math.floor(flat / (rows * columns)), Math.floor(flat / columns) % rows, flat % columns);
    return { number: input.number, shape: [1, 1, channels * rows * columns], at: (_, __, column) => at(column) };
  }
  if (layer.op === "shrink") {
    // Every so many-th row and column, and new channels of zeros around the others.
    const [wanted = channels, stride = 1] = layer.attributes;
    const first = Math.floor((wanted - channels) / 2);
    const at = (channel: number, row: number, column: number): number =>
      channel < first || channel >= first + channels ? 0 : input.at(channel - first, row * stride, column * stride);
    return {
      number: input.number,
      shape: [wanted, Math.ceil(rows / stride), Math.ceil(columns / stride)],
      at,
    };
  }
  return undefined;
}

function reader({ shape, values }: Activation, number: number): Reader {
  const [, rows, columns] = shape;
  return { number, shape, at: (channel, row, column) => values[(channel * rows + row) * columns + column] ?? NaN };
}

/** The image as the first layer takes it. @param pixels from 0 to 1 */
export function normalized(
  pixels: Float32Array,
  { channels, height, width }: ImageShape,
  normalization: Normalization | undefined,
): Activation {
  const size = height * width;
  const values = pixels.map((pixel, at) => {
    const channel = Math.floor(at / size);
    return (pixel - (normalization?.mean[channel] ?? 0)) / (normalization?.std[channel] ?? 1);
  });
  return { shape: [channels, height, width], values };
}
