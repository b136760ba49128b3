// A network with given weights: it answers, and needs no data.

import type { LoadOptions, Model, Tensor, Weights } from "./api.js";
import { requireBytes, requireFloats, requireWhole, shown } from "./arguments.js";
import { BunsenError } from "./errors.js";
import { requireLink } from "./links.js";
import { printable } from "./printable.js";
import type { GuardedRun } from "./run.js";
import { metadataOf, writeTensors } from "./safetensors.js";

/** What a network is loaded from: a file of weights, and how its images are normalized where the link does not say it. */
interface Loaded {
  file: Uint8Array;
  mean: Float32Array | undefined;
  std: Float32Array | undefined;
}

/** Weights as a file, whatever they were given as. */
export function loadedFrom(weights: Weights, link: string, normalization: LoadOptions["normalization"]): Loaded {
  const file = weightsFile(weights, link);
  if (normalization) {
    const { mean, std } = normalization;
    return {
      file,
      mean: requireFloats(mean, "a list of means"),
      std: requireFloats(std, "a list of standard deviations"),
    };
  }
  const metadata = metadataOf(file);
  const numbers = (key: string): Float32Array | undefined => {
    const bits = metadata.get(key)?.split(",").map(Number);
    return bits && new Float32Array(Uint32Array.from(bits).buffer);
  };
  return { file, mean: numbers("mean"), std: numbers("std") };
}

function weightsFile(weights: Weights, link: string): Uint8Array {
  const isObject = typeof weights === "object" && weights !== null;
  if (!isObject || ArrayBuffer.isView(weights)) return requireBytes(weights, "a file of weights", "file");
  const entries = weights instanceof Map ? [...weights] : Object.entries(weights);
  const tensors = new Map(entries.map(([name, tensor]) => [String(name), tensorOf(String(name), tensor)]));
  return writeTensors(tensors, new URLSearchParams({ format: "weights", link }));
}

function tensorOf(name: string, tensor: unknown): Tensor {
  const { shape, values } = Object(tensor) as { shape?: unknown; values?: unknown };
  if (!Array.isArray(shape)) {
    const given = `${shown(tensor)} was given as ${printable(name)}`;
    throw new BunsenError("file", `${given}: a tensor has a shape, a list of numbers, and values.`);
  }
  const sizes = shape.map((size) => requireWhole(size, `size of ${printable(name)}`));
  const floats = requireFloats(values, `the values of ${printable(name)}`);
  const expected = sizes.reduce((product, size) => product * size, 1);
  if (floats.length === expected) return { shape: sizes, values: floats };
  throw new BunsenError(
    "file",
    `${printable(name)} has ${floats.length} values, and its shape ${sizes.join("×")} takes ${expected}.`,
  );
}

/** The link of a run that is not trained: how many examples it would train on is nothing to it. */
export function withoutExamples({ subset: _, val: __, ...values }: Record<string, string>): string {
  return requireLink(values);
}

/** Of a run that has no data, what it can do. */
export function modelOf(run: GuardedRun): Model {
  const { classes, channels, height, width } = run.data;
  return {
    get engine() {
      return run.engine;
    },
    classes,
    input: [channels, height, width],
    predict: (pixels) => run.predict(pixels),
    activations: (pixels, layer) => run.activations(pixels, layer),
    forward: (pixels, layers) => run.forward(pixels, layers),
    saliency: (pixels, label) => run.saliency(pixels, label),
    free: () => run.free(),
  };
}
