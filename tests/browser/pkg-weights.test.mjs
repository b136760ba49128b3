// @ts-check
// Runs that start from the weights of a file, in the package and in its command under Node.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { images } from "./support/own-images.mjs";
import { load, pkg } from "./support/paths.mjs";
import { png } from "./support/png.mjs";
import { pickled, withNaN } from "./support/weights.mjs";

const DIGITS = "model=lenet5&data=digits&subset=200&batch=10&warmup=0";
const LINK = `${DIGITS}&steps=10&seed=7`;
const PICKLE =
  /^These weights cannot be used: it is a \.pt file, which is a pickle .*`from safetensors\.torch import save_file; save_file\(model\.state_dict\(\), 'weights\.safetensors'\)`/;

/** The digest by which a link names a file. @param {Uint8Array} file */
const digestOf = (file) => createHash("sha256").update(file).digest("hex").slice(0, 16);

describe("a run that starts from a file", () => {
  /** @type {any} */ let lab;
  /** @type {Uint8Array} */ let file;
  /** What the network of that file answers. @type {Float32Array} */ let answer;
  /** @type {string} */ let digest;
  const image = Float32Array.from({ length: 784 }, (_, index) => (index % 17) / 16);

  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ engine: "cpu" });
    const run = await lab.start(LINK);
    await run.step(10);
    file = await run.weights();
    answer = await run.predict(image);
    digest = digestOf(file);
    run.free();
  });
  after(() => lab?.close());

  test("the file says what it is", () => {
    const { classes, mean, std, ...info } = lab.readWeights(file);
    assert.deepEqual(info, {
      digest,
      format: "weights",
      link: lab.parse(LINK).link,
      parameters: 61_706,
      tensors: 10,
    });
    assert.equal(classes.length, 10);
    assert.equal(mean.length, 1);
    assert.equal(std.length, 1);
  });

  test("answers as the file's network before its first step, and its link names the file", async () => {
    const run = await lab.start(`${DIGITS}&steps=4&seed=8`, { weights: file });
    assert.equal(new URLSearchParams(run.plan.link).get("init"), digest);
    assert.deepEqual(await run.predict(image), answer);
    await run.step(4);
    assert.notDeepEqual(await run.predict(image), answer);
    run.free();
  });

  test("is the same again with the same file, given to the start or to the lab", async () => {
    const first = await lab.start(`${DIGITS}&steps=4&seed=8`, { weights: file });
    await first.step(4);
    const link = await first.checkedLink();
    const { openLab } = await load("index.js");
    const other = await openLab({ engine: "cpu" });
    await assert.rejects(other.start(link), {
      name: "BunsenError",
      kind: "weights",
      message: `This run starts from the weights of a file whose digest begins with ${digest}: give that file.`,
    });
    assert.equal(other.addWeights(file).digest, digest);
    for (const options of [{}, { weights: file }]) {
      const run = await other.start(link, options);
      await run.step(4);
      assert.equal(run.verdict().kind, "same");
      assert.equal(await run.check(), await first.check());
      run.free();
    }
    // A checkpoint of it has all that it takes.
    const half = await other.start(link);
    await half.step(2);
    const checkpoint = await half.checkpoint();
    other.close();
    const third = await openLab({ engine: "cpu" });
    const resumed = await third.start(link, { checkpoint, computedHere: true });
    await resumed.step(2);
    assert.equal(await resumed.check(), await first.check());
    third.close();
    first.free();
  });

  test("another file is refused, and both digests are named", async () => {
    const run = await lab.start(LINK);
    const untrained = await run.weights();
    run.free();
    await assert.rejects(lab.start(`${DIGITS}&init=${digest}`, { weights: untrained }), {
      kind: "weights",
      message: `This run starts from the weights of a file whose digest begins with ${digest}; that of the file that was given begins with ${digestOf(untrained)}.`,
    });
  });

  test("weights for 10 classes start a network of two: the last layer starts anew, and that is said", async () => {
    const dataset = await lab.customDataset(images, { size: 28, channels: "grey" });
    const classes = dataset.classes.length;
    const run = await lab.start(`model=lenet5&batch=4&steps=2&warmup=0&${dataset.link}`, { weights: file });
    assert.ok(
      run.notices.includes(
        `The weights of classes start anew: the file has ${10}×84 where this network has ${classes}×84.`,
      ),
      run.notices.join(" "),
    );
    run.free();
  });

  test("frozen layers keep their weights", async () => {
    const run = await lab.start(`${DIGITS}&steps=4&seed=8&freeze=2`, { weights: file });
    const before = await run.stateDict();
    await run.step(4);
    const now = await run.stateDict();
    for (const [name, { values }] of before) {
      const isFrozen = /^conv[12]\./.test(name);
      if (isFrozen) assert.deepEqual(now.get(name).values, values, name);
      else assert.notDeepEqual(now.get(name).values, values, name);
    }
    run.free();
  });

  test("a network is loaded for answers whatever its link says of initial weights", async () => {
    const model = await lab.load(`${DIGITS}&init=${"0".repeat(15)}1&freeze=1`, file);
    assert.deepEqual(await model.predict(image), answer);
    model.free();
  });

  test("what is no file of weights is refused with a sentence, and the lab holds nothing of it", async () => {
    for (const [wrong, message] of /** @type {[unknown, RegExp][]} */ ([
      [pickled(), PICKLE],
      [file.subarray(0, -4), /^These weights cannot be used: its tensors take another number of bytes/],
      [file.subarray(0, 100), /^These weights cannot be used: its header should be \d+ bytes long, and only 92 follow/],
      [withNaN(file), /^These weights cannot be used: conv1\.bias holds something that is no finite number\.$/],
      [png(28, 28, () => [0, 0, 0]), /^These weights cannot be used: .*no safetensors file\.$/],
      [new Uint8Array(0), /^These weights cannot be used: it is no safetensors file, for it has 0 bytes in all\.$/],
      ["weights.safetensors", /^"weights\.safetensors" was given where a file of weights is expected: its bytes/],
    ])) {
      for (const call of ["readWeights", "addWeights"]) {
        assert.throws(() => lab[call](wrong), { name: "BunsenError", kind: "file", message });
      }
      await assert.rejects(lab.start(LINK, { weights: wrong }), { name: "BunsenError", message });
    }
    const ofOther = await lab.start("model=resnet-8&data=digits&subset=200&batch=10&steps=2&warmup=0");
    const resnet = await ofOther.weights();
    ofOther.free();
    await assert.rejects(lab.start(LINK, { weights: resnet }), {
      kind: "file",
      message:
        /^These weights cannot be used: conv1\.\w+ is .*The file says that it is of ResNet-8; this network is LeNet-5\.$/,
    });
    await assert.rejects(lab.start(LINK, { weights: file, checkpoint: file }), {
      kind: "run",
      message: /^Both a checkpoint and weights were given/,
    });
  });

  test("a lab in a worker takes files as well", async () => {
    const { openLab } = await load("worker.js");
    const remote = await openLab({ engine: "cpu" });
    assert.equal((await remote.readWeights(file)).digest, digest);
    assert.equal((await remote.addWeights(file)).digest, digest);
    const run = await remote.start(`${DIGITS}&steps=4&seed=8&init=${digest}`);
    assert.deepEqual(await run.predict(image), answer);
    const given = await remote.start(`${DIGITS}&steps=4&seed=8`, { weights: file });
    assert.deepEqual(await given.predict(image), answer);
    remote.close();
  });

  test("as code: a program that would begin otherwise is not written", async () => {
    for (const part of [`init=${digest}`, "freeze=1"]) {
      await assert.rejects(lab.asCode(`${LINK}&${part}`, "pytorch-distributed"), {
        kind: "recipe",
        message: /cannot be shown as PyTorch code yet: its program for many processes would /,
      });
      await assert.rejects(lab.asCode(`${LINK.replace("model=lenet5", "model=lenet5-1998")}&${part}`, "rust"), {
        kind: "recipe",
        message: /cannot be shown as Rust code yet: its program would /,
      });
    }
  });
});

