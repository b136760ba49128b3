/** LeNet-5. */
import { blockUntilReady, jit, lax, nn, numpy as np, tree, valueAndGrad, type Device } from "@jax-js/jax";

import { ADAM, layersOf, NORMALIZATION, type LayerName } from "../lenet.js";
import { batchOf, type Start } from "../start.js";
import type { Learner } from "../training.js";
import { array, crossEntropy, model, upload, zeros, type Model } from "./model.js";

type Weights = [weight: np.Array, bias: np.Array];
type Params = Record<LayerName, Weights>;
type State = { params: Params; m: Params; v: Params; power1: np.Array; power2: np.Array; rate: np.Array };

/** MNIST's. */
const SHAPE = [1, 28, 28];

// Two ways to pool, of which each device gets the one that is faster on it.
type Pool = (x: np.Array) => np.Array;
const byWindow: Pool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
const byReshape: Pool = (x) => {
  const [size = 0, channels = 0, height = 0, width = 0] = x.shape;
  return np.max(x.reshape([size, channels, height / 2, 2, width / 2, 2]), [3, 5]);
};

const conv = (x: np.Array, [w, b]: Weights, padding: "VALID" | [number, number][]) =>
  nn.relu(lax.convGeneralDilated(x, w, [1, 1], padding).add(b));
const dense = (x: np.Array, [w, b]: Weights) => np.matmul(x, w).add(b);

function logits({ conv1, conv2, fc1, fc2, fc3 }: Params, x: np.Array, pool: Pool): np.Array {
  const [size = 0] = x.shape;
  let z = pool(
    conv(x, conv1, [
      [2, 2],
      [2, 2],
    ]),
  );
  z = pool(conv(z, conv2, "VALID")).reshape([size, 400]);
  z = nn.relu(dense(z, fc1));
  z = nn.relu(dense(z, fc2));
  return dense(z, fc3);
}

function adam({ params, m, v, power1, power2, rate }: State, grads: Params): State {
  const { beta1, beta2, epsilon } = ADAM;
  power1 = power1.mul(beta1);
  power2 = power2.mul(beta2);
  m = tree.map((m: np.Array, g: np.Array) => m.mul(beta1).add(g.ref.mul(1 - beta1)), m, tree.ref(grads)) as Params;
  v = tree.map((v: np.Array, g: np.Array) => v.mul(beta2).add(np.square(g).mul(1 - beta2)), v, grads) as Params;
  const scale1 = np.reciprocal(np.subtract(1, power1.ref));
  const scale2 = np.reciprocal(np.subtract(1, power2.ref));
  params = tree.map(
    (p: np.Array, m: np.Array, v: np.Array) =>
      p.sub(
        m
          .mul(scale1.ref)
          .mul(rate.ref)
          .div(np.sqrt(v.mul(scale2.ref)).add(epsilon)),
      ),
    params,
    tree.ref(m),
    tree.ref(v),
  ) as Params;
  scale1.dispose();
  scale2.dispose();
  return { params, m, v, power1, power2, rate };
}

/** The network at its start, and how it learns. */
function prepare(weights: Uint8Array, device: Device) {
  const params = Object.fromEntries(
    layersOf(weights).map(({ name, shape, weight, bias }) => {
      const across = name.startsWith("conv") ? [bias.length, 1, 1] : [bias.length];
      return [name, [array(weight, shape), array(bias, across)]];
    }),
  ) as Params;
  const powers = { power1: np.array([1]), power2: np.array([1]) };
  const state: State = { params, m: zeros(params), v: zeros(params), ...powers, rate: np.array([ADAM.rate]) };
  const pool = device === "wasm" ? byWindow : byReshape;
  const loss = (params: Params, x: np.Array, y: np.Array): np.Array => crossEntropy(logits(params, x, pool), y);
  const forward = jit((params: Params, x: np.Array): np.Array => logits(params, x, pool));
  return { state, forward, rule: { gradients: jit(valueAndGrad(loss)), update: jit(adam) } };
}

export function lenet5(start: Start, device: Device): Model {
  const { state, rule } = prepare(start.weights, device);
  return model<Params, State>(rule, state, upload(batchOf(start, NORMALIZATION), SHAPE));
}

/** The same, trained on other batches at other rates. */
export function lenet5Learner(weights: Uint8Array, device: Device): Learner {
  const { state: start, rule, forward } = prepare(weights, device);
  let state = start;
  let value: np.Array | undefined;
  return {
    parameters: tree.leaves<np.Array>(state.params).reduce((sum, { size }) => sum + size, 0),
    ready: () => blockUntilReady(state),
    step(batch, rate) {
      const { x, y } = upload(batch, SHAPE);
      const [found, gradients] = rule.gradients(tree.ref(state.params), x, y);
      value?.dispose();
      value = found;
      state.rate.dispose();
      state = rule.update({ ...state, rate: np.array([rate]) }, gradients);
    },
    async loss() {
      const read = await value?.data();
      value = undefined;
      return read?.[0] ?? NaN;
    },
    logits: (x, count) => forward(tree.ref(state.params), array(x, [count, ...SHAPE])).data(),
  };
}
