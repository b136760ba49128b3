// @ts-check
// The module's own numbers against PyTorch's, in the browser and on both engines: every small network with the weights,
// the images and the labels of tests/references/zoo.py, forward and backward.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { isLong } from "./support/long.mjs";
import { noGpuBuild } from "./support/paths.mjs";
import { BLANK } from "./support/server.mjs";
import { startSite } from "./support/site.mjs";

/**
 * @typedef {{ name: string, norm: number, first: number[] }} Gradient
 * @typedef {{ link: string, images: number, eval_logits: number[], logits: number[], loss: number, gradients: Gradient[] }} Reference
 * @typedef {{ name: string, shape: number[], offset: number }} Parameter
 * @typedef {{ parameters: Parameter[], evalLogits: number[], logits: number[], loss: number, gradients: Gradient[] }} Computed
 */

/** @type {{ values: Reference[] }} */
const { values: references } = JSON.parse(readFileSync(new URL("../references/zoo.json", import.meta.url), "utf8"));

/**
 * A software adapter compiles these for minutes. On the GPU engine they are left out, unless BUNSEN_LONG is set. GoogLeNet's blocks and
 * ResNet-50's bottlenecks are then compared with PyTorch on the CPU engine alone; on a GPU each run's self-test holds them to that.
 */
const LONG = [
  "model=mlp&widths=30&act=tanh",
  "model=alexnet",
  "model=vgg-13&head=gap&norm=off&data=cifar10",
  "model=vgg-16&norm=off",
  "model=vgg-19&data=cifar10",
  "model=resnet-18",
  "model=resnet-34&data=cifar10",
  "model=resnet-50",
  "model=resnet-50&shortcut=pad&data=cifar10",
  "model=googlenet",
  "model=googlenet&aux=on&reduce=off&data=cifar10",
  "model=densenet",
  "model=vit",
  "model=vit&stem=patch&pool=token&data=cifar10",
  "model=airbench&smooth=0",
];
const OMITTED = isLong ? [] : LONG;

const LABELS = [3, 8, 0, 5];
/** Parts of the largest number. */
const SCORES = 1e-4;
const GRADIENTS = 1e-3;

/**
 * In the page: opens an engine, and computes what the references hold.
 * @param {{ kind: string, references: Reference[], labels: number[] }} what
 */
async function compute({ kind, references, labels }) {
  /** @type {any} */
  const { openLab } = await import(`${location.origin}/pkg/index.js`);
  const lab = await openLab({ engine: kind });
  const cpu = kind === "cpu" ? lab : await openLab({ engine: "cpu" });
  /** The formula of tests/references/make.py. @param {number} tensor @param {number} count */
  const numbers = (tensor, count) =>
    Float32Array.from(
      { length: count },
      (_, i) => Math.fround(Math.fround((i * 7919 + tensor * 104_729) % 2003) / 2003) - 0.5,
    );
  /** @param {{ shape: number[] }} parameter */
  const length = ({ shape }) => shape.reduce((product, side) => product * side, 1);
  /** @param {Parameter[]} parameters */
  const sorted = (parameters) => [...parameters].sort((a, b) => (a.name < b.name ? -1 : 1));

  /** The weights of tests/references/zoo.py. @param {Parameter[]} parameters @param {boolean} byBatches */
  const weights = (parameters, byBatches) => {
    const flat = new Float32Array(parameters.reduce((sum, parameter) => sum + length(parameter), 0));
    const vectors = new Set(parameters.filter(({ shape }) => shape.length === 1).map(({ name }) => name));
    sorted(parameters).forEach(({ name, shape, offset }, tensor) => {
      const isWeight = name.endsWith("weight");
      // Vectors of weights are those of normalizing layers.
      const shifted = byBatches && name.endsWith(".bias") && vectors.has(name.replace(/bias$/, "weight")) ? 3 : 0;
      const ways = shape.length;
      const [shift, scale] =
        ways === 4
          ? [0, Math.sqrt(24 / (shape[1] * shape[2] * shape[3]))]
          : ways === 3
            ? [0, 1]
            : ways === 2
              ? [0, Math.sqrt(12 / shape[0])]
              : isWeight
                ? [1, 0.5]
                : [0, 0.2];
      numbers(tensor, length({ shape })).forEach((number, i) => {
        flat[offset + i] = shift + number * scale + (i % 2 ? -shifted : shifted);
      });
    });
    return flat;
  };

  /** @type {Computed[]} */
  const computed = [];
  for (const { link, images } of references) {
    const recipe = `${link}&dropout=0`;
    const [channels, height, width] = lab.describe(recipe).input;
    const pixels = numbers(images, labels.length * channels * height * width).map((number) => number + 0.5);
    const batch = { pixels, labels: Uint8Array.from(labels) };
    const { parameters } = await cpu.forwardBackward(recipe, batch);
    const given = weights(parameters, !link.startsWith("model=vit"));
    const { evalLogits, logits, loss, gradient } = await lab.forwardBackward(recipe, { ...batch, weights: given });
    const gradients = sorted(parameters).map((parameter) => {
      const part = gradient.subarray(parameter.offset, parameter.offset + length(parameter));
      const norm = Math.sqrt(part.reduce((/** @type {number} */ sum, /** @type {number} */ x) => sum + x * x, 0));
      return { name: parameter.name, norm, first: [...part.subarray(0, 8)] };
    });
    computed.push({ parameters, evalLogits: [...evalLogits], logits: [...logits], loss, gradients });
  }
  const { label } = lab.engine;
  for (const each of [lab, cpu]) each.close();
  return { computed, label };
}

