/** Where a transformer looks: from the shares that every token gives every other. */
import type { Activation } from "../../module.js";
import type { Tiles } from "./tiles.js";

/** The side of the tokens' grid over the image, and whether a class token comes before them; null where they are no square. */
export function gridOf(tokens: number): { side: number; first: 0 | 1 } | null {
  for (const first of [0, 1] as const) {
    const side = Math.sqrt(tokens - first);
    if (Number.isInteger(side) && side > 0) return { side, first };
  }
  return null;
}

/** What a token looks at in each head, as maps over the image. `token`: null for the mean of all. */
export function tilesOfAttention({ shape: [heads, tokens], values }: Activation, token: number | null): Tiles | null {
  const grid = gridOf(tokens);
  if (!grid) return null;
  const { side, first } = grid;
  const size = side * side;
  const maps = new Float32Array(heads * size);
  const rows = token === null ? Array.from({ length: tokens }, (_, row) => row) : [token];
  for (let head = 0; head < heads; head++) {
    for (const row of rows) {
      const from = (head * tokens + row) * tokens + first;
      for (let at = 0; at < size; at++) maps[head * size + at]! += values[from + at]! / rows.length;
    }
  }
  const who =
    token === null
      ? "all tokens, on average,"
      : first === 1 && token === 0
        ? "the class token"
        : `token ${token - first + 1}`;
  return {
    count: heads,
    rows: side,
    columns: side,
    colours: 1,
    values: maps,
    spread: true,
    name: "Head",
    about: `what ${who} looked at, in each of ${heads} heads`,
  };
}

/**
 * Attention rollout: S. Abnar and W. Zuidema, "Quantifying attention flow in transformers", 2020. Each layer's shares, the
 * mean of its heads, are mixed half and half with what is passed along, and multiplied through the layers.
 * @returns how much each place of the image reaches the class token, or the tokens on average: `[side, side]`
 */
export function rollout(layers: readonly Activation[]): Tiles | null {
  const [head] = layers;
  if (!head) return null;
  const tokens = head.shape[1];
  const grid = gridOf(tokens);
  if (!grid) return null;
  let flow = Float64Array.from({ length: tokens * tokens }, (_, at) => (at % (tokens + 1) === 0 ? 1 : 0));
  for (const layer of layers) flow = times(mixed(layer), flow, tokens);
  const { side, first } = grid;
  const values = new Float32Array(side * side);
  const rows = first === 1 ? [0] : Array.from({ length: tokens }, (_, row) => row);
  for (const row of rows)
    for (let at = 0; at < values.length; at++) values[at]! += flow[row * tokens + first + at]! / rows.length;
  return {
    count: 1,
    rows: side,
    columns: side,
    colours: 1,
    values,
    spread: true,
    name: "Rollout",
    about: `how much of each place of the image reaches ${first === 1 ? "the class token" : "the tokens, on average,"} through all layers`,
  };
}

function mixed({ shape: [heads, tokens], values }: Activation): Float64Array {
  const mix = new Float64Array(tokens * tokens);
  for (let at = 0; at < mix.length; at++) {
    let sum = 0;
    for (let head = 0; head < heads; head++) sum += values[head * mix.length + at]!;
    mix[at] = 0.5 * (sum / heads) + (at % (tokens + 1) === 0 ? 0.5 : 0);
  }
  return mix;
}

function times(a: Float64Array, b: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < size; k++) {
      const share = a[row * size + k]!;
      for (let column = 0; column < size; column++) product[row * size + column]! += share * b[k * size + column]!;
    }
  }
  return product;
}
