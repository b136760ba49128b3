/** What TensorFlow.js needs for any network: variables, and pictures with channels last. */
import * as tf from "@tensorflow/tfjs-core";

import type { Batch } from "../start.js";

/** A network with its batch, on the device. */
export interface Model {
  optimizer: tf.Optimizer;
  loss: () => tf.Scalar;
}

/** All parameters that were made: optimizers register variables of their own beside them. */
export const parameters: tf.Variable[] = [];

/** A parameter. The tensor is no longer needed then. */
export function variable(tensor: tf.Tensor, name: string): tf.Variable {
  const made = tf.variable(tensor, true, name);
  parameters.push(made);
  tensor.dispose();
  return made;
}

/** From [out, in, height, width] to TensorFlow's [height, width, in, out]. */
export const kernel = (values: Float32Array, shape: number[]): tf.Tensor =>
  tf.tidy(() => tf.transpose(tf.tensor(values, shape), [2, 3, 1, 0]));

/** The images as [batch, height, width, channels]. `shape`: channels, height, width. */
export function upload({ size, x, y }: Batch, shape: [number, number, number]): { x: tf.Tensor4D; y: tf.Tensor2D } {
  const images = tf.tidy(() => tf.transpose(tf.tensor4d(x, [size, ...shape]), [0, 2, 3, 1]));
  return { x: images, y: tf.tensor2d(y, [size, 10]) };
}
