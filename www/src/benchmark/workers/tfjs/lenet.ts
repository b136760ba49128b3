/** LeNet-5: fused layers. */
import * as tf from "@tensorflow/tfjs-core";

import { ADAM, layersOf, NORMALIZATION, type Layer, type LayerName } from "../lenet.js";
import { batchOf, type Start } from "../start.js";
import type { Learner } from "../training.js";
import { kernel, parameters, upload, variable, type Model } from "./model.js";

/** MNIST's. */
const SHAPE: [number, number, number] = [1, 28, 28];

type Weights = [weight: tf.Variable, bias: tf.Variable];

/** The rows of the first matrix follow the flattened picture: from [channel, row, column] to [row, column, channel]. */
const afterFlatten = (values: Float32Array) =>
  tf.tidy(() => tf.reshape(tf.transpose(tf.tensor(values, [16, 5, 5, 120]), [1, 2, 0, 3]), [400, 120]));

function variables({ name, shape, weight, bias }: Layer): Weights {
  let start: tf.Tensor;
  if (name.startsWith("conv")) start = kernel(weight, shape);
  else if (name === "fc1") start = afterFlatten(weight);
  else start = tf.tensor(weight, shape);
  return [variable(start, `${name}.weight`), variable(tf.tensor1d(bias), `${name}.bias`)];
}

const conv = (x: tf.Tensor4D, [weight, bias]: Weights, pad: "same" | "valid") =>
  tf.fused.conv2d({ x, filter: weight as tf.Tensor4D, bias, strides: 1, pad, activation: "relu" });
const dense = (a: tf.Tensor, [b, bias]: Weights, activation: "relu" | "linear") =>
  tf.fused.matMul({ a, b, bias, activation });
const pool = (x: tf.Tensor4D) => tf.maxPool(x, 2, 2, "valid");

type Layers = Record<LayerName, Weights>;

function logits({ conv1, conv2, fc1, fc2, fc3 }: Layers, x: tf.Tensor4D): tf.Tensor {
  const z = pool(conv(pool(conv(x, conv1, "same")), conv2, "valid"));
  const a = dense(tf.reshape(z, [x.shape[0], 400]), fc1, "relu");
  return dense(dense(a, fc2, "relu"), fc3, "linear");
}

function prepare(weights: Uint8Array): { layers: Layers; optimizer: tf.AdamOptimizer } {
  const entries = layersOf(weights).map((layer) => [layer.name, variables(layer)] as const);
  const optimizer = tf.train.adam(ADAM.rate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
  return { layers: Object.fromEntries(entries) as Layers, optimizer };
}

export function lenet5(start: Start): Model {
  const { layers, optimizer } = prepare(start.weights);
  const { x, y } = upload(batchOf(start, NORMALIZATION), SHAPE);
  return { optimizer, loss: () => tf.losses.softmaxCrossEntropy(y, logits(layers, x)) };
}

/** The same, trained on other batches at other rates. */
export function lenet5Learner(weights: Uint8Array): Learner {
  const { layers, optimizer } = prepare(weights);
  // Its types hide what it reads at each step.
  const adjustable = optimizer as unknown as { learningRate: number };
  let value: tf.Scalar | null = null;
  return {
    parameters: parameters.reduce((sum, { size }) => sum + size, 0),
    ready: () => Promise.resolve(),
    step(batch, rate) {
      const { x, y } = upload(batch, SHAPE);
      adjustable.learningRate = rate;
      value?.dispose();
      value = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, logits(layers, x)), true);
      tf.dispose([x, y]);
    },
    async loss() {
      const read = await value?.data();
      value?.dispose();
      value = null;
      return read?.[0] ?? NaN;
    },
    async logits(x, count) {
      const { x: images, y } = upload({ x, y: new Float32Array(10 * count), size: count }, SHAPE);
      const found = tf.tidy(() => logits(layers, images));
      const read = await found.data();
      tf.dispose([images, y, found]);
      return read;
    },
  };
}
