// @ts-check
// The scripts that "Show as code" writes, run by PyTorch: from the weights that Bunsen exports and on the same examples they
// have Bunsen's first loss, and the loss goes down. BUNSEN_PYTHON names an interpreter that has torch and safetensors.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { writeIdx } from "./support/idx.mjs";
import { load } from "./support/paths.mjs";

const python = process.env["BUNSEN_PYTHON"] ?? "python3";
const found = spawnSync(python, ["-c", "import numpy, safetensors, torch"], { encoding: "utf8" });
const noTorch =
  found.status === 0
    ? false
    : `${python} has no torch, numpy and safetensors: install tests/references/requirements.txt and set BUNSEN_PYTHON`;

const COUNT = 64;
const STEPS = 10;
/** One batch, so that the order of the images changes nothing; one shard, since normalization measures each by itself. */
const ONE_BATCH = `data=digits&subset=${COUNT}&batch=${COUNT}&steps=${STEPS}&shards=1`;

const folder = mkdtempSync(join(tmpdir(), "bunsen-code-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const ONE_THREAD = { ...process.env, OMP_NUM_THREADS: "1" };

/**
 * Trains a link with Bunsen and its script with PyTorch.
 * @param {string} link @param {number} [steps] @param {Uint8Array} [initial] the file that both start from; else that is Bunsen's first weights
 */
async function both(link, steps = STEPS, initial = undefined) {
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu", workers: 1 });
  const run = await lab.start(link, initial && { weights: new Uint8Array(initial) });
  writeIdx(folder, "train", run.examples("train", 0, run.data.train));
  writeIdx(folder, "t10k", run.examples("test", 0, 32));
  const weights = join(folder, "weights.safetensors");
  writeFileSync(weights, initial ?? (await run.weights()));
  const ours = (await run.step(steps)).map((/** @type {{ loss: number }} */ { loss }) => loss);
  const [{ name, text }] = await lab.asCode(link, "pytorch");
  lab.close();
  const script = join(folder, name);
  writeFileSync(script, text);
  const words = [script, "--data", folder, "--weights", weights, "--steps", String(steps)];
  const output = execFileSync(python, words, { encoding: "utf8", env: ONE_THREAD });
  const theirs = [...output.matchAll(/loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
  assert.match(output, /of 32 test images are right: /);
  return { ours, theirs };
}

describe("the PyTorch scripts", { skip: noTorch }, () => {
  const links = [
    "model=lenet5",
    "model=lenet5-1998",
    "model=mlp&dropout=0&opt=sgd&momentum=0.9&nesterov=on&wd=0.01&schedule=one-cycle",
    "model=alexnet&dropout=0&lrn=on&groups=2&smooth=0.1",
    "model=vgg-11&dropout=0",
    "model=vgg-11&dropout=0&norm=off&head=gap&clip=0.5",
    "model=resnet-8&aug=",
    "model=resnet-8&aug=&shortcut=project&opt=rmsprop&lr=0.0005&schedule=step",
    "model=resnet-8&aug=&freeze=3",
    "model=vit&aug=&warmup=0.4&freeze=7",
    "model=resnet-50&aug=",
    "model=googlenet&dropout=0&aux=on",
    "model=googlenet&dropout=0&reduce=off&opt=adam&wd=0.01&decay=all",
    "model=densenet&aug=",
    "model=vit&aug=&warmup=0.4&beta1=0.8&beta2=0.98&eps=0.0001",
    "model=vit&aug=&stem=patch&pool=token&warmup=0.4&schedule=linear",
    "model=resnet-8&aug=&opt=muon&nesterov=on&wd=0.01&lr=0.02",
    "model=vit&aug=&opt=muon&momentum=0.8&lr=0.005&bias_lr=0.5&head_lr=0.1&schedule=constant&warmup=0",
    "model=airbench&width=4&bias_lr=4&lr=0.01&aug=",
    "model=lenet5&opt=adamw&nesterov=on&wd=0.05&average=ema&ema=0.8",
    "model=mlp&dropout=0&opt=sgd&lr=0.05&bias_lr=2&head_lr=0.5&average=lookahead",
    "model=stack&layers=conv6x5p2,norm,relu,res(conv6x3p1,relu),max2,fc84,norm,relu",
  ];
  for (const link of links) {
    test(link, { timeout: 120_000 }, async () => {
      const { ours, theirs } = await both(`${link}&${ONE_BATCH}`);
      assert.equal(theirs.length, STEPS);
      const [first = NaN, ...rest] = theirs;
      assert.ok(Math.abs(first - ours[0]) <= 1e-4 * Math.max(1, ours[0]), `${first} against ${ours[0]}`);
      // The same optimizer, schedule and batch: the second loss is what one update makes.
      assert.ok(
        Math.abs((theirs[1] ?? NaN) - ours[1]) <= 5e-3 * ours[1],
        `second step: ${theirs[1]} against ${ours[1]}`,
      );
      assert.ok(Math.min(...rest) < first, `the loss did not go down: ${theirs.join()}`);
    });
  }

  /** @type {Record<string, number>} */ const right = {};
  for (const tta of ["off", "flip"]) {
    test(`score as Bunsen does, tta=${tta}`, { timeout: 120_000 }, async () => {
      const { openLab } = await load("index.js");
      const lab = await openLab({ engine: "cpu", workers: 1 });
      const link = `model=lenet5&data=digits&batch=64&seed=2&test=500&tta=${tta}`;
      const run = await lab.start(`${link}&subset=640&steps=20`);
      await run.step(20);
      const { accuracy } = await run.evaluate();
      // Rounded elsewhere, an image may be told otherwise that was nearly a draw.
      const ours = Math.round(500 * accuracy);
      writeIdx(folder, "train", run.examples("train", 0, 64));
      writeIdx(folder, "t10k", run.examples("test", 0, 500));
      const weights = join(folder, "trained.safetensors");
      writeFileSync(weights, await run.weights());
      // A step that is too short to change anything.
      const still = `${link}&subset=64&steps=1&opt=sgd&lr=0.0000001&schedule=constant&warmup=0`;
      const [{ name, text }] = await lab.asCode(still, "pytorch");
      lab.close();
      const script = join(folder, name);
      writeFileSync(script, text);
      const words = [script, "--data", folder, "--weights", weights, "--steps", "1"];
      const output = execFileSync(python, words, { encoding: "utf8", env: ONE_THREAD });
      const said = tta === "flip" ? ", each with its mirror image" : "";
      const [, theirs] = new RegExp(`(\\d+) of 500 test images are right${said}: `).exec(output) ?? [];
      assert.ok(Math.abs(Number(theirs) - ours) <= 1, `${theirs} against ${ours}`);
      right[tta] = ours;
      // Which of the two it is can be told.
      if (tta === "flip") assert.ok(Math.abs(ours - (right["off"] ?? NaN)) > 5, JSON.stringify(right));
    });
  }

  test("start from the file that the link names", { timeout: 120_000 }, async () => {
    // MNIST's digits are of the same shape, so that nothing starts anew.
    const initial = readFileSync(new URL("../../www/src/trained/lenet5-mnist.safetensors", import.meta.url));
    const link = `model=lenet5&init=37cc50bc19674f43&freeze=1&${ONE_BATCH}`;
    const { ours, theirs } = await both(link, STEPS, initial);
    assert.equal(theirs.length, STEPS);
    theirs.forEach((loss, step) => {
      const apart = Math.abs(loss - ours[step]);
      assert.ok(
        apart <= (step === 0 ? 1e-4 : 5e-3) * Math.max(1, ours[step]),
        `${step}: ${loss} against ${ours[step]}`,
      );
    });
  });

  test("augmentation, dropout, shards and examples kept apart run too", { timeout: 120_000 }, async () => {
    const link =
      "model=vgg-11&data=digits&subset=300&val=44&batch=64&steps=12&aug=shift,rotate,elastic,crop,flip,alternate,cutout&pad=reflect&seed=5&warmup=0&lr=0.002";
    const { theirs } = await both(link, 12);
    assert.equal(theirs.length, 12);
    const mean = (/** @type {number[]} */ losses) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    assert.ok(mean(theirs.slice(-4)) < mean(theirs.slice(0, 4)), theirs.join());
  });
});
