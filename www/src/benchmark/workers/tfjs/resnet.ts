/** ResNet-8. */
import * as tf from "@tensorflow/tfjs-core";

import { BLOCKS, EPSILON, netOf, NORMALIZATION, SGD, type Block, type Convolution, type Net } from "../resnet.js";
import type { Tensor } from "../../../tensors.js";
import { weightsForPeers } from "../safetensors.js";
import { batchOf, type Start } from "../start.js";
import { kernel, upload, variable, type Model } from "./model.js";

type Weights = Net<tf.Variable>;

const put = ({ shape, values }: Tensor, name: string): tf.Variable =>
  variable(shape.length === 4 ? kernel(values, shape) : tf.tensor(values, shape), name);

/** Padded by 1 on every side; "same" would pad a strided convolution on two sides alone. */
function convolve(x: tf.Tensor4D, { kernel, scale, shift }: Convolution<tf.Variable>, stride: number): tf.Tensor4D {
  const z = tf.conv2d(x, kernel as tf.Tensor4D, stride, 1);
  const { mean, variance } = tf.moments(z, [0, 1, 2]);
  return tf.batchNorm(
    z,
    mean as tf.Tensor1D,
    variance as tf.Tensor1D,
    shift as tf.Tensor1D,
    scale as tf.Tensor1D,
    EPSILON,
  );
}

/** Every other row and column, by a pooling over single pixels: a slice with strides has no gradient here. */
function shortcut(x: tf.Tensor4D, stride: number, pad: number): tf.Tensor4D {
  if (stride === 1) return x;
  return tf.pad(tf.avgPool(x, 1, stride, "valid"), [
    [0, 0],
    [0, 0],
    [0, 0],
    [pad, pad],
  ]);
}

function through(x: tf.Tensor4D, { first, second }: Block<tf.Variable>, index: number): tf.Tensor4D {
  const { stride, pad } = BLOCKS[index] ?? BLOCKS[0];
  const y = convolve(tf.relu(convolve(x, first, stride)), second, 1);
  return tf.relu(tf.add(y, shortcut(x, stride, pad)));
}

/** @param x [batch, 32, 32, 3], normalized */
export function logits({ stem, blocks, weight, bias }: Weights, x: tf.Tensor4D): tf.Tensor2D {
  const z = blocks.reduce(through, tf.relu(convolve(x, stem, 1)));
  return tf.fused.matMul({ a: tf.mean(z, [1, 2]), b: weight, bias }) as tf.Tensor2D;
}

export function resnet8(start: Start): Model {
  const net = netOf(weightsForPeers(start.weights), put);
  const { x, y } = upload(batchOf(start, NORMALIZATION), [3, 32, 32]);
  return {
    optimizer: tf.train.momentum(SGD.rate, SGD.momentum),
    loss: () => tf.losses.softmaxCrossEntropy(y, logits(net, x)),
  };
}
