// @ts-check
// What the package says of recipes and networks under Node, before anything is trained.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { load } from "./support/paths.mjs";

describe("a lab's recipes and networks", () => {
  /** @type {any} */ let bunsen;
  /** @type {any} */ let lab;
  before(async () => {
    bunsen = await load("index.js");
    lab = await bunsen.openLab();
  });
  after(() => lab?.close());

  test("lists the keys of a link, each with a label and help", () => {
    const fields = lab.fields();
    const keys = fields.map((/** @type {any} */ field) => field.key);
    for (const key of ["model", "data", "subset", "aug", "opt", "lr", "batch", "seed"])
      assert.ok(keys.includes(key), key);
    for (const { key, label, help, kind } of fields) {
      assert.ok(label && help, `${key} has a label and help`);
      assert.ok(
        ["choice", "choiceSet", "number", "numberList", "layers", "digest"].includes(kind.type),
        `${key} is a ${kind.type}`,
      );
    }
  });

  test("describes LeNet-5", () => {
    const { parameters, multiplyAdds, layers, title } = lab.describe("model=lenet5");
    assert.match(title, /LeNet-5/);
    assert.equal(parameters, 61_706);
    assert.ok(multiplyAdds > 300_000);
    assert.equal(
      layers.reduce((/** @type {number} */ sum, /** @type {any} */ layer) => sum + layer.parameters, 0),
      parameters,
    );
    assert.equal(lab.describe("model=lenet5-1998").parameters, 60_000);
  });

  test("names a network's recipes, by links that it takes as they are", () => {
    const { recipes } = lab.describe("model=lenet5-1998&lr=0.01");
    assert.deepEqual(
      recipes.map((/** @type {any} */ { name, label }) => [name, label]),
      [
        ["own", "Own"],
        ["paper", "Paper"],
        ["tiny", "Tiny"],
      ],
    );
    for (const { link, help } of recipes) {
      assert.equal(lab.parse(link).link, link);
      assert.match(help, /^[A-Z].*\.$/);
    }
  });

  test("reads a network of one's own, and says which layer is wrong and why", () => {
    const { stack } = lab.describe("model=lenet5");
    assert.equal(stack, lab.parse("model=stack").values.layers);
    assert.equal(lab.describe("model=lenet5-1998").stack, undefined);
    const { layers, error, input } = lab.readStack("conv8x3p1,res(norm,drop0.25),max2", "cifar10");
    assert.equal(error, undefined);
    assert.deepEqual(input, [3, 32, 32]);
    const [convolution, block, pooling] = layers;
    assert.deepEqual(convolution.numbers, [8, 3, 1, 1, 1]);
    assert.deepEqual([convolution.shape, convolution.parameters], [[8, 32, 32], 224]);
    assert.deepEqual(
      block.layers.map((/** @type {any} */ layer) => layer.number),
      [3, 4],
    );
    assert.deepEqual(block.layers[1].numbers, [0.25]);
    assert.deepEqual([pooling.number, pooling.shape], [5, [8, 16, 16]]);

    const wrong = lab.readStack("conv8x3p1,res(max2),fc10", "mnist");
    assert.equal(wrong.error.layer, 2);
    assert.match(
      wrong.error.message,
      /^Layer 2, res\(max2\), is a residual block that 8×28×28 go into and 8×14×14 come out of/,
    );
    assert.deepEqual(
      wrong.layers.map((/** @type {any} */ layer) => layer.shape),
      [[8, 28, 28], undefined, undefined],
    );
    const unreadable = lab.readStack("conv8x3p1,rleu", "mnist");
    assert.deepEqual([unreadable.layers, unreadable.error.layer], [undefined, 2]);
    assert.throws(() => lab.parse("model=stack&layers=fc10,max2"), /Layer 2, max2, needs an image, but gets 10 units/);

    const kinds = lab.layerKinds();
    for (const { name, label, help, example, numbers, initial } of kinds) {
      assert.ok(label && help, name);
      assert.equal(initial.length, numbers.length, name);
      assert.equal(lab.readStack(example, "mnist").layers[0].kind, name);
    }
  });

  test("describes a residual network, and what it has without its shortcuts", () => {
    const added = (/** @type {string} */ link) => {
      const { parameters, layers } = lab.describe(link);
      assert.equal(parameters, 269_722);
      return layers.filter((/** @type {any} */ { kind }) => kind.startsWith("addition")).length;
    };
    assert.equal(added("model=resnet-20"), 9);
    assert.equal(added("model=resnet-20&skip=off"), 0);
    assert.ok("skip" in lab.parse("model=resnet-20").values);
    assert.ok(!("skip" in lab.parse("model=lenet5").values));
  });

  test("reads a link and gives it back in its canonical form", () => {
    const { link, values, defaults, notices } = lab.parse("seed=7&model=lenet5&nonsense=1");
    assert.match(link, /seed=7/);
    assert.equal(values.seed, "7");
    assert.ok(Object.keys(values).every((key) => key in defaults));
    assert.match(notices.join(" "), /nonsense/);
    assert.deepEqual(lab.parse(link).link, link);
  });

  for (const [link, named] of /** @type {const} */ ([
    ["model=resnet-2000", /model.*resnet-2000/],
    ["lr=NaN", /lr.*NaN/],
    ["lr=-1", /lr.*-1/],
    ["batch=0", /batch.*0/],
    ["batch=1000000000", /batch.*1000000000/],
    ["data=cats", /data.*cats/],
    ["aug=spin", /aug=spin.*crop, flip/],
    ["model=lenet5-1998&data=cifar10", /LeNet-5 \(1998\) takes 1×28×28 images; CIFAR-10 has 3×32×32\./],
    ["seed=-1", /seed.*-1/],
    ["steps=1.5", /steps.*1\.5/],
  ])) {
    test(`refuses ${link}, naming key and value`, async () => {
      const wrong = (/** @type {any} */ error) => {
        assert.ok(error instanceof bunsen.BunsenError);
        assert.equal(error.kind, "recipe");
        // Where a network does not take the data, it is the data that can be changed.
        assert.equal(error.key, link.includes("&") ? "data" : link.split("=")[0]);
        assert.match(error.message, named);
        return true;
      };
      assert.throws(() => lab.parse(link), wrong);
      await assert.rejects(lab.start(link), wrong);
    });
  }

  test("survives any link", () => {
    const garbage = [
      "x".repeat(1 << 20),
      "&".repeat(1 << 20),
      "%".repeat(10_000),
      "%00%ff%c3%28",
      "model=\u0000",
      "=&==&=&model",
      "model=lenet5&model=lenet5",
      "model=lenet5" + "&lr=1e-3".repeat(10_000),
      "🐈=🐈",
      "\ud800",
    ];
    for (const link of garbage) {
      try {
        lab.parse(link);
      } catch (error) {
        const { kind, message } = /** @type {any} */ (error);
        assert.equal(kind, "recipe", message);
        assert.ok(message.length < 1_000, "the sentence does not repeat the garbage");
      }
    }
    assert.equal(lab.parse("seed=7").values.seed, "7");
  });
});
