// @ts-check
// The package under Node, as its README uses it; and what the built files must be.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import * as faults from "./support/faults.mjs";
import { data, load, noCifar10, noGpuBuild, noMnist, pkg } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";

const LINK = "model=lenet5&data=digits&seed=7&steps=12&warmup=0.3";

describe("a lab under Node", () => {
  /** @type {any} */ let bunsen;
  /** @type {any} */ let lab;
  before(async () => {
    bunsen = await load("index.js");
    lab = await bunsen.openLab();
  });
  after(() => lab?.close());

  test("says what computes", () => {
    const { kind, adapter, software, selfTest, label, why } = lab.engine;
    assert.equal(kind, "cpu");
    assert.equal(adapter, "");
    assert.equal(software, false);
    assert.equal(selfTest, "not needed");
    assert.equal(label, "CPU, SIMD, 1 thread");
    assert.ok(why.length > 10);
    assert.ok(lab.memory().wasm > 1_000_000);
  });

  test("trains, scores, guesses, and hands its weights out", async () => {
    const run = await lab.start(LINK);
    assert.equal(run.plan.steps, 12);
    assert.equal(run.plan.parameters, 61_706);
    assert.equal(run.data.name, "digits");
    assert.equal(run.data.synthetic, true);
    assert.deepEqual(run.notices, []);

    const reports = await run.step(8);
    assert.deepEqual(
      reports.map((/** @type {any} */ report) => report.step),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    for (const { loss, accuracy, imagesPerSecond, epoch } of reports) {
      assert.ok(loss > 0 && loss < 10 && accuracy >= 0 && accuracy <= 1 && imagesPerSecond > 0 && epoch >= 1);
    }
    assert.equal((await run.step(8)).length, 4);
    assert.deepEqual(await run.step(8), []);
    assert.match(await run.check(), /^[0-9a-f]{16}$/);

    const score = await run.evaluate();
    assert.equal(score.step, 12);
    assert.equal(score.examples, run.data.test);
    assert.ok(score.accuracy > 0.1 && score.accuracy <= 1);
    const all = score.confusion.flat();
    const right = score.confusion.reduce(
      (/** @type {number} */ sum, /** @type {number[]} */ row, /** @type {number} */ i) => sum + row[i],
      0,
    );
    assert.equal(all.length, 100);
    assert.equal(
      all.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b),
      score.examples,
    );
    assert.ok(Math.abs(right / score.examples - score.accuracy) < 1e-6);

    const [example] = run.examples("test", 0, 1);
    assert.equal(example.pixels.length, 28 * 28);
    const guess = await run.predict(Float32Array.from(example.pixels, (/** @type {number} */ byte) => byte / 255));
    assert.equal(guess.length, 10);
    assert.ok(Math.abs(guess.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b) - 1) < 1e-4);
    await assert.rejects(run.predict(new Float32Array(3)), /784 numbers from 0 to 1 \(1×28×28\); these are 3\./);

    assertSafetensors(await run.weights(), 61_706);
    run.free();
    await assert.rejects(run.step(1), { name: "BunsenError", kind: "run" });
  });

  test("trains the same again, in pieces, with looks in between, and from a checkpoint", async () => {
    const whole = await lab.start(LINK);
    const trace = (await whole.step(12)).map((/** @type {any} */ report) => report.loss);

    const pieces = await lab.start(LINK);
    const first = await pieces.step(5);
    await pieces.evaluate();
    await pieces.predict(new Float32Array(784).fill(0.5));
    pieces.examples("train", 3, 2);
    await pieces.weights();
    const checkpoint = await pieces.checkpoint();
    const second = await pieces.step(7);
    assert.deepEqual(
      [...first, ...second].map((report) => report.loss),
      trace,
    );
    assert.equal(await pieces.check(), await whole.check());

    const resumed = await lab.start(LINK, { checkpoint });
    assert.deepEqual(
      (await resumed.step(99)).map((/** @type {any} */ report) => report.loss),
      trace.slice(5),
    );
    assert.equal(await resumed.check(), await whole.check());
    assert.deepEqual(await resumed.weights(), await whole.weights());

    const other = await lab.start(LINK.replace("seed=7", "seed=8"));
    await other.step(12);
    assert.notEqual(await other.check(), await whole.check());
    for (const run of [whole, pieces, resumed, other]) run.free();
  });

  test("ends with its process, whether the lab was closed or not", { timeout: 60_000 }, () => {
    for (const end of ["", "lab.close();"]) {
      const script = `
        const { openLab } = await import(${JSON.stringify(pathToFileURL(join(pkg, "index.js")).href)});
        const lab = await openLab({ workers: 3 });
        const run = await lab.start("${LINK}");
        while (lab.engine.threads < 3) await new Promise((done) => setTimeout(done, 10));
        await run.step(2);
        console.log(lab.engine.label);
        ${end}`;
      const node = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { timeout: 25_000 });
      assert.deepEqual(
        [node.stdout.toString(), node.stderr.toString(), node.status],
        ["CPU, SIMD, 3 threads\n", "", 0],
      );
    }
  });

  test("does overlapping calls one after another", async () => {
    const run = await lab.start(LINK);
    const [a, score, b, guess] = await Promise.all([
      run.step(3),
      run.evaluate(),
      run.step(3),
      run.predict(new Float32Array(784)),
    ]);
    assert.deepEqual(
      [...a, ...b].map((report) => report.step),
      [1, 2, 3, 4, 5, 6],
    );
    assert.equal(score.step, 3);
    assert.equal(guess.length, 10);
    run.free();
  });

  test("refuses a damaged checkpoint and goes on", async () => {
    const run = await lab.start(LINK);
    await run.step(2);
    const checkpoint = await run.checkpoint();
    for (const damaged of [new Uint8Array(0), new Uint8Array(100), checkpoint.slice(0, checkpoint.length >> 1)]) {
      await assert.rejects(lab.start(LINK, { checkpoint: damaged }), { name: "BunsenError" });
    }
    await assert.rejects(lab.start("model=lenet5-1998&data=digits&steps=2", { checkpoint }), { name: "BunsenError" });
    assert.equal((await run.step(1)).length, 1);
    run.free();
  });

  test("stops at a loss that is no number, and names the step", async () => {
    const run = await lab.start("model=lenet5&data=digits&opt=sgd&lr=10&wd=1&steps=200");
    await assert.rejects(
      (async () => {
        while ((await run.step(20)).length > 0);
      })(),
      (/** @type {any} */ error) => {
        assert.equal(error.kind, "nan");
        assert.match(error.message, /step \d+/);
        return true;
      },
    );
    run.free();
  });

  test("says where MNIST was looked for when it cannot be had", async () => {
    const alone = await bunsen.openLab({ data: { folder: "/nowhere", mirrors: false } });
    await assert.rejects(alone.start("model=lenet5&data=mnist"), (/** @type {any} */ error) => {
      assert.equal(error.kind, "data");
      assert.match(error.message, /MNIST could not be had.*folder.*data=digits needs no download/s);
      return true;
    });
    alone.close();
  });

  test("trains on MNIST from a folder, and scores on another data set", { skip: noMnist }, async () => {
    const alone = await bunsen.openLab({ data: { folder: data, mirrors: false } });
    const run = await alone.start("model=lenet5&data=mnist&steps=60");
    assert.deepEqual([run.data.train, run.data.test, run.data.synthetic], [60_000, 10_000, false]);
    await run.step(60);
    const score = await run.evaluateOn("digits");
    assert.ok(score.accuracy > 0.2, `${score.accuracy}`);
    const digits = await alone.start("model=lenet5&data=digits&steps=60");
    await digits.step(60);
    const crossed = await digits.evaluateOn("mnist");
    assert.equal(crossed.examples, 10_000);
    assert.ok(crossed.accuracy > 0.2, `${crossed.accuracy}`);
    alone.close();
  });

  test("trains before the test images are there, and scores once they are", { skip: noMnist }, async () => {
    const link = "model=lenet5&data=mnist&subset=2000&batch=64&steps=20&seed=3";
    /** Check and score, where the test images come first and where they come last. @param {boolean} late */
    const outcome = async (late) => {
      const server = await Server.start();
      const gate = faults.gate();
      server.break("/data/mnist/t10k-images-idx3-ubyte.gz", gate);
      const alone = await bunsen.openLab({ data: { folder: "/nowhere", base: `${server.url}data`, mirrors: false } });
      try {
        if (!late) gate.open();
        const run = await alone.start(link);
        if (!late) await run.testReady();
        await run.step(20);
        let scored = false;
        const scoring = run.evaluate().finally(() => (scored = true));
        if (late) {
          // A score that did not wait would be there before another network's is.
          const other = await lab.start("model=lenet5&data=digits&subset=640&steps=1");
          await other.step(1);
          await other.evaluate();
          other.free();
          assert.equal(scored, false, "a score waits for the test images");
          assert.deepEqual(run.examples("test", 0, 1), []);
          assert.equal(run.data.test, 10_000);
        }
        gate.open();
        const score = await scoring;
        assert.equal(score.examples, 10_000);
        return { score, check: await run.check(), digest: run.data.digest };
      } finally {
        alone.close();
        await server.close();
      }
    };
    assert.deepEqual(await outcome(true), await outcome(false));
  });

  test("says why it cannot score, and scores once the test images can be had", { skip: noMnist }, async () => {
    const server = await Server.start();
    server.break("/data/mnist/t10k-labels-idx1-ubyte.gz", faults.status(404));
    const alone = await bunsen.openLab({ data: { folder: "/nowhere", base: `${server.url}data`, mirrors: false } });
    try {
      const run = await alone.start("model=lenet5&data=mnist&steps=2");
      assert.equal((await run.step(2)).length, 2);
      await assert.rejects(run.evaluate(), {
        kind: "data",
        message: /^MNIST could not be had: no place gave a sound t10k-labels-idx1-ubyte\.gz \(.*it is not there;/,
      });
      server.reset();
      assert.equal((await run.evaluate()).examples, 10_000);
    } finally {
      alone.close();
      await server.close();
    }
  });

  test("shows what a run makes of its training images", async () => {
    const run = await lab.start("model=lenet5&data=digits&subset=200&batch=50&epochs=2&aug=shift,rotate&seed=4");
    const previews = run.firstBatchAugmentations(3, 4);
    assert.equal(previews.length, 3);
    for (const { original, views } of previews) {
      assert.equal(original.length, 784);
      assert.deepEqual(
        views.map((/** @type {any} */ { epoch }) => epoch),
        [1, 2],
      );
      for (const { pixels } of views) assert.notDeepEqual(pixels, original);
    }
    const { mean, std } = run.normalization();
    assert.deepEqual(
      [mean, std].map(([value]) => value.toFixed(4)),
      ["0.1307", "0.3081"],
    );
    const plain = await lab.start("model=lenet5-1998&data=digits&subset=200&batch=50&epochs=2&seed=4");
    assert.equal(plain.normalization(), undefined);
    const [{ original, views }] = plain.firstBatchAugmentations(1, 1);
    assert.deepEqual(views, [{ epoch: 1, pixels: original }]);
    run.free();
    plain.free();
  });

  test("says where data were looked for, and which need no download", async () => {
    const alone = await bunsen.openLab({ data: { folder: "/nowhere", mirrors: false } });
    const run = await alone.start("model=lenet5&data=digits&subset=64&batch=64&steps=1");
    await assert.rejects(run.evaluateOn("cifar10"), (/** @type {any} */ error) => {
      assert.equal(error.kind, "data");
      assert.match(error.message, /^CIFAR-10 could not be had: no place gave a sound data_batch_1\.bin\.gz \(folder: /);
      assert.match(error.message, /\)\. data=shapes needs no download\.$/);
      return true;
    });
    alone.close();
  });

  test("reads CIFAR-10 from a folder", { skip: noCifar10 }, async () => {
    const alone = await bunsen.openLab({ data: { folder: data, mirrors: false } });
    const run = await alone.start("model=lenet5&data=digits&subset=64&batch=64&steps=1");
    await assert.rejects(run.evaluateOn("cifar10"), {
      kind: "run",
      message: "CIFAR-10 has other images or classes than Synthetic digits, so this network cannot be scored on it.",
    });
    alone.close();
  });

  test("a closed lab says that it is closed", async () => {
    const short = await bunsen.openLab({ engine: "cpu" });
    const run = await short.start(LINK);
    short.close();
    assert.throws(() => short.fields(), { name: "BunsenError", kind: "run" });
    await assert.rejects(short.start(LINK), { name: "BunsenError", kind: "run" });
    await assert.rejects(run.step(1), { name: "BunsenError", kind: "run" });
  });

  test("an engine that cannot be had is an error that says why", async () => {
    await assert.rejects(bunsen.openLab({ engine: "gpu" }), { name: "BunsenError", kind: "engine", message: /WebGPU/ });
    await assert.rejects(bunsen.openLab({ engine: "abacus" }), { kind: "engine", message: /abacus/ });
  });
});

