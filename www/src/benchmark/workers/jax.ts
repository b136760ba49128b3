// jax-js: `jit`, `valueAndGrad`, and an update on trees of arrays.
import { defaultDevice, init, type Device, type numpy as np } from "@jax-js/jax";

import { serveRequests } from "../../rpc/server.js";
import { burst } from "./burst.js";
import { lenet5, lenet5Learner } from "./jax/lenet.js";
import type { Model } from "./jax/model.js";
import { resnet8 } from "./jax/resnet.js";
import { NORMALIZATION } from "./lenet.js";
import type { PeerMethods } from "./methods.js";
import { fetchMnist } from "./mnist.js";
import type { PeerNetwork, Start } from "./start.js";
import { Training } from "./training.js";

const MODELS: Record<PeerNetwork, (start: Start, device: Device) => Model> = { lenet5, "resnet-8": resnet8 };

let model: Model;
let training: Training;

async function openDevice(device: string): Promise<Device> {
  const wanted = device as Device;
  const found = await init(wanted);
  if (!found.includes(wanted)) throw new Error(`jax-js finds no ${device} here.`);
  defaultDevice(wanted);
  return wanted;
}

async function train(count: number): Promise<number[]> {
  let value: np.Array | undefined;
  for (let i = 0; i < count; i++) {
    value?.dispose();
    value = model.step();
  }
  const read = await value?.data();
  return [read?.[0] ?? NaN];
}

serveRequests<PeerMethods>(self, {
  async open({ device, network, start }) {
    model = MODELS[network](start, await openDevice(device));
    await model.ready();
    return { parameters: model.parameters };
  },
  burst: (plan) => burst(train, plan),
  async openTraining({ device, data, course }) {
    const [wanted, images] = await Promise.all([openDevice(device), fetchMnist(data)]);
    const learner = lenet5Learner(course.weights, wanted);
    await learner.ready();
    training = new Training(learner, course, images, NORMALIZATION);
    return { parameters: learner.parameters };
  },
  advance: (count) => training.advance(count),
  evaluate: () => training.evaluate(),
});
