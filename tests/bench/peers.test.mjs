// The peers' ResNet-8 against PyTorch's: tests/references/make.py says what its numbers are.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { defaultDevice, init } from "@jax-js/jax";
import { bundle, source } from "./source.mjs";

const text = await readFile(new URL("../references/resnet.json", import.meta.url), "utf8");
const [reference] = JSON.parse(text).values.steps.filter(({ skip, shards }) => skip === "on" && shards === 1);

const numbers = (tensor, count) =>
  Float32Array.from({ length: count }, (_, i) => ((i * 7919 + tensor * 104_729) % 2003) / 2003 - 0.5);

/** The parameters' shapes, in order. */
function shapes() {
  const layer = (prefix, index, from, to) => [
    [`${prefix}conv${index}.weight`, [to, from, 3, 3]],
    [`${prefix}bn${index}.weight`, [to]],
    [`${prefix}bn${index}.bias`, [to]],
  ];
  const block = (name, from, to) => [...layer(`${name}.`, 1, from, to), ...layer(`${name}.`, 2, to, to)];
  return [
    ...layer("", 1, 3, 16),
    ...block("layer1.0", 16, 16),
    ...block("layer2.0", 16, 32),
    ...block("layer3.0", 32, 64),
    ["fc.weight", [64, 10]],
    ["fc.bias", [10]],
  ];
}

/** What a parameter starts as: the kernels' and the matrix's numbers are scaled, the norms' scales are around 1. */
function values(name, index, shape) {
  const found = numbers(
    index,
    shape.reduce((product, size) => product * size),
  );
  if (name.includes("bn")) return name.endsWith("weight") ? found.map((value) => value + 1) : found;
  const [, ...inside] = shape;
  const fanIn = shape.length === 4 ? inside.reduce((product, size) => product * size) : 64;
  return found.map((value) => (2 * value) / Math.sqrt(fanIn));
}

/** As Bunsen exports it: 32-bit floats under their names. */
function safetensors(tensors) {
  const header = {};
  let end = 0;
  for (const { name, shape, data } of tensors)
    header[name] = { dtype: "F32", shape, data_offsets: [end, (end += data.byteLength)] };
  const words = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(words.length));
  return new Uint8Array(Buffer.concat([length, words, ...tensors.map(({ data }) => Buffer.from(data.buffer))]));
}

/** A matrix lies in the file as PyTorch has it: [out, in]. */
function asExported([name, shape], index) {
  const data = values(name, index, shape);
  if (shape.length !== 2) return { name, shape, data };
  const [from, to] = shape;
  return { name, shape: [to, from], data: data.map((_, at) => data[(at % from) * to + Math.floor(at / from)]) };
}

const tensors = shapes().map(asExported);
const start = {
  weights: safetensors(tensors),
  // Between bytes here, so that they are the reference's.
  pixels: numbers(100, 4 * 3 * 32 * 32).map((value) => (value + 0.5) * 255),
  labels: Uint8Array.from([3, 8, 0, 5]),
};
const close = (ours, theirs, part, what) =>
  assert.ok(Math.abs(ours - theirs) <= part * Math.abs(theirs), `${what}: ${ours}, not ${theirs}`);

describe("the peers' ResNet-8", () => {
  let tf;
  let model;
  before(async () => {
    const { tf: library, resnet8 } = await bundle("tensorflow.mjs");
    tf = library;
    await tf.setBackend("cpu");
    model = resnet8(start);
  });

  test("has PyTorch's loss and gradients on TensorFlow.js", () => {
    const { value, grads } = tf.variableGrads(model.loss);
    close(value.dataSync()[0], reference.loss, 1e-5, "loss");
    assert.equal(Object.keys(grads).length, reference.gradients.length);
    for (const { name, norm, first } of reference.gradients) {
      // Kernels lie in another order here; their norms do not.
      close(tf.norm(grads[name]).dataSync()[0], norm, 1e-3, `norm of the gradient of ${name}`);
      if (grads[name].rank === 4) continue;
      const ours = grads[name].dataSync();
      first.forEach((theirs, index) => assert.ok(Math.abs(ours[index] - theirs) <= 1e-3 * norm, `${name}, ${index}`));
    }
    model.optimizer.applyGradients(grads);
  });

  test("trains on jax-js as on TensorFlow.js", async () => {
    await init("wasm");
    defaultDevice("wasm");
    const { resnet8 } = await source("benchmark/workers/jax/resnet.ts");
    const other = resnet8(start);
    assert.equal(other.parameters, 75_290);
    const lossOfStep = async () => (await other.step().data())[0];
    close(await lossOfStep(), reference.loss, 1e-5, "loss");
    close(await lossOfStep(), model.optimizer.minimize(model.loss, true).dataSync()[0], 1e-3, "loss of step 2");
    // The third loss has seen the momentum of two steps; without it, it is off by a tenth. An output of a convolution is so near
    // to zero that rounding decides whether ReLU lets it through, which moves this loss by 0.3 %.
    close(await lossOfStep(), model.loss().dataSync()[0], 1e-2, "loss of step 3");
  });
});
