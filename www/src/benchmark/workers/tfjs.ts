// TensorFlow.js with its core operations: variables, `optimizer.minimize`, pictures with channels last.
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-webgpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import * as tf from "@tensorflow/tfjs-core";

import { serveRequests } from "../../rpc/server.js";
import { burst } from "./burst.js";
import { NORMALIZATION } from "./lenet.js";
import type { PeerMethods } from "./methods.js";
import { fetchMnist } from "./mnist.js";
import type { PeerNetwork, Start } from "./start.js";
import { lenet5, lenet5Learner } from "./tfjs/lenet.js";
import { parameters, type Model } from "./tfjs/model.js";
import { resnet8 } from "./tfjs/resnet.js";
import { Training } from "./training.js";

const MODELS: Record<PeerNetwork, (start: Start) => Model> = { lenet5, "resnet-8": resnet8 };

let model: Model;
let training: Training;

async function openDevice(device: string): Promise<void> {
  if (!(await tf.setBackend(device))) throw new Error(`TensorFlow.js finds no ${device} here.`);
  await tf.ready();
}

async function train(count: number): Promise<number[]> {
  let value: tf.Scalar | null = null;
  for (let i = 0; i < count; i++) {
    value?.dispose();
    value = model.optimizer.minimize(model.loss, true);
  }
  const read = await value?.data();
  value?.dispose();
  return [read?.[0] ?? NaN];
}

serveRequests<PeerMethods>(self, {
  async open({ device, network, start }) {
    await openDevice(device);
    model = MODELS[network](start);
    return { parameters: parameters.reduce((sum, { size }) => sum + size, 0) };
  },
  burst: (plan) => burst(train, plan),
  async openTraining({ device, data, course }) {
    const [images] = await Promise.all([fetchMnist(data), openDevice(device)]);
    const learner = lenet5Learner(course.weights);
    training = new Training(learner, course, images, NORMALIZATION);
    return { parameters: learner.parameters };
  },
  advance: (count) => training.advance(count),
  evaluate: () => training.evaluate(),
});
