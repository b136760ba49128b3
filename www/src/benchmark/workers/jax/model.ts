/** What jax-js needs for any network: forward and backward jitted as one function, the update as another. */
// Tried besides on LeNet-5, and no faster: all of it in one function; only the forward pass jitted; padding as an
// operation of its own.
import { blockUntilReady, nn, numpy as np, tree, type JsTree } from "@jax-js/jax";

import type { Batch } from "../start.js";

/** A network with its batch, on the device. */
export interface Model {
  parameters: number;
  /** Waits until all of it is there. */
  ready(): Promise<unknown>;
  /** Trains once, and gives the loss. */
  step(): np.Array;
}

export interface Images {
  /** [batch, channels, height, width] */
  x: np.Array;
  /** [batch, 10] */
  y: np.Array;
}

type Tree = JsTree<np.Array>;

/** How a network learns, jitted; what a function is given is its own to use up. */
export interface Rule<P extends Tree, S extends { params: P }> {
  gradients(params: P, x: np.Array, y: np.Array): [loss: np.Array, gradients: P];
  /** The parameters, and what the optimizer carries along, after a step. */
  update(state: S, gradients: P): S;
}

export function model<P extends Tree, S extends { params: P }>(
  { gradients, update }: Rule<P, S>,
  start: S,
  { x, y }: Images,
): Model {
  let state = start;
  return {
    parameters: tree.leaves<np.Array>(state.params).reduce((sum, { size }) => sum + size, 0),
    ready: () => blockUntilReady([state, x, y] as Tree[]),
    step() {
      const [value, found] = gradients(tree.ref(state.params), x.ref, y.ref);
      state = update(state, found);
      return value;
    },
  };
}

export const array = (values: Float32Array, shape: number[]): np.Array =>
  np.array(values as Float32Array<ArrayBuffer>).reshape(shape);

/** As many zeros. */
export const zeros = <P extends Tree>(params: P): P =>
  tree.map((p: np.Array) => np.zerosLike(p), tree.ref(params)) as P;

/** `shape`: channels, height, width. */
export const upload = ({ size, x, y }: Batch, shape: number[]): Images => ({
  x: array(x, [size, ...shape]),
  y: array(y, [size, 10]),
});

/** Cross-entropy, averaged over the batch. */
export function crossEntropy(logits: np.Array, y: np.Array): np.Array {
  const [size = 0] = y.shape;
  return nn
    .logSoftmax(logits)
    .mul(y)
    .sum()
    .mul(-1 / size);
}
