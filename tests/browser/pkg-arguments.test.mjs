// @ts-check
// Whatever the package's functions are given, under Node: a BunsenError with a sentence, and a lab that goes on.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { load } from "./support/paths.mjs";

const LINK = "model=lenet5&data=digits&subset=64&batch=16&steps=4&warmup=0&schedule=constant";

/** Values that hardly any function takes. @type {any[]} */
const STRANGE = [
  5,
  NaN,
  null,
  {},
  [],
  () => {},
  Symbol("s"),
  7n,
  true,
  "abc",
  new Uint8Array(3),
  new Date(0),
  "\ud800",
];

/** Objects that throw when they are read, and some that say that they are what they are not. @type {Record<string, any>} */
const HOSTILE = (() => {
  const fail = () => {
    throw new Error("trap");
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const forged = (/** @type {string} */ tag, /** @type {number} */ length) => ({ [Symbol.toStringTag]: tag, length });
  return {
    "an object that throws": new Proxy({}, { get: fail, getPrototypeOf: fail, has: fail, ownKeys: fail }),
    "a revoked object": revoked.proxy,
    "an object without a primitive": Object.create(null),
    "-5 bytes": forged("Uint8Array", -5),
    "2 GB that are none": forged("Uint8Array", 2 ** 31),
    "bytes of another length": Object.defineProperty(new Uint8Array(3), "length", { value: 2 ** 31 }),
    "numbers that are none": forged("Float32Array", 2 ** 30),
    "indices that are none": forged("Uint32Array", 2 ** 29),
  };
})();

describe("values of another type", () => {
  /** @type {any} */ let bunsen;
  /** @type {any} */ let lab;
  /** @type {any} */ let run;
  before(async () => {
    bunsen = await load("index.js");
    lab = await bunsen.openLab({ engine: "cpu", workers: 1 });
    run = await lab.start(LINK);
  });
  after(() => lab?.close());

  /** Calls a function with each strange value: what is thrown is a BunsenError with a sentence, and the lab goes on. @param {string} what @param {(value: any) => unknown} call */
  async function refuses(what, call) {
    const named = STRANGE.map((value) => [String(value), value]);
    for (const [name, value] of [...named, ...Object.entries(HOSTILE)]) {
      try {
        await call(value);
      } catch (thrown) {
        const error = /** @type {any} */ (thrown);
        assert.ok(error instanceof bunsen.BunsenError, `${what}(${name}): ${String(error)}`);
        assert.doesNotMatch(error.message, /module stopped/, `${what}(${name})`);
        assert.ok(error.message.length > 0);
      }
      assert.equal(lab.parse("model=lenet5").link, "model=lenet5&v=1", `the lab after ${what}(${name})`);
    }
  }

  const image = () => new Float32Array(784);
  const free = (/** @type {any} */ other) => other.free();
  /** @type {Record<string, (value: any) => unknown>} */
  const calls = {
    parse: (value) => lab.parse(value),
    describe: (value) => lab.describe(value),
    graph: (value) => lab.graph(value),
    "asCode, link": (value) => lab.asCode(value, "pytorch"),
    preparedImages: (value) => lab.preparedImages(value),
    "asCode, language": (value) => lab.asCode(LINK, value),
    "readStack, layers": (value) => lab.readStack(value, "mnist"),
    "readStack, data": (value) => lab.readStack("relu", value),
    readSweep: (value) => lab.readSweep(value),
    readRunFile: (value) => lab.readRunFile(value),
    readCheckpoint: (value) => lab.readCheckpoint(value),
    customDataset: (value) => lab.customDataset(value),
    "customDataset, a file": (value) => lab.customDataset([value]),
    "customDataset, a path": (value) => lab.customDataset([{ path: value, bytes: new Uint8Array(8) }]),
    "customDataset, bytes": (value) => lab.customDataset([{ path: "a/b.png", bytes: value }]),
    "customDataset, options": (value) => lab.customDataset([], value),
    "customDataset, size": (value) => lab.customDataset([], { size: value }),
    "customDataset, channels": (value) => lab.customDataset([], { channels: value }),
    "customDataset, link": (value) => lab.customDataset([], { link: value }),
    addCustomDataset: (value) => lab.addCustomDataset(value, "0123456789abcdef"),
    "addCustomDataset, digest": (value) => lab.addCustomDataset(new Uint8Array(3), value),
    findCustomDataset: (value) => lab.findCustomDataset(value),
    hasDatasetFiles: (value) => lab.hasDatasetFiles(value),
    "hasDatasetFiles, a path": (value) => lab.hasDatasetFiles([value]),
    addDatasetFiles: (value) => lab.addDatasetFiles(value),
    "addDatasetFiles, a file": (value) => lab.addDatasetFiles([value]),
    sampleImages: (value) => bunsen.sampleImages(value, 3),
    removeCustomDataset: (value) => lab.removeCustomDataset(value),
    start: (value) => lab.start(value),
    "start, options": (value) => lab.start(LINK, value).then((/** @type {any} */ other) => other.free()),
    "start, checkpoint": (value) =>
      lab.start(LINK, { checkpoint: value }).then((/** @type {any} */ other) => other.free()),
    "start, run file": (value) => lab.start(LINK, { runFile: value }).then((/** @type {any} */ other) => other.free()),
    forwardBackward: (value) => lab.forwardBackward(LINK, value),
    "forwardBackward, link": (value) => lab.forwardBackward(value, { pixels: image(), labels: new Uint8Array(1) }),
    "forwardBackward, pixels": (value) => lab.forwardBackward(LINK, { pixels: value, labels: new Uint8Array(1) }),
    "forwardBackward, labels": (value) => lab.forwardBackward(LINK, { pixels: image(), labels: value }),
    "forwardBackward, weights": (value) =>
      lab.forwardBackward(LINK, { pixels: image(), labels: new Uint8Array(1), weights: value }),
    step: (value) => (value === 5 ? undefined : run.step(value)),
    predict: (value) => run.predict(value),
    activations: (value) => run.activations(value, 0),
    "activations, layer": (value) => run.activations(image(), value),
    saliency: (value) => run.saliency(value, 0),
    "saliency, class": (value) => run.saliency(image(), value),
    recordGradientStatistics: (value) => run.recordGradientStatistics(value),
    evaluateOn: (value) => run.evaluateOn(value),
    examples: (value) => run.examples(value, 0, 1),
    "examples, index": (value) => run.examples("train", value, 1),
    "examples, count": (value) => run.examples("train", 0, value),
    firstBatchAugmentations: (value) => run.firstBatchAugmentations(value, 1),
    "firstBatchAugmentations, epochs": (value) => run.firstBatchAugmentations(1, value),
    augmentations: (value) => run.augmentations(value, 1),
    "evaluatePart, examples": (value) => run.evaluatePart("test", value),
    "start, computed here": async (value) =>
      lab.start(LINK, { checkpoint: await run.checkpoint(), computedHere: value }).then(free),
    labels: (value) => run.labels(value),
    meanImage: (value) => run.meanImage(value),
    "meanImage, class": (value) => run.meanImage("train", value),
    batch: (value) => run.batch(value),
    runFile: (value) => run.runFile(value),
    "runFile, a score": (value) => run.runFile([value]),
    openLab: async (value) => (await bunsen.openLab(value)).close(),
    "openLab, engine": async (value) => (await bunsen.openLab({ engine: value })).close(),
    "openLab, workers": async (value) => (await bunsen.openLab({ engine: "cpu", workers: value })).close(),
  };
  for (const [what, call] of Object.entries(calls)) test(what, () => refuses(what, call));

  test("links, run files and checkpoints are refused by their names", () => {
    assert.throws(() => lab.parse(5), { kind: "recipe", message: "5 was given where a link is expected: a text." });
    assert.throws(() => lab.describe({}), { kind: "recipe" });
    assert.throws(() => lab.readRunFile(null), { kind: "file" });
    assert.throws(() => lab.readCheckpoint("abc"), { kind: "checkpoint" });
  });

  test("options that there are not are refused by their names", async () => {
    const image = [{ path: "a/1.png", bytes: new Uint8Array(8) }];
    await assert.rejects(lab.start(LINK, { weight: new Uint8Array(8) }), {
      name: "BunsenError",
      kind: "run",
      message: 'lab.start has no option "weight": there is checkpoint, computedHere, weights, runFile, signal.',
    });
    await assert.rejects(bunsen.openLab({ engin: "gpu" }), { name: "BunsenError", message: /has no option "engin"/ });
    await assert.rejects(bunsen.openLab({ data: { mirror: false } }), { message: /has no option "mirror"/ });
    await assert.rejects(lab.customDataset(image, { sizes: 28 }), { kind: "data", message: /has no option "sizes"/ });
  });

  test("a start that is called off says so, and leaves the lab as it was", async () => {
    const reason = new Error("another page");
    await assert.rejects(lab.start(LINK, { signal: AbortSignal.abort(reason) }), {
      name: "BunsenError",
      kind: "aborted",
      cause: reason,
    });
    const controller = new AbortController();
    const starting = lab.start(LINK, { signal: controller.signal });
    controller.abort();
    await assert.rejects(starting, { kind: "aborted" });
    const other = await lab.start(LINK, { signal: new AbortController().signal });
    assert.equal((await other.step(4)).length, 4);
    other.free();
  });

  test("the weights are had as numbers by their names", async () => {
    const other = await lab.start(LINK);
    const tensors = await other.stateDict();
    const { parameters } = await lab.forwardBackward(LINK, { pixels: image(), labels: new Uint8Array(1) });
    assert.deepEqual(
      [...tensors.keys()].sort(),
      parameters.map((/** @type {any} */ parameter) => parameter.name).sort(),
    );
    for (const { name, shape } of parameters) {
      const tensor = tensors.get(name);
      // PyTorch's linear layers have burn's matrices transposed.
      assert.deepEqual(tensor.shape, shape.length === 2 ? shape.slice().reverse() : shape, name);
      assert.equal(
        tensor.values.length,
        shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1),
        name,
      );
      assert.ok(tensor.values.every(Number.isFinite));
    }
    await other.step(1);
    const [name] = tensors.keys();
    assert.notDeepEqual((await other.stateDict()).get(name).values, tensors.get(name).values);
    other.free();
  });

  test("keys that a recipe has not are told among the notices of its run", async () => {
    const other = await lab.start(`${LINK}&learning_rate=0.5`);
    assert.ok(
      other.notices.some((/** @type {string} */ notice) => notice.includes("learning_rate")),
      String(other.notices),
    );
    other.free();
  });

  test("a whole address stands for the recipe behind its #", async () => {
    const other = await lab.start("https://school.example/bunsen/#model=mlp&data=digits&steps=3");
    assert.equal(other.plan.steps, 3);
    assert.match(other.plan.link, /^model=mlp&/);
    other.free();
    assert.match(lab.describe("https://school.example/#model=mlp").title, /perceptron/i);
    await assert.rejects(lab.start("https://school.example/bunsen/?model=mlp"), {
      kind: "recipe",
      message: /behind its #/,
    });
  });

  test("a recipe may be an object", async () => {
    const recipe = { model: "mlp", data: "digits", lr: 0.002, steps: 3, seed: undefined };
    const { link } = lab.parse("model=mlp&data=digits&lr=0.002&steps=3");
    assert.equal(lab.parse(recipe).link, link);
    assert.equal(lab.parse(new URLSearchParams("model=mlp&data=digits&lr=0.002&steps=3")).link, link);
    assert.equal(lab.parse(new URL("https://school.example/?embed#model=mlp&data=digits&lr=0.002&steps=3")).link, link);
    const other = await lab.start(recipe);
    assert.equal(other.plan.link, link);
    other.free();
    assert.equal(lab.parse({ model: "stack", data: "digits", layers: "relu,fc10" }).values.layers, "relu,fc10");
    assert.equal((await lab.asCode(recipe, "pytorch")).length, (await lab.asCode(link, "pytorch")).length);
    assert.match(lab.parse({ model: "mlp", learning_rate: 1 }).notices.join(), /learning_rate/);
    assert.throws(() => lab.parse({ model: "a&b=c" }), { kind: "recipe", key: "model" });
    assert.throws(() => lab.parse({ lr: NaN }), {
      kind: "recipe",
      key: "lr",
      message: "NaN was given for lr: a text or a number.",
    });
    assert.throws(() => lab.parse({ lr: { value: 1 } }), { kind: "recipe", key: "lr" });
    assert.throws(() => lab.parse({}), { kind: "recipe" });
  });

  test("what is larger than any that can be used is refused", async () => {
    const refused = { name: "BunsenError", message: /^[^.]*(at most|images|memory)[^.]*/ };
    const checkpoint = new Uint8Array(2 ** 31);
    assert.throws(() => lab.readCheckpoint(checkpoint), { ...refused, kind: "checkpoint" });
    await assert.rejects(lab.start(LINK, { checkpoint }), { ...refused, kind: "checkpoint" });
    assert.throws(() => run.augmentations(new Uint32Array(2 ** 29), 1), refused);
    assert.throws(() => run.augmentations(new Uint32Array(1e6), 2), refused);
    const batch = (/** @type {number} */ count) => ({
      pixels: new Float32Array(784 * count),
      labels: new Uint8Array(count),
    });
    await assert.rejects(lab.forwardBackward(LINK, batch(2e5)), refused);
    const weights = new Float32Array(2 ** 29);
    await assert.rejects(lab.forwardBackward(LINK, { ...batch(1), weights }), refused);
    await assert.rejects(run.activations(weights, 1), { name: "BunsenError", message: /at most 67,108,864/ });
    await assert.rejects(run.activations(weights.subarray(0, 785), 1), { name: "BunsenError", message: /1×28×28/ });
    assert.equal((await run.predict(image())).length, 10);
  });

  test("only `true` says that a checkpoint was computed here", async () => {
    const other = await lab.start(LINK);
    await other.step(1);
    const checkpoint = await other.checkpoint();
    other.free();
    for (const computedHere of ["false", 1, {}]) {
      await assert.rejects(lab.start(LINK, { checkpoint, computedHere }), { name: "BunsenError", kind: "run" });
    }
    const resumed = await lab.start(LINK, { checkpoint, computedHere: undefined });
    await resumed.step(3);
    assert.equal(resumed.checkedLinkObstacle(), "from-file");
    resumed.free();
  });

  test("pixels that no image has are refused", async () => {
    for (const pixel of [1e38, NaN, Infinity, -3]) {
      const pixels = image().fill(pixel, 4, 5);
      await assert.rejects(run.predict(pixels), { kind: "run", message: /numbers from 0 to 1/ });
    }
    assert.equal((await run.predict(image())).length, 10);
  });

  test("an image as a file has it is inverted where the data set is ink on paper", async () => {
    const brightness = Float32Array.from(image(), (_, index) => (index % 28) / 27);
    const ink = brightness.map((value) => 1 - value);
    assert.deepEqual(await run.predict({ brightness }), await run.predict(ink));
    assert.notDeepEqual(await run.predict({ brightness }), await run.predict(brightness));
    await assert.rejects(run.predict({ brightness: ink.subarray(1) }), { name: "BunsenError", message: /1×28×28/ });
    await assert.rejects(run.predict({ brightness: "0" }), { name: "BunsenError" });
  });

  test("scores that are none make no run file", async () => {
    const other = await lab.start(LINK);
    await other.step(1);
    for (const score of [{ loss: NaN }, { accuracy: 2 }, { step: 9 }]) {
      const whole = { step: 1, loss: 1, accuracy: 0.5, examples: 10, confusion: [], ...score };
      await assert.rejects(other.runFile([whole]), (/** @type {any} */ error) => error instanceof bunsen.BunsenError);
    }
    other.free();
  });

  test("any number of steps trains to the end", async () => {
    for (const count of [2 ** 32, 2 ** 53, 2 ** 32 + 2]) {
      const other = await lab.start(LINK);
      assert.equal((await other.step(count)).length, 4, String(count));
      other.free();
    }
  });
});

