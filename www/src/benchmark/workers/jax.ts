// jax-js: forward and backward jitted as one function, the update as another. Tried besides, and no faster: all of it
// in one function; only the forward pass jitted; padding as an operation of its own.
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
  type Device,
} from "@jax-js/jax";

import { answer } from "./answer.js";
import { burst, type Plan } from "./burst.js";
import { ADAM, batchOf, layersOf, parameterCount, type LayerName, type PeerOptions } from "./lenet.js";

type Weights = [weight: np.Array, bias: np.Array];
type Params = Record<LayerName, Weights>;
type State = { params: Params; m: Params; v: Params; power1: np.Array; power2: np.Array };

// Two ways to pool, of which each device gets the one that is faster on it.
const pools: Partial<Record<Device, (x: np.Array) => np.Array>> = {
  wasm: (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]),
  webgpu(x) {
    const [size = 0, channels = 0, height = 0, width = 0] = x.shape;
    return np.max(x.reshape([size, channels, height / 2, 2, width / 2, 2]), [3, 5]);
  },
};
let pool: (x: np.Array) => np.Array;

const conv = (x: np.Array, [w, b]: Weights, padding: "VALID" | [number, number][]) =>
  nn.relu(lax.convGeneralDilated(x, w, [1, 1], padding).add(b));
const dense = (x: np.Array, [w, b]: Weights) => np.matmul(x, w).add(b);

function loss({ conv1, conv2, fc1, fc2, fc3 }: Params, x: np.Array, y: np.Array): np.Array {
  const [size = 0] = x.shape;
  let z = pool(conv(x, conv1, [[2, 2], [2, 2]]));
  z = pool(conv(z, conv2, "VALID")).reshape([size, 400]);
  z = nn.relu(dense(z, fc1));
  z = nn.relu(dense(z, fc2));
  return nn.logSoftmax(dense(z, fc3)).mul(y).sum().mul(-1 / size);
}

function adam({ params, m, v, power1, power2 }: State, grads: Params): State {
  const { rate, beta1, beta2, epsilon } = ADAM;
  power1 = power1.mul(beta1);
  power2 = power2.mul(beta2);
  m = tree.map((m: np.Array, g: np.Array) => m.mul(beta1).add(g.ref.mul(1 - beta1)), m, tree.ref(grads)) as Params;
  v = tree.map((v: np.Array, g: np.Array) => v.mul(beta2).add(np.square(g).mul(1 - beta2)), v, grads) as Params;
  const scale1 = np.reciprocal(np.subtract(1, power1.ref));
  const scale2 = np.reciprocal(np.subtract(1, power2.ref));
  params = tree.map(
    (p: np.Array, m: np.Array, v: np.Array) =>
      p.sub(m.mul(scale1.ref).mul(rate).div(np.sqrt(v.mul(scale2.ref)).add(epsilon))),
    params,
    tree.ref(m),
    tree.ref(v),
  ) as Params;
  scale1.dispose();
  scale2.dispose();
  return { params, m, v, power1, power2 };
}

const gradients = jit(valueAndGrad(loss));
const update = jit(adam);

function step(state: State, x: np.Array, y: np.Array): [loss: np.Array, state: State] {
  const [value, grads] = gradients(tree.ref(state.params), x, y);
  return [value, update(state, grads)];
}

let state: State;
let data: { x: np.Array; y: np.Array };

async function train(count: number): Promise<number[]> {
  let value: np.Array | undefined;
  for (let i = 0; i < count; i++) {
    value?.dispose();
    [value, state] = step(state, data.x.ref, data.y.ref);
  }
  const read = await value?.data();
  return [read?.[0] ?? NaN];
}

answer({
  async open({ device, start, batch }: PeerOptions) {
    const wanted = device as Device;
    const found = await init(wanted);
    const way = pools[wanted];
    if (!found.includes(wanted) || !way) throw new Error(`jax-js finds no ${device} here.`);
    defaultDevice(wanted);
    pool = way;
    const layers = layersOf(start.weights);
    const array = (values: Float32Array, shape: number[]): np.Array =>
      np.array(values as Float32Array<ArrayBuffer>).reshape(shape);
    const params = Object.fromEntries(
      layers.map(({ name, shape, weight, bias }) => {
        const across = name.startsWith("conv") ? [bias.length, 1, 1] : [bias.length];
        return [name, [array(weight, shape), array(bias, across)]];
      }),
    ) as Params;
    const zeros = (): Params => tree.map((p: np.Array) => np.zerosLike(p), tree.ref(params)) as Params;
    state = { params, m: zeros(), v: zeros(), power1: np.array([1]), power2: np.array([1]) };
    const { x, y } = batchOf(start);
    data = { x: array(x, [batch, 1, 28, 28]), y: array(y, [batch, 10]) };
    await blockUntilReady([state, data]);
    return { parameters: parameterCount(layers) };
  },
  burst: (plan: Plan) => burst(train, plan),
});
