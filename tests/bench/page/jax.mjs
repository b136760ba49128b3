// jax-js: forward and backward jitted as one function, the update as another. Tried besides, and no faster: all of it
// in one function; only the forward pass jitted; padding as an operation of its own.
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { burst } from "./burst.mjs";
import { ADAM, batchOf, layersOf, parameterCount } from "./lenet.mjs";
import { answer } from "./rpc.mjs";

// Two ways to pool, of which each device gets the one that is faster on it.
const pools = {
  wasm: (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]),
  webgpu(x) {
    const [size, channels, height, width] = x.shape;
    return np.max(x.reshape([size, channels, height / 2, 2, width / 2, 2]), [3, 5]);
  },
};
let pool;

const conv = (x, [w, b], padding) => nn.relu(lax.convGeneralDilated(x, w, [1, 1], padding).add(b));
const dense = (x, [w, b]) => np.matmul(x, w).add(b);

function loss({ conv1, conv2, fc1, fc2, fc3 }, x, y) {
  const size = x.shape[0];
  let z = pool(conv(x, conv1, [[2, 2], [2, 2]]));
  z = pool(conv(z, conv2, "VALID")).reshape([size, 400]);
  z = nn.relu(dense(z, fc1));
  z = nn.relu(dense(z, fc2));
  return nn.logSoftmax(dense(z, fc3)).mul(y).sum().mul(-1 / size);
}

function adam({ params, m, v, power1, power2 }, grads) {
  const { rate, beta1, beta2, epsilon } = ADAM;
  power1 = power1.mul(beta1);
  power2 = power2.mul(beta2);
  m = tree.map((m, g) => m.mul(beta1).add(g.ref.mul(1 - beta1)), m, tree.ref(grads));
  v = tree.map((v, g) => v.mul(beta2).add(np.square(g).mul(1 - beta2)), v, grads);
  const scale1 = np.reciprocal(np.subtract(1, power1.ref));
  const scale2 = np.reciprocal(np.subtract(1, power2.ref));
  params = tree.map(
    (p, m, v) => p.sub(m.mul(scale1.ref).mul(rate).div(np.sqrt(v.mul(scale2.ref)).add(epsilon))),
    params,
    tree.ref(m),
    tree.ref(v),
  );
  scale1.dispose();
  scale2.dispose();
  return { params, m, v, power1, power2 };
}

const gradients = jit(valueAndGrad(loss));
const update = jit(adam);

function step(state, x, y) {
  const [value, grads] = gradients(tree.ref(state.params), x, y);
  return [value, update(state, grads)];
}

let state;
let data;

async function train(count) {
  let value;
  for (let i = 0; i < count; i++) {
    value?.dispose();
    [value, state] = step(state, data.x.ref, data.y.ref);
  }
  return [(await value.data())[0]];
}

answer({
  async open({ device, start, batch }) {
    const found = await init(device);
    if (!found.includes(device)) throw new Error(`jax-js finds no ${device} here.`);
    defaultDevice(device);
    pool = pools[device];
    const layers = layersOf(start.weights);
    const array = (values, shape) => np.array(values).reshape(shape);
    const params = {};
    for (const { name, shape, weight, bias } of layers) {
      const across = name.startsWith("conv") ? [bias.length, 1, 1] : [bias.length];
      params[name] = [array(weight, shape), array(bias, across)];
    }
    const zeros = () => tree.map((p) => np.zerosLike(p), tree.ref(params));
    state = { params, m: zeros(), v: zeros(), power1: np.array([1]), power2: np.array([1]) };
    const { x, y } = batchOf(start);
    data = { x: array(x, [batch, 1, 28, 28]), y: array(y, [batch, 10]) };
    await blockUntilReady([state, data]);
    return { parameters: parameterCount(layers) };
  },
  burst: (plan) => burst(train, plan),
});
