/** Convolution and pooling: a value of the output from a patch of the input. */
import type { ExportedLayer } from "../../module.js";
import type { Tensor } from "../../tensors.js";
import { windowOf } from "../receptive-field.js";
import { agrees, type At, type ChannelProduct, type Patch, type Step } from "./explanation.js";
import type { Reader } from "./values.js";

/** So many input channels are shown by themselves. */
const MOST_CHANNELS = 3;

/** @param weight `[out, in / groups, rows, columns]` */
export function convolution(
  layer: ExportedLayer,
  input: Reader,
  weight: Tensor,
  bias: Tensor | undefined,
  { channel, row, column }: At,
  value: number,
): Step | null {
  const window = windowOf(layer);
  const groups = layer.attributes[2] ?? 1;
  const [out = 1, channels = 1, rows = 1, columns = 1] = weight.shape;
  if (!window) return null;
  const group = Math.floor((channel * groups) / out);
  const products: ChannelProduct[] = [];
  let size = 0;
  for (let within = 0; within < channels; within++) {
    const from = group * channels + within;
    const patch = patchOf(input, from, row, column, window);
    const filter = table(
      rows,
      columns,
      (y, x) => weight.values[((channel * channels + within) * rows + y) * columns + x]!,
    );
    let sum = 0;
    for (const [y, line] of patch.entries()) {
      for (const [x, number] of line.entries()) {
        const product = (number ?? 0) * filter[y]![x]!;
        sum += product;
        size += Math.abs(product);
      }
    }
    products.push({ channel: from, patch, filter, sum });
  }
  const total = products.reduce((all, { sum }) => all + sum, 0);
  const added = bias?.values[channel] ?? null;
  if (!agrees(total + (added ?? 0), value, size + Math.abs(added ?? 0))) return null;
  const ranked = products.sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum) || a.channel - b.channel);
  const strongest = ranked.slice(0, MOST_CHANNELS);
  const rest = ranked.slice(MOST_CHANNELS).reduce((all, { sum }) => all + sum, 0);
  return { kind: "convolution", strongest, channels, rest, bias: added, value };
}

/** The greatest number of a patch, or their mean; of global pooling the patch is the whole map. */
export function pooling(layer: ExportedLayer, input: Reader, at: At, value: number): Step | null {
  const how = layer.op === "maxPool" ? "max" : "mean";
  const isGlobal = layer.op === "mean";
  const [, rows, columns] = input.shape;
  // A globally pooled map is a unit.
  const channel = isGlobal ? at.column : at.channel;
  const window = windowOf(layer);
  const patch = isGlobal
    ? table(rows, columns, (y, x) => input.at(channel, y, x))
    : window && patchOf(input, channel, at.row, at.column, window);
  const numbers = patch?.flat().filter((number) => number !== null) ?? [];
  if (!patch || numbers.length === 0) return null;
  const computed = how === "max" ? Math.max(...numbers) : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const size = Math.max(...numbers.map(Math.abs));
  return agrees(computed, value, size) ? { kind: "pooling", how, patch, value } : null;
}

function patchOf(
  input: Reader,
  channel: number,
  row: number,
  column: number,
  { kernel: [rows, columns], stride, padding }: NonNullable<ReturnType<typeof windowOf>>,
): Patch {
  const [, height, width] = input.shape;
  return table(rows, columns, (y, x) => {
    const [top, left] = [row * stride - padding + y, column * stride - padding + x];
    return top < 0 || left < 0 || top >= height || left >= width ? null : input.at(channel, top, left);
  });
}

function table<T>(rows: number, columns: number, number: (row: number, column: number) => T): T[][] {
  return Array.from({ length: rows }, (_, y) => Array.from({ length: columns }, (__, x) => number(y, x)));
}
