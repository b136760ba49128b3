/** ResNet-8 as Bunsen has it, for whichever library computes it. */
import type { Normalization } from "../../module.js";
import type { Tensor } from "../../tensors.js";

/** A 3×3 convolution without bias, and the normalization after it. */
export type Convolution<T> = {
  /** [out, in, 3, 3] */
  kernel: T;
  /** [out] */
  scale: T;
  /** [out] */
  shift: T;
};

export type Block<T> = {
  first: Convolution<T>;
  second: Convolution<T>;
};

/** The parameters, each as a library holds it. */
export type Net<T> = {
  stem: Convolution<T>;
  blocks: Block<T>[];
  /** [64, 10] */
  weight: T;
  /** [10] */
  bias: T;
};

/** Of each block: by how much it thins out rows and columns, and how many new channels there are on either side. */
export const BLOCKS = [
  { name: "layer1.0", stride: 1, pad: 0 },
  { name: "layer2.0", stride: 2, pad: 8 },
  { name: "layer3.0", stride: 2, pad: 16 },
] as const;

/** CIFAR-10's. */
export const NORMALIZATION: Normalization = { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] };

/** Added to a channel's variance. */
export const EPSILON = 1e-5;

export const SGD = { rate: 0.1, momentum: 0.9 };

/** @param put gives a parameter to the library */
export function netOf<T>(tensors: Record<string, Tensor>, put: (tensor: Tensor, name: string) => T): Net<T> {
  const take = (name: string): T => {
    const tensor = tensors[name];
    if (!tensor) throw new Error(`Bunsen's weights have no ${name}.`);
    return put(tensor, name);
  };
  const convolution = (prefix: string, index: number): Convolution<T> => ({
    kernel: take(`${prefix}conv${index}.weight`),
    scale: take(`${prefix}bn${index}.weight`),
    shift: take(`${prefix}bn${index}.bias`),
  });
  return {
    stem: convolution("", 1),
    blocks: BLOCKS.map(({ name }) => ({ first: convolution(`${name}.`, 1), second: convolution(`${name}.`, 2) })),
    weight: take("fc.weight"),
    bias: take("fc.bias"),
  };
}
