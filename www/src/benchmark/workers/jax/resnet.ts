/** ResNet-8. */
import { jit, lax, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";

import { BLOCKS, EPSILON, netOf, NORMALIZATION, SGD, type Block, type Convolution, type Net } from "../resnet.js";
import type { Tensor } from "../../../tensors.js";
import { weightsForPeers } from "../safetensors.js";
import { batchOf, type Start } from "../start.js";
import { array, crossEntropy, model, upload, zeros, type Model } from "./model.js";

type Params = Net<np.Array>;
type State = { params: Params; velocity: Params };

/** Scales and shifts lie across the channels of [batch, channels, height, width]. */
export const put = ({ shape, values }: Tensor, name: string): np.Array =>
  array(values, name.includes("bn") ? [values.length, 1, 1] : shape);

function convolve(x: np.Array, { kernel, scale, shift }: Convolution<np.Array>, stride: number): np.Array {
  const z = lax.convGeneralDilated(
    x,
    kernel,
    [stride, stride],
    [
      [1, 1],
      [1, 1],
    ],
  );
  const over = [0, 2, 3];
  const centred = z.ref.sub(np.mean(z, over, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), over, { keepdims: true });
  return centred
    .mul(np.reciprocal(np.sqrt(variance.add(EPSILON))))
    .mul(scale)
    .add(shift);
}

/** Every other row and column. */
function shortcut(x: np.Array, stride: number, pad: number): np.Array {
  if (stride === 1) return x;
  const [size = 0, channels = 0, height = 0, width = 0] = x.shape;
  const pairs = x.reshape([size, channels, height / 2, 2, width / 2, 2]);
  return np.pad(pairs.slice([], [], [], 0, [], 0), [
    [0, 0],
    [pad, pad],
    [0, 0],
    [0, 0],
  ]);
}

function through(x: np.Array, { first, second }: Block<np.Array>, index: number): np.Array {
  const { stride, pad } = BLOCKS[index] ?? BLOCKS[0];
  const y = convolve(nn.relu(convolve(x.ref, first, stride)), second, 1);
  return nn.relu(y.add(shortcut(x, stride, pad)));
}

/** @param x [batch, 3, 32, 32], normalized */
function logits({ stem, blocks, weight, bias }: Params, x: np.Array): np.Array {
  const z = blocks.reduce(through, nn.relu(convolve(x, stem, 1)));
  return np.matmul(np.mean(z, [2, 3]), weight).add(bias);
}

function momentum({ params, velocity }: State, gradients: Params): State {
  const next = (v: np.Array, g: np.Array): np.Array => v.mul(SGD.momentum).add(g);
  velocity = tree.map(next, velocity, gradients) as Params;
  const moved = (p: np.Array, v: np.Array): np.Array => p.sub(v.mul(SGD.rate));
  return { params: tree.map(moved, params, tree.ref(velocity)) as Params, velocity };
}

export const loss = (params: Params, x: np.Array, y: np.Array): np.Array => crossEntropy(logits(params, x), y);

export function resnet8(start: Start): Model {
  const params = netOf(weightsForPeers(start.weights), put);
  const rule = { gradients: jit(valueAndGrad(loss)), update: jit(momentum) };
  const images = upload(batchOf(start, NORMALIZATION), [3, 32, 32]);
  return model<Params, State>(rule, { params, velocity: zeros(params) }, images);
}