describe("a network that answers NaN", () => {
  /** @type {any} */ let lab;
  before(async () => {
    lab = await (await load("index.js")).openLab({ engine: "cpu", workers: 1 });
  });
  after(() => lab?.close());

  // Its losses are finite for three steps, and the outputs after them are not.
  const diverging =
    "model=lenet5&data=digits&subset=200&batch=16&lr=100&opt=sgd&momentum=0.999&warmup=0&schedule=constant";
  for (const steps of [3, 30]) {
    test(`is not scored, and leaves files of its last good step, with steps=${steps}`, async () => {
      const run = await lab.start(`${diverging}&steps=${steps}`);
      let error;
      try {
        while ((await run.step(7)).length > 0);
        await run.evaluate();
      } catch (thrown) {
        error = /** @type {any} */ (thrown);
      }
      assert.equal(error?.kind, "nan");
      assert.match(error.message, /step \d/);
      const done = run.losses().length;
      assert.ok(done > 0 && done <= steps);
      assert.ok(run.losses().every(Number.isFinite));
      // What can be kept can be opened again.
      const file = lab.readRunFile(await run.runFile());
      assert.equal(file.losses.length, done);
      assert.equal(lab.readCheckpoint(await run.checkpoint()).step, done);
      run.free();
    });
  }
});
