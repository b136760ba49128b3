/** What the tokens of a transformer attend to. */
import type { Activation } from "../../module.js";
import type { Tiles } from "./tiles.js";
import { count } from "../../format.js";
import { defineMessage, msg } from "../../words/msg.js";

/** The tokens' grid over the image. */
interface TokenGrid {
  side: number;
  /** The first token of the grid: 1 where a class token comes before it. */
  first: 0 | 1;
}

/** Null where the tokens form no square. */
export function gridOf(tokens: number): TokenGrid | null {
  for (const first of [0, 1] as const) {
    const side = Math.sqrt(tokens - first);
    if (Number.isInteger(side) && side > 0) return { side, first };
  }
  return null;
}

/**
 * What a token attends to in each head, as maps over the image.
 * @param attention `[heads, tokens, tokens]`: the shares that every token, by row, gives every other
 * @param token null for the mean of all tokens
 */
export function tilesOfAttention({ shape: [heads, tokens], values }: Activation, token: number | null): Tiles | null {
  const grid = gridOf(tokens);
  if (!grid) return null;
  const { side, first } = grid;
  const size = side * side;
  const maps = new Float32Array(heads * size);
  const rows = token === null ? Array.from({ length: tokens }, (_, row) => row) : [token];
  for (let head = 0; head < heads; head++) {
    for (const row of rows) {
      const start = (head * tokens + row) * tokens + first;
      for (let place = 0; place < size; place++) maps[head * size + place]! += values[start + place]! / rows.length;
    }
  }
  return {
    count: heads,
    rows: side,
    columns: side,
    channels: 1,
    values: maps,
    areShares: true,
    name: defineMessage("Head"),
    description: attendingText(token, first, heads),
  };
}

/** @param token null for the mean of all tokens @param first of the grid: 1 where a class token comes before it */
function attendingText(token: number | null, first: 0 | 1, of: number): string {
  const heads = count(of);
  if (token === null) return msg("what all tokens, on average, looked at, in each of {heads} heads", { heads });
  if (first === 1 && token === 0) return msg("what the class token looked at, in each of {heads} heads", { heads });
  return msg("what token {token} looked at, in each of {heads} heads", { token: count(token - first + 1), heads });
}

/**
 * Attention rollout: S. Abnar and W. Zuidema, "Quantifying attention flow in transformers", 2020. Each layer's shares, the
 * mean of its heads, are averaged with the identity, which stands for the skip connection, and multiplied through the
 * layers.
 * @returns how much each place of the image reaches the class token, or the tokens on average: `[side, side]`
 */
export function rollout(layers: readonly Activation[]): Tiles | null {
  const [firstLayer] = layers;
  if (!firstLayer) return null;
  const tokens = firstLayer.shape[1];
  const grid = gridOf(tokens);
  if (!grid) return null;
  let flow = Float64Array.from({ length: tokens * tokens }, (_, index) => (index % (tokens + 1) === 0 ? 1 : 0));
  for (const layer of layers) flow = matmul(withSkipConnection(layer), flow, tokens);
  const { side, first } = grid;
  const values = new Float32Array(side * side);
  const rows = first === 1 ? [0] : Array.from({ length: tokens }, (_, row) => row);
  for (const row of rows) {
    for (let place = 0; place < values.length; place++) {
      values[place]! += flow[row * tokens + first + place]! / rows.length;
    }
  }
  return {
    count: 1,
    rows: side,
    columns: side,
    channels: 1,
    values,
    areShares: true,
    name: defineMessage("Rollout"),
    description:
      first === 1
        ? msg("how much of each place of the image reaches the class token through all layers")
        : msg("how much of each place of the image reaches the tokens, on average, through all layers"),
  };
}

/** Half the mean of the heads and half the identity: `[tokens, tokens]`. */
function withSkipConnection({ shape: [heads, tokens], values }: Activation): Float64Array {
  const matrix = new Float64Array(tokens * tokens);
  for (let index = 0; index < matrix.length; index++) {
    let sum = 0;
    for (let head = 0; head < heads; head++) sum += values[head * matrix.length + index]!;
    matrix[index] = 0.5 * (sum / heads) + (index % (tokens + 1) === 0 ? 0.5 : 0);
  }
  return matrix;
}

/** The product of two matrices `[size, size]`. */
function matmul(a: Float64Array, b: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < size; k++) {
      const factor = a[row * size + k]!;
      for (let column = 0; column < size; column++) product[row * size + column]! += factor * b[k * size + column]!;
    }
  }
  return product;
}
