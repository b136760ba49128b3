// TensorFlow.js with its core operations: variables, `optimizer.minimize`, fused layers, pictures with channels last.
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-webgpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import * as tf from "@tensorflow/tfjs-core";

import { answer } from "./answer.js";
import { burst, type Plan } from "./burst.js";
import { ADAM, batchOf, layersOf, type Layer, type LayerName, type PeerOptions } from "./lenet.js";

type Weights = [weight: tf.Variable, bias: tf.Variable];

let layers: Record<LayerName, Weights>;
let optimizer: tf.Optimizer;
let data: { x: tf.Tensor4D; y: tf.Tensor2D };

/** From [out, in, height, width] to TensorFlow's [height, width, in, out]. */
const kernel = (values: Float32Array, shape: number[]) =>
  tf.tidy(() => tf.transpose(tf.tensor(values, shape), [2, 3, 1, 0]));

/** The rows of the first matrix follow the flattened picture: from [channel, row, column] to [row, column, channel]. */
const afterFlatten = (values: Float32Array) =>
  tf.tidy(() => tf.reshape(tf.transpose(tf.tensor(values, [16, 5, 5, 120]), [1, 2, 0, 3]), [400, 120]));

function variable(tensor: tf.Tensor, name: string): tf.Variable {
  const made = tf.variable(tensor, true, name);
  tensor.dispose();
  return made;
}

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

function loss(x: tf.Tensor4D, y: tf.Tensor2D): tf.Scalar {
  const { conv1, conv2, fc1, fc2, fc3 } = layers;
  const z = pool(conv(pool(conv(x, conv1, "same")), conv2, "valid"));
  const a = dense(tf.reshape(z, [x.shape[0], 400]), fc1, "relu");
  return tf.losses.softmaxCrossEntropy(y, dense(dense(a, fc2, "relu"), fc3, "linear"));
}

async function train(count: number): Promise<number[]> {
  let value: tf.Scalar | null = null;
  for (let i = 0; i < count; i++) {
    value?.dispose();
    value = optimizer.minimize(() => loss(data.x, data.y), true);
  }
  const read = await value?.data();
  value?.dispose();
  return [read?.[0] ?? NaN];
}

answer({
  async open({ device, start, batch }: PeerOptions) {
    if (!(await tf.setBackend(device))) throw new Error(`TensorFlow.js finds no ${device} here.`);
    await tf.ready();
    const entries = layersOf(start.weights).map((layer) => [layer.name, variables(layer)] as const);
    layers = Object.fromEntries(entries) as Record<LayerName, Weights>;
    optimizer = tf.train.adam(ADAM.rate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
    const { x, y } = batchOf(start);
    data = { x: tf.tensor4d(x, [batch, 28, 28, 1]), y: tf.tensor2d(y, [batch, 10]) };
    const parameters = Object.values(layers)
      .flat()
      .reduce((sum, each) => sum + each.size, 0);
    return { parameters };
  },
  burst: (plan: Plan) => burst(train, plan),
});
