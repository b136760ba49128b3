// A network with given weights: it answers, and needs no data.

import type { LoadOptions, Model, Tensor, Weights } from "./api.js";
import { requireBytes, requireFloats, requireText, requireWhole, shown } from "./arguments.js";
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
  /** The classes' names, where the file says them. */
  classes: string[] | undefined;
}

/** Weights as a file, whatever they were given as. */
export function loadedFrom(weights: Weights, link: string, normalization: LoadOptions["normalization"]): Loaded {
  const file = weightsFile(weights, link);
  const metadata = metadataOf(file);
  const classes = namesIn(metadata.get("classes"));
  if (normalization) {
    const { mean, std } = normalization;
    return {
      file,
      mean: requireFloats(mean, "a list of means"),
      std: requireFloats(std, "a list of standard deviations"),
      classes,
    };
  }
  const numbers = (key: string): Float32Array | undefined => {
    const bits = metadata.get(key)?.split(",").map(Number);
    return bits && new Float32Array(Uint32Array.from(bits).buffer);
  };
  return { file, mean: numbers("mean"), std: numbers("std"), classes };
}

/** Names of classes: a list in JSON. */
function namesIn(text: string | null): string[] | undefined {
  try {
    const names: unknown = JSON.parse(text ?? "null");
    return Array.isArray(names) ? names.map((name) => printable(String(name))) : undefined;
  } catch {
    return undefined;
  }
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

/** The names of classes as a caller gives them. */
export function requireNames(names: unknown): string[] | undefined {
  if (names === undefined || names === null) return undefined;
  if (Array.isArray(names)) return names.map((name) => printable(requireText(name, "the name of a class")));
  throw new BunsenError("run", `${shown(names)} was given where names of classes are expected: a list of texts.`);
}

/** The link of a run that is not trained: how many examples it would train on is nothing to it, nor from which weights. */
export function withoutExamples({
  subset: _,
  val: __,
  init: ___,
  freeze: ____,
  ...values
}: Record<string, string>): string {
  return requireLink(values);
}

/** Of a run that has no data, what it can do. @param names those of its classes, where its file says them */
export function modelOf(run: GuardedRun, names?: readonly string[]): Model {
  if (names?.length === run.data.classes.length) run.data = { ...run.data, classes: [...names] };
  const { classes, channels, height, width } = run.data;
  return {
    get engine() {
      return run.engine;
    },
    classes,
    input: [channels, height, width],
    predict: (pixels) => run.predict(pixels),
    predictAll: (files, options) => run.predictAll(files, options),
    activations: (pixels, layer) => run.activations(pixels, layer),
    forward: (pixels, layers) => run.forward(pixels, layers),
    saliency: (pixels, label) => run.saliency(pixels, label),
    normalization: () => run.normalization(),
    weights: () => run.weights(),
    free: () => run.free(),
  };
}
