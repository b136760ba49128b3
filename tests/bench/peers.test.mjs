// The peers' ResNet-8 against PyTorch's (tests/references/make.py says what its numbers are), their LeNet-5 against each other, and the
// table of their seconds to an accuracy.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { defaultDevice, init } from "@jax-js/jax";
import { nameOf, peersBoard, peersOf } from "./peers.mjs";
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

const LENET = [
  ["conv1", [6, 1, 5, 5]],
  ["conv2", [16, 6, 5, 5]],
  ["fc1", [400, 120]],
  ["fc2", [120, 84]],
  ["fc3", [84, 10]],
].flatMap(([name, shape]) => [
  [`${name}.weight`, shape],
  [`${name}.bias`, [shape.length === 4 ? shape[0] : shape[1]]],
]);

describe("the peers' LeNet-5, trained to an accuracy", () => {
  const weights = safetensors(LENET.map(asExported));
  const [first, second] = [200, 201].map((seed) => {
    const y = new Float32Array(40);
    [3, 8, 0, 5].forEach((label, index) => (y[10 * index + label] = 1));
    return { size: 4, x: numbers(seed, 4 * 784).map((value) => 2 * value), y };
  });
  const lossesOf = async (learner, steps) => {
    const losses = [];
    for (const [batch, rate] of steps) {
      learner.step(batch, rate);
      losses.push(await learner.loss());
    }
    return losses;
  };
  let tfLearner;
  let jaxLearner;
  before(async () => {
    const { tf, lenet5Learner } = await bundle("tensorflow.mjs");
    await tf.setBackend("cpu");
    tfLearner = () => {
      tf.disposeVariables();
      return lenet5Learner(weights);
    };
    await init("wasm");
    defaultDevice("wasm");
    const jax = await source("benchmark/workers/jax/lenet.ts");
    jaxLearner = () => jax.lenet5Learner(weights, "wasm");
  });

  test("learns as fast as the rate of each step says", async () => {
    const steps = [
      [first, 0],
      [first, 1e-2],
      [first, 0],
      [first, 0],
    ];
    for (const learner of [tfLearner(), jaxLearner()]) {
      const losses = await lossesOf(learner, steps);
      close(losses[1], losses[0], 1e-6, "a step at rate 0 changes nothing");
      assert.ok(losses[2] < 0.97 * losses[1], `a step at rate 0.01 does: ${losses}`);
      close(losses[3], losses[2], 1e-6, "a step at rate 0 changes nothing");
    }
  });

  test("has the same losses and logits on both libraries, over batches and rates", async () => {
    const steps = [
      [first, 1e-3],
      [second, 3e-3],
      [first, 2e-3],
      [second, 1e-3],
    ];
    const [tf, jax] = [tfLearner(), jaxLearner()];
    assert.equal(jax.parameters, 61_706);
    const [theirs, others] = [await lossesOf(tf, steps), await lossesOf(jax, steps)];
    theirs.forEach((loss, step) => close(others[step], loss, 1e-3, `loss of step ${step + 1}`));
    const [a, b] = [await tf.logits(first.x, 4), await jax.logits(first.x, 4)];
    assert.equal(a.length, 40);
    a.forEach((logit, index) =>
      assert.ok(Math.abs(logit - b[index]) < 1e-2, `logit ${index}: ${b[index]}, not ${logit}`),
    );
  });
});

describe("the board beside other libraries", () => {
  const jax = { name: "jax-js, WebGPU", library: "jax-js", version: "0.1.25", software: true };
  const sound = { failed: null, limited: false, planned: 20, step: 20, load: 1.5 };
  const scores = [
    { accuracy: 0.975, step: 10, seconds: 5.12 },
    { accuracy: 0.985, step: 20, seconds: 10.26 },
  ];
  const row = (text, name) =>
    text
      .split("\n")
      .find((line) => line.startsWith(`| ${name}`))
      .split("|")
      .slice(2, -1)
      .map((cell) => cell.trim());

  test("has the first score that is as good, and says what was not reached", () => {
    const text = peersBoard([0.97, 0.99], [{ ...sound, name: "Bunsen, the page", scores }], [], 600);
    assert.deepEqual(row(text, "Bunsen, the page"), ["5.12", "not reached", "10.3", "98.50 %", "20 of 20", "1.50"]);
  });

  test("says of a run that was given up after how long, and how far it was", () => {
    const cut = { ...jax, ...sound, limited: true, step: 15, scores: scores.slice(0, 1) };
    const text = peersBoard([0.97, 0.98], [], [cut], 600);
    const cells = ["5.12", "not in 600 s", "not in 600 s", "97.50 % at step 10", "15 of 20", "1.50"];
    assert.deepEqual(row(text, nameOf(cut)), cells);
  });

  test("has no figures for what failed or cannot, and a sentence that says why", () => {
    const text = peersBoard([0.97], [], [{ ...jax, ...sound, scores, failed: "It finds no WebGPU here" }], 600);
    assert.deepEqual(row(text, "jax-js 0.1.25, WebGPU"), ["–", "–", "–", "–", "–"]);
    assert.match(text, /^jax-js 0\.1\.25, WebGPU \(a software adapter, no GPU\) failed: It finds no WebGPU here\.$/m);
    assert.match(text, /^TensorFlow\.js 4\.22\.0, wasm cannot train it: /m);
  });

  test("names library, version and device, and calls no software a GPU", () => {
    assert.equal(nameOf(jax), "jax-js 0.1.25, WebGPU (a software adapter, no GPU)");
    assert.equal(nameOf({ ...jax, software: false }), "jax-js 0.1.25, WebGPU");
    const ours = { name: "Bunsen CPU", library: "Bunsen", version: "0.1.0", software: false };
    assert.equal(nameOf(ours), "Bunsen 0.1.0, CPU, in a worker as the others");
  });

  test("is of those that there are", () => {
    assert.deepEqual(peersOf("jax-js-wasm,tfjs-cpu"), ["jax-js-wasm", "tfjs-cpu"]);
    assert.ok(peersOf("all").includes("tfjs-webgpu"));
    assert.throws(() => peersOf("torch"), /^Error: --peers torch: there are bunsen-cpu, .*, or all\.$/);
  });
});
