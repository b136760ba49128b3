// TensorFlow.js with its core operations: variables, `optimizer.minimize`, fused layers, pictures with channels last.
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-webgpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import * as tf from "@tensorflow/tfjs-core";
import { burst } from "./burst.mjs";
import { ADAM, batchOf, layersOf } from "./lenet.mjs";
import { answer } from "./rpc.mjs";

let layers;
let optimizer;
let data;

/** From [out, in, height, width] to TensorFlow's [height, width, in, out]. */
const kernel = (values, shape) => tf.tidy(() => tf.transpose(tf.tensor(values, shape), [2, 3, 1, 0]));

/** The rows of the first matrix follow the flattened picture: from [channel, row, column] to [row, column, channel]. */
const afterFlatten = (values) =>
  tf.tidy(() => tf.reshape(tf.transpose(tf.tensor(values, [16, 5, 5, 120]), [1, 2, 0, 3]), [400, 120]));

function variable(tensor, name) {
  const made = tf.variable(tensor, true, name);
  tensor.dispose();
  return made;
}

function variables({ name, shape, weight, bias }) {
  let start;
  if (name.startsWith("conv")) start = kernel(weight, shape);
  else if (name === "fc1") start = afterFlatten(weight);
  else start = tf.tensor(weight, shape);
  return [variable(start, `${name}.weight`), variable(tf.tensor1d(bias), `${name}.bias`)];
}

const conv = (x, [filter, bias], pad) => tf.fused.conv2d({ x, filter, bias, strides: 1, pad, activation: "relu" });
const dense = (a, [b, bias], activation) => tf.fused.matMul({ a, b, bias, activation });
const pool = (x) => tf.maxPool(x, 2, 2, "valid");

function loss(x, y) {
  const { conv1, conv2, fc1, fc2, fc3 } = layers;
  let z = pool(conv(x, conv1, "same"));
  z = pool(conv(z, conv2, "valid"));
  z = dense(tf.reshape(z, [x.shape[0], 400]), fc1, "relu");
  z = dense(dense(z, fc2, "relu"), fc3, "linear");
  return tf.losses.softmaxCrossEntropy(y, z);
}

async function train(count) {
  let value;
  for (let i = 0; i < count; i++) {
    value?.dispose();
    value = optimizer.minimize(() => loss(data.x, data.y), true);
  }
  const [read] = await value.data();
  value.dispose();
  return [read];
}

answer({
  async open({ device, start, batch }) {
    if (!(await tf.setBackend(device))) throw new Error(`TensorFlow.js finds no ${device} here.`);
    await tf.ready();
    layers = Object.fromEntries(layersOf(start.weights).map((layer) => [layer.name, variables(layer)]));
    optimizer = tf.train.adam(ADAM.rate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
    const { x, y } = batchOf(start);
    data = { x: tf.tensor4d(x, [batch, 28, 28, 1]), y: tf.tensor2d(y, [batch, 10]) };
    const parameters = Object.values(layers)
      .flat()
      .reduce((sum, each) => sum + each.size, 0);
    return { parameters };
  },
  burst: (plan) => burst(train, plan),
});