describe("the built files", () => {
  for (const [kind, limit] of /** @type {const} */ ([
    // The module may have 930,000 (`xtask/src/size.rs`), and its script has 12,000.
    ["cpu", 942_000],
    ["gpu", 4_600_000],
  ])) {
    describe(kind, { skip: kind === "gpu" ? noGpuBuild : false }, () => {
      test("export nothing that runs the constructors again", () => {
        const module = new WebAssembly.Module(readFileSync(join(pkg, kind, "bunsen_bg.wasm")));
        const stubs = WebAssembly.Module.exports(module).filter(({ name }) => name.endsWith(".command_export"));
        assert.deepEqual(stubs, []);
      });

      test(`are at most ${limit} bytes, packed`, () => {
        const files = ["bunsen.js", "bunsen_bg.wasm"].map((name) => readFileSync(join(pkg, kind, name)));
        const packed = files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0);
        assert.ok(packed <= limit, `${packed} bytes`);
      });
    });
  }

  for (const module of ["cpu/bunsen_bg.wasm", "gpu/bunsen_bg.wasm", "images/bunsen_images_bg.wasm"]) {
    test(
      `name no folder of the machine that built them: ${module}`,
      { skip: module.startsWith("gpu") && noGpuBuild },
      () => {
        const text = readFileSync(join(pkg, module)).toString("latin1");
        const folders = [...text.matchAll(/([^]{7})\/registry\/src\//g)].map(([, before]) => before ?? "");
        assert.ok(folders.length > 0, "panics name the files of the crates that they are in");
        // Slashes fill what cargo's home was longer.
        assert.deepEqual(
          folders.filter((folder) => !/\/\/(cargo)?$/.test(folder)),
          [],
        );
      },
    );
  }

  test("are a package with types and a README", () => {
    const manifest = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
    assert.equal(manifest.name, "bunsen");
    for (const file of ["README.md", "index.js", manifest.types, "cpu/bunsen.d.ts"]) {
      assert.ok(existsSync(join(pkg, file)), file);
    }
  });
});

/**
 * A safetensors file: length of the header, the header, and data that fits it.
 * @param {Uint8Array} file
 * @param {number} parameters
 */
function assertSafetensors(file, parameters) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  delete header.__metadata__;
  const tensors = Object.values(header).sort((a, b) => a.data_offsets[0] - b.data_offsets[0]);
  let end = 0;
  for (const { dtype, shape, data_offsets } of tensors) {
    assert.equal(dtype, "F32");
    assert.equal(data_offsets[0], end, "tensors lie one after another");
    end = data_offsets[1];
    const count = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
    assert.equal(end - data_offsets[0], 4 * count);
  }
  assert.equal(8 + length + end, file.byteLength);
  assert.equal(end / 4, parameters);
}