describe("the command", () => {
  /** @type {string} */ let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "bunsen-weights-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** @param {string[]} words @returns {Promise<{ status: number, out: string, err: string }>} */
  function bunsen(...words) {
    return new Promise((done) => {
      execFile(process.execPath, [join(pkg, "command.js"), ...words], { cwd: folder }, (error, out, err) => {
        done({ status: error ? Number(error.code) : 0, out, err });
      });
    });
  }

  test("trains on from a file, and replays the link that it gives", async () => {
    assert.equal((await bunsen("train", LINK, "--out", "first")).status, 0);
    const weights = join("first", "weights.safetensors");
    const digest = digestOf(await readFile(join(folder, weights)));
    const link = `${DIGITS}&epochs=1&lr=0.0002`;
    const further = await bunsen("train", link, "--weights", weights, "--out", "further");
    assert.equal(further.status, 0, further.err);
    const checked = further.out.split("\n").find((line) => line.includes("check=")) ?? "";
    assert.ok(checked.includes(`init=${digest}`), further.out);
    const same = await bunsen("check", checked, "--weights", weights);
    assert.match(same.out, /^same +[\d.]+ /m);
    assert.equal(same.status, 0, same.err);
    const without = await bunsen("check", checked);
    assert.match(
      without.out,
      new RegExp(`^cannot .*begins with ${digest}: give that file\\. \`--weights\` names it\\.$`, "m"),
    );
    assert.equal(without.status, 1);
    const train = await bunsen("train", checked);
    assert.equal(
      train.err.trim(),
      `This run starts from the weights of a file whose digest begins with ${digest}: give that file. \`--weights\` names it.`,
    );
    assert.equal(train.status, 1);
  });

  test("refuses what is no file of weights, and leaves no folder behind", async () => {
    await writeFile(join(folder, "model.pt"), pickled());
    const pickle = await bunsen("train", LINK, "--weights", "model.pt");
    assert.match(pickle.err, PICKLE);
    assert.equal(pickle.status, 1);
    const none = await bunsen("train", LINK, "--weights", "none.safetensors");
    assert.match(none.err, /^none\.safetensors cannot be read \(/);
    assert.equal(none.status, 1);
    await assert.rejects(readFile(join(folder, "bunsen-1", "run.bunsen.json")), { code: "ENOENT" });
    assert.match((await bunsen("train", "--help")).out, /--weights <file>/);
  });
});