/** @param {number[]} numbers */
const largest = (numbers) => numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0);

/** @param {number[]} ours @param {number[]} theirs @param {number} most @param {string} what */
function close(ours, theirs, most, what) {
  theirs.forEach((expected, i) => {
    const apart = Math.abs((ours[i] ?? NaN) - expected);
    assert.ok(apart <= most, `${what}: ${ours[i]} against ${expected}, ${apart} apart`);
  });
}

/** @param {Reference} reference @param {Computed} computed */
function hold(reference, computed) {
  const { link, eval_logits: evalLogits, logits, loss, gradients } = reference;
  assert.equal(computed.evalLogits.length, evalLogits.length, link);
  assert.equal(computed.logits.length, logits.length, link);
  close(computed.evalLogits, evalLogits, SCORES * largest(evalLogits), `${link}, logits in eval mode`);
  close(computed.logits, logits, SCORES * largest(logits), `${link}, logits`);
  close([computed.loss], [loss], SCORES * loss, `${link}, loss`);
  assert.deepEqual(
    computed.gradients.map(({ name }) => name),
    gradients.map(({ name }) => name),
    link,
  );
  const most = largest(gradients.map(({ norm }) => norm));
  gradients.forEach(({ name, norm, first }, i) => {
    const ours = computed.gradients[i];
    assert.ok(ours && first.length > 0);
    // What is normalized away has no gradient: roundings are all that may be there.
    if (norm < 1e-9 * most)
      return assert.ok(ours.norm < 1e-5 * most, `${link}, ${name}: ${ours.norm} instead of nothing`);
    const size = Math.max(norm, 1e-4 * most);
    close([ours.norm], [norm], GRADIENTS * size, `${link}, ${name}, norm`);
    close(ours.first, first, GRADIENTS * size, `${link}, ${name}`);
  });
}

describe("every small network computes what PyTorch computes", () => {
  const site = startSite({ gpu: true });

  for (const kind of ["cpu", "gpu"]) {
    const skip = kind === "gpu" && noGpuBuild;
    test(`on the ${kind.toUpperCase()} engine`, { skip, timeout: 600_000 }, async () => {
      const held = kind === "gpu" ? references.filter(({ link }) => !OMITTED.includes(link)) : references;
      assert.equal(references.length - held.length, kind === "gpu" ? OMITTED.length : 0);
      const { context } = await visitor(site.browser);
      const page = await context.newPage();
      await page.goto(new URL(BLANK, site.server.url).href);
      const { computed, label } = await page.evaluate(compute, { kind, references: held, labels: LABELS });
      assert.match(label, kind === "cpu" ? /^CPU/ : /^GPU/);
      assert.equal(computed.length, held.length);
      held.forEach((reference, i) => hold(reference, /** @type {Computed} */ (computed[i])));
      await context.close();
    });
  }
});
