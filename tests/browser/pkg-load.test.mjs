// @ts-check
// A network with given weights under Node: it answers as the run did that they are of, and needs no data.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { images } from "./support/own-images.mjs";
import { load } from "./support/paths.mjs";

const DIGITS = "data=digits&subset=200&batch=10&steps=10&warmup=0&seed=7";

describe("a network with given weights", () => {
  /** @type {any} */ let lab;
  /** A lab without any data set. @type {any} */ let other;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ engine: "cpu" });
    other = await openLab({ engine: "cpu", data: { mirrors: false } });
  });
  after(() => {
    lab?.close();
    other?.close();
  });

  /** A run that was trained. @param {string} link */
  async function trained(link) {
    const run = await lab.start(link);
    await run.step(10);
    return run;
  }

  /** @param {any} run */
  const imageOf = ({ data: { channels, height, width } }) =>
    Float32Array.from({ length: channels * height * width }, (_, index) => (index % 17) / 16);

  for (const model of ["lenet5", "lenet5-1998", "resnet-8"]) {
    test(`${model} answers as its run does, from a file and from numbers`, async () => {
      const run = await trained(`model=${model}&${DIGITS}`);
      const image = imageOf(run);
      const answer = await run.predict(image);
      const tensors = await run.stateDict();
      for (const weights of [await run.weights(), tensors, Object.fromEntries(tensors)]) {
        const loaded = await other.load(`model=${model}&data=digits&seed=8`, weights);
        assert.deepEqual(loaded.input, [1, run.data.height, run.data.width]);
        assert.deepEqual(loaded.classes, run.data.classes);
        assert.equal(loaded.engine.kind, "cpu");
        assert.deepEqual(await loaded.predict(image), answer);
        const negative = { brightness: image.map((value) => 1 - value) };
        assert.deepEqual(await loaded.predict(negative), await run.predict(negative));
        assert.deepEqual(await loaded.activations(image, 1), await run.activations(image, 1));
        assert.deepEqual(await loaded.saliency(image, 3), await run.saliency(image, 3));
        loaded.free();
      }
      run.free();
    });
  }

  for (const options of ["opt=adam", "average=ema&ema=0.9", "average=lookahead"]) {
    test(`a checkpoint answers with the weights that its run is scored with (${options})`, async () => {
      const link = `model=lenet5&${options}&${DIGITS}`;
      const run = await trained(link);
      const loaded = await other.load(link, await run.checkpoint());
      const image = imageOf(run);
      assert.deepEqual(await loaded.predict(image), await run.predict(image));
      loaded.free();
      run.free();
    });
  }

  test("answers without the data that its link names", async () => {
    const run = await trained(`model=lenet5&${DIGITS}`);
    const image = imageOf(run);
    const answers = async (/** @type {string} */ data, /** @type {unknown} */ weights) => {
      const model = await other.load({ model: "lenet5", data, subset: 50_000, val: 1000 }, weights);
      return model.predict(image);
    };
    const [answer, file, tensors] = [await run.predict(image), await run.weights(), await run.stateDict()];
    assert.deepEqual(await answers("mnist", file), answer);
    // A file of weights says how its images are normalized; numbers alone are taken for those of the link's data. The synthetic digits are
    // normalized as MNIST's, and Fashion-MNIST's images by other numbers.
    assert.deepEqual(await answers("fashion", file), answer);
    assert.deepEqual(await answers("mnist", tensors), answer);
    assert.notDeepEqual(await answers("fashion", tensors), answer);
  });

  test("answers as its run does on a person's own images, whose normalization comes with the weights", async () => {
    const dataset = await lab.customDataset(images, { size: 28, channels: "colour" });
    const link = `model=resnet-8&batch=4&steps=10&warmup=0&${dataset.link}`;
    const run = await trained(link);
    const image = imageOf(run);
    const answer = await run.predict(image);
    assert.deepEqual(await (await other.load(link, await run.weights())).predict(image), answer);
    const tensors = await run.stateDict();
    await assert.rejects(other.load(link, tensors), {
      name: "BunsenError",
      kind: "file",
      message:
        "These weights cannot be used: nothing says how the images of this network are normalized. Give the weights that Bunsen saved of the run (weights.safetensors), which say it.",
    });
    const normalization = run.normalization();
    assert.deepEqual(await (await other.load(link, tensors, { normalization })).predict(image), answer);
    await assert.rejects(other.load(link, tensors, { normalization: { mean: [0.5], std: [0, 0, 0] } }), {
      kind: "file",
      message: /their mean and deviation have 1 and 3 numbers where this network.s images need 3\.$/,
    });
  });

  describe("is refused", () => {
    const link = `model=lenet5&${DIGITS}`;
    /** @type {Uint8Array} */ let file;
    /** @type {Map<string, any>} */ let tensors;
    /** @type {Uint8Array} */ let checkpoint;
    before(async () => {
      const run = await trained(link);
      [file, tensors, checkpoint] = [await run.weights(), await run.stateDict(), await run.checkpoint()];
      run.free();
    });

    /** The tensors with another one. @param {string} name @param {unknown} tensor */
    const changed = (name, tensor) => new Map([...tensors, [name, tensor]]);
    /** @param {string} name */
    const without = (name) => new Map([...tensors].filter(([each]) => each !== name));
    const damaged = () => {
      const { shape, values } = tensors.get("conv1.bias");
      return changed("conv1.bias", { shape, values: values.map(() => NaN) });
    };

    /** @type {[string, () => unknown, RegExp, string?][]} */
    const WRONG = [
      [
        "where it is another network's",
        () => file,
        /^These weights cannot be used: conv1\.weight is 6×1×5×5 where 16×1×3×3 is right\. The file says that it is of LeNet-5; this network is ResNet-8\.$/,
        "resnet-8",
      ],
      [
        "where it is cut off",
        () => file.subarray(0, -4),
        /^These weights cannot be used: its tensors take another number of bytes/,
      ],
      ["where it is empty", () => new Uint8Array(0), /: it is no safetensors file, for it has 0 bytes in all\.$/],
      [
        "where it is a checkpoint that was damaged",
        () => checkpoint.map((byte, at) => (at === checkpoint.length - 1 ? byte ^ 1 : byte)),
        /^These weights cannot be used: its contents are not those that were written: it was damaged or changed\.$/,
      ],
      [
        "where it is another network's checkpoint",
        () => checkpoint,
        /^These weights cannot be used: conv1\.weight is 6×1×5×5 where 16×1×3×3 is right\. The file says that it is of LeNet-5; this network is ResNet-8\.$/,
        "resnet-8",
      ],
      ["where a tensor is missing", () => without("fc2.weight"), /: fc2\.weight is missing\.$/],
      [
        "where there is one too many",
        () => changed("fc9.bias", tensors.get("fc1.bias")),
        /: it holds fc9\.bias, which has no place in it\.$/,
      ],
      [
        "where one has another shape",
        () => changed("fc1.bias", { shape: [2], values: [1, 2] }),
        /: fc1\.bias is 2 where 120 is right\.$/,
      ],
      [
        "where one has too few values",
        () => changed("fc1.bias", { shape: [120], values: new Float32Array(7) }),
        /^fc1\.bias has 7 values, and its shape 120 takes 120\.$/,
      ],
      [
        "where one is no tensor",
        () => changed("fc1.bias", new Float32Array(120)),
        /^an object \(Float32Array\) was given as fc1\.bias: a tensor has a shape/,
      ],
      ["where one holds what is no number", damaged, /: conv1\.bias holds something that is no finite number\.$/],
      ["where there are none", () => new Map(), /: conv1\.weight is missing\.$/],
      [
        "where it is a text",
        () => "lenet5.safetensors",
        /^"lenet5\.safetensors" was given where a file of weights is expected: its bytes/,
      ],
      ["where it is nothing", () => null, /^null was given where a file of weights is expected/],
    ];
    for (const [when, weights, message, model = "lenet5"] of WRONG) {
      test(when, async () => {
        await assert.rejects(other.load(`model=${model}&${DIGITS}`, weights()), {
          name: "BunsenError",
          kind: "file",
          message,
        });
      });
    }

    test("with options and recipes that there are not", async () => {
      await assert.rejects(other.load(link, file, { norm: 1 }), {
        kind: "run",
        message: 'lab.load has no option "norm": there is normalization, classes, signal.',
      });
      await assert.rejects(other.load("model=lenet6", file), { kind: "recipe", key: "model" });
      await assert.rejects(other.load(link, file, { signal: AbortSignal.abort() }), { kind: "aborted" });
    });

    test("once it was given back, or its lab is closed", async () => {
      const { openLab } = await load("index.js");
      const short = await openLab({ engine: "cpu" });
      const freed = await short.load(link, file);
      freed.free();
      await assert.rejects(freed.predict(new Float32Array(784)), { kind: "run", message: /given back with free\(\)/ });
      const left = await short.load(link, file);
      await assert.rejects(left.predict(new Float32Array(3)), /784 numbers from 0 to 1 \(1×28×28\); these are 3\./);
      short.close();
      await assert.rejects(left.predict(new Float32Array(784)), { kind: "run" });
      await assert.rejects(short.load(link, file), { kind: "run", message: /^This lab is closed/ });
    });
  });
});
