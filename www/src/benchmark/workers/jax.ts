// jax-js: `jit`, `valueAndGrad`, and an update on trees of arrays.
import { defaultDevice, init, type Device, type numpy as np } from "@jax-js/jax";

import { serveRequests } from "../../rpc/server.js";
import { burst } from "./burst.js";
import { lenet5 } from "./jax/lenet.js";
import type { Model } from "./jax/model.js";
import { resnet8 } from "./jax/resnet.js";
import type { PeerMethods } from "./methods.js";
import type { PeerNetwork, Start } from "./start.js";

const MODELS: Record<PeerNetwork, (start: Start, device: Device) => Model> = { lenet5, "resnet-8": resnet8 };

let model: Model;

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
    const wanted = device as Device;
    const found = await init(wanted);
    if (!found.includes(wanted)) throw new Error(`jax-js finds no ${device} here.`);
    defaultDevice(wanted);
    model = MODELS[network](start, wanted);
    await model.ready();
    return { parameters: model.parameters };
  },
  burst: (plan) => burst(train, plan),
});
