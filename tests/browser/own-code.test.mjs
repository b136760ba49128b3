// @ts-check
// "Show as code" of a run on a person's own images: `load.py` makes the same bytes of their files, in the run's own order, and the
// PyTorch script with exported weights has Bunsen's logits and test accuracy.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { idx, labelsOf, strokes } from "./support/arrays.mjs";
import { APART, DUMP, JPEGS, KINDS, LOGITS, STARTED, WRAPPED } from "./support/own-code-programs.mjs";
import { images, shapes } from "./support/own-images.mjs";
import { load } from "./support/paths.mjs";
import { png } from "./support/png.mjs";
import { ONE_THREAD, python, withoutModules } from "./support/python.mjs";
import { zip } from "./support/zip.mjs";

const noPillow = withoutModules("numpy", "PIL");
const noTorch = noPillow || withoutModules("numpy", "PIL", "safetensors", "torch");

/** Those that every decoder reads alike. */
const exact = images.filter(({ path }) => path.endsWith(".png"));

/** @typedef {{ path: string, bytes: Uint8Array }} File */

/** Photographs that are none: a stripe of its class's width, on a ground of its own. @param {number} width @param {number} seed */
const stripe = (width, seed) =>
  png(37 + (seed % 5), 41, (x, y) =>
    (x + seed) % 12 < width ? [200 - seed, 30, (7 * y) % 256] : [(11 * seed) % 256, 240, (5 * x + seed) % 256],
  );

/** So many of two classes, each below `folder`. @param {string} folder @param {number} first @param {number} count @returns {File[]} */
const stripes = (folder, first, count) =>
  [3, 8].flatMap((width) =>
    Array.from({ length: count }, (_, at) => ({
      path: `${folder}${width === 3 ? "narrow" : "wide"}/${first + at}.png`,
      bytes: stripe(width, first + at),
    })),
  );

/** A person's own split: to train on, to choose by, to test with. */
const SPLIT = [...stripes("set/train/", 0, 9), ...stripes("set/valid/", 20, 3), ...stripes("set/Test/", 40, 4)];

describe("own images as code", () => {
  const folder = mkdtempSync(join(tmpdir(), "bunsen-own-code-"));
  /** @type {any} */ let lab;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ engine: "cpu", workers: 1 });
  });
  after(() => {
    lab?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Writes files below the folder. @param {readonly { path?: string, name?: string, bytes?: Uint8Array, text?: string }[]} files */
  const write = (files) => {
    for (const { path, name, bytes, text } of files) {
      const file = join(folder, path ?? name ?? "");
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes ?? text ?? "");
    }
  };

  /** @param {string} program @param {...string} words */
  const run = (program, ...words) => {
    const { status, stdout, stderr } = spawnSync(python, ["-c", program, ...words], {
      cwd: folder,
      encoding: "utf8",
      env: ONE_THREAD,
    });
    return { status, stdout, stderr };
  };

  /** What `load.py` of that link gives of a source: its bytes in the run's order, and what it says. @param {string} link @param {string} source */
  const loaded = async (link, source) => {
    write((await lab.asCode(link, "pytorch")).slice(1));
    const { status, stdout, stderr } = run(DUMP, source);
    assert.equal(status, 0, stderr);
    return { bytes: readFileSync(join(folder, "arrays.bin")), stdout, stderr };
  };

  /** The same bytes, as a run has them. @param {string} link */
  const expected = async (link) => {
    const started = await lab.start(link);
    const parts = ["train", "test"].flatMap((split) => {
      const examples = started.examples(split, 0, 10_000);
      return [
        ...examples.map((/** @type {any} */ { pixels }) => Buffer.from(pixels)),
        Buffer.from(examples.map((/** @type {any} */ { label }) => label)),
      ];
    });
    started.free();
    return Buffer.concat(parts);
  };

  test("are a script, and load.py in 60 lines", async () => {
    const link = "model=lenet5&data=own&own=0123456789abcdef&classes=3&seed=12";
    const [script, reader, ...others] = await lab.asCode(link, "pytorch");
    assert.deepEqual([script.name, reader.name, others.length], ["lenet5.py", "load.py", 0]);
    assert.ok(reader.text.trimEnd().split("\n").length <= 60, "load.py has more than 60 lines");
    assert.match(reader.text, /^SIZE, COLOUR, SEED, DIGEST = 32, True, 12, "0123456789abcdef"/m);
    // Nothing is known of these images, so nothing is made up.
    assert.match(script.text, /^MEAN = None$/m);
    assert.doesNotMatch(script.text, /MNIST|idx3|0\.25/);
    // So do the Rust program's modules, which rust-own-code.test.mjs builds.
    const [, main] = await lab.asCode(link, "rust");
    assert.match(main.text, /static SCALE: OnceLock/);
    assert.match(main.text, /the link has 3 of them/);
    assert.doesNotMatch(main.text, /NAMES|MNIST|idx3|0\.25/);
    await assert.rejects(lab.preparedImages(link), { kind: "data", code: "dataset-missing" });
    await assert.rejects(lab.preparedImages("model=lenet5&data=mnist"), {
      kind: "recipe",
      message: "Prepared images are saved of a person's own: this recipe is on mnist.",
    });
  });

  /** @type {Record<string, { files: readonly File[], give?: (files: readonly File[]) => Uint8Array, source: string }>} */
  const SOURCES = {
    "a folder": { files: exact.map(({ path, bytes }) => ({ path: `photos/${path}`, bytes })), source: "photos" },
    "a zip": {
      files: [{ path: "photos.zip", bytes: zip(exact) }],
      give: ([one]) => /** @type {File} */ (one).bytes,
      source: "photos.zip",
    },
    "a person's own split": { files: SPLIT, source: "set" },
    "a folder with other files, images that are there twice, and one that is two things": {
      files: [
        ...stripes("mixed/", 0, 7),
        { path: "mixed/notes.txt", bytes: Buffer.from("no image") },
        { path: "mixed/narrow/.hidden.png", bytes: stripe(1, 9) },
        { path: "mixed/narrow/again.png", bytes: stripe(3, 2) },
        { path: "mixed/narrow/torn.png", bytes: stripe(3, 2).subarray(0, 90) },
        { path: "mixed/narrow/both.png", bytes: stripe(5, 1) },
        { path: "mixed/wide/both.png", bytes: stripe(5, 1) },
      ],
      source: "mixed",
    },
    "zips of one class each": {
      files: ["narrow", "wide"].map((name) => ({
        path: `packed/${name}.zip`,
        bytes: zip(
          stripes("", 0, 6).flatMap(({ path, bytes }) =>
            path.startsWith(name) ? [{ path: path.slice(name.length + 1), bytes }] : [],
          ),
        ),
      })),
      source: "packed",
    },
  };
  for (const [name, { files, give, source }] of Object.entries(SOURCES)) {
    for (const options of [{}, { size: 28, channels: "grey" }]) {
      test(`load.py reads ${name}, ${JSON.stringify(options)}`, { skip: noPillow, timeout: 180_000 }, async () => {
        write(files);
        const dataset = await lab.customDataset(give ? give(files) : files, options);
        // The split is the seed's.
        for (const seed of [1, 7]) {
          const link = `model=lenet5&batch=4&steps=1&seed=${seed}&${dataset.link}`;
          const { bytes, stderr, stdout } = await loaded(link, source);
          assert.doesNotMatch(stderr, /, not [0-9a-f]{16}/);
          assert.ok(bytes.equals(await expected(link)), stdout);
          for (const { name } of dataset.classes) assert.ok(stdout.includes(`'${name}'`), stdout);
        }
      });
    }
  }

  test(
    "load.py reads every kind of PNG, BMP, GIF and lossless WebP to the byte",
    { skip: noPillow, timeout: 180_000 },
    async () => {
      assert.equal(run(KINDS).stderr, "");
      const files = ["a", "b"].flatMap((name) =>
        readdirSync(join(folder, "kinds", name)).map((file) => {
          const path = join("kinds", name, file);
          return { path, bytes: new Uint8Array(readFileSync(join(folder, path))) };
        }),
      );
      for (const fit of ["crop", "pad", "squash"]) {
        const dataset = await lab.customDataset(files, { fit });
        assert.equal(dataset.images, files.length, dataset.notices.join());
        const link = `model=lenet5&batch=4&steps=1&${dataset.link}`;
        const { bytes, stderr, stdout } = await loaded(link, "kinds");
        assert.equal(stderr, "");
        assert.ok(bytes.equals(await expected(link)), `${fit}: ${stdout}`);
      }
    },
  );

  test("JPEGs differ by few levels, and that is said", { skip: noPillow, timeout: 180_000 }, async (t) => {
    assert.equal(run(JPEGS).stderr, "");
    const files = readdirSync(join(folder, "jpegs"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.includes("."))
      .map((path) => ({ path, bytes: new Uint8Array(readFileSync(join(folder, "jpegs", path))) }));
    const dataset = await lab.customDataset(files);
    const link = `model=lenet5&batch=4&steps=1&${dataset.link}`;
    write([{ path: "own.npz", bytes: await lab.preparedImages(link) }]);
    const { stderr } = await loaded(link, "jpegs");
    assert.match(stderr, /^jpegs has [0-9a-f]{16}, not [0-9a-f]{16}: JPEG files may differ by a few levels/);
    const { jpg, webp } = JSON.parse(run(APART).stdout);
    const [most, share, more] = jpg;
    const percent = (/** @type {number} */ part) => `${(100 * part).toFixed(1)} %`;
    t.diagnostic(
      `JPEG: ${percent(share)} of the numbers differ, ${percent(more)} by more than 1 of 255, the most by ${most}`,
    );
    assert.ok(most <= 8 && share < 0.3 && more < 0.01, jpg.join());
    assert.deepEqual(webp, [0, 0, 0]);
  });

  test("other images are told by their digest", { skip: noPillow, timeout: 180_000 }, async () => {
    write(stripes("others/", 0, 6));
    const link = "model=lenet5&data=own&own=0123456789abcdef&classes=2";
    const { stderr } = await loaded(link, "others");
    assert.match(stderr, /^others has [0-9a-f]{16}, not 0123456789abcdef: JPEG files may differ/);
  });

  test("a folder without classes ends with a sentence", { skip: noPillow, timeout: 180_000 }, async () => {
    write(stripes("one/", 0, 3).slice(0, 3));
    write((await lab.asCode("model=lenet5&data=own&classes=2", "pytorch")).slice(1));
    const { status, stderr } = run(DUMP, "one");
    assert.deepEqual([status, stderr], [1, "one has no folders of images for two classes.\n"]);
  });

  test("own.npz has every image to the byte", { skip: noPillow, timeout: 180_000 }, async () => {
    const arrays = [
      { path: "images.idx", bytes: idx([60, 28, 28], strokes(60)) },
      { path: "labels.idx", bytes: idx([60], labelsOf(60)) },
    ];
    for (const [given, options] of [
      // JPEG and WebP too.
      [shapes, {}],
      [SPLIT, { channels: "grey" }],
      [arrays, { size: 28, channels: "grey" }],
    ]) {
      const dataset = await lab.customDataset(given, options);
      const link = `model=lenet5&batch=4&steps=1&seed=3&${dataset.link}`;
      write([{ path: "own.npz", bytes: await lab.preparedImages(link) }]);
      const { bytes, stdout, stderr } = await loaded(link, "own.npz");
      assert.equal(stderr, "");
      assert.ok(bytes.equals(await expected(link)), stdout);
      // Also for who has NumPy alone.
      const started = await lab.start(link);
      const { mean, std } = started.normalization();
      const { train, test: tested } = started.data;
      const alone = `
import json, numpy
own = numpy.load("own.npz")
train = own["images"][~own["test"]]
print(json.dumps([len(train), int(own["test"].sum()), own["names"].tolist(), own["mean"].tolist(), own["std"].tolist()]))
`;
      const read = JSON.parse(run(alone).stdout);
      const names = dataset.classes.map((/** @type {any} */ { name }) => name);
      assert.deepEqual(read, [train, tested, names, [...mean], [...std]]);
      started.free();
    }
  });

  /** @type {[string, readonly File[] | Uint8Array, object, string][]} */
  const PROGRAMS = [
    ["a zip", zip(exact), {}, "photos.zip"],
    ["a person's own split", SPLIT, {}, "set"],
    ["28×28 in grey", SPLIT, { size: 28, channels: "grey" }, "set"],
    ["own.npz of JPEG and WebP", shapes, {}, "own.npz"],
  ];
  for (const [name, given, options, source] of PROGRAMS) {
    test(`the script has the run's logits and accuracy: ${name}`, { skip: noTorch, timeout: 180_000 }, async () => {
      const dataset = await lab.customDataset(given, options);
      const link = `model=lenet5&batch=8&steps=20&seed=5&${dataset.link}`;
      const trained = await lab.start(link);
      await trained.step(20);
      const { accuracy } = await trained.evaluate();
      const { mean, std } = trained.normalization();
      write([{ path: "weights.safetensors", bytes: await trained.weights() }]);
      if (source === "own.npz") write([{ path: source, bytes: await lab.preparedImages(link) }]);
      else write(given instanceof Uint8Array ? [{ path: source, bytes: given }] : given);
      const { test: tested } = trained.data;
      const logits = Array.from(trained.predictions().logits);
      trained.free();
      // With what the run measured, and without: then the script measures.
      const { openLab } = await load("index.js");
      const other = await openLab({ engine: "cpu", workers: 1 });
      for (const from of [lab, other]) {
        // A step that is too short to change anything.
        const still = `${link}&steps=1&opt=sgd&lr=0.0000001&schedule=constant&warmup=0`;
        const files = await from.asCode(still.replace("&steps=20", ""), "pytorch");
        assert.equal(/^MEAN = None$/m.test(files[0].text), from === other);
        write(files);
        const { status, stderr } = run(LOGITS, source);
        assert.equal(status, 0, stderr);
        const floats = (/** @type {string} */ file) =>
          new Float32Array(new Uint8Array(readFileSync(join(folder, file))).buffer);
        assert.deepEqual([...floats("scale.bin")], [...mean, ...std]);
        const theirs = floats("logits.bin");
        assert.equal(theirs.length, logits.length);
        const apart = Math.max(...logits.map((logit, at) => Math.abs(logit - (theirs[at] ?? NaN))));
        assert.ok(apart <= 1e-4, `the logits are ${apart} apart`);
        const words = [join(folder, "lenet5.py"), "--data", source, "--weights", "weights.safetensors", "--steps", "1"];
        const output = spawnSync(python, words, { cwd: folder, encoding: "utf8", env: ONE_THREAD });
        assert.equal(output.status, 0, output.stderr);
        const right = Math.round(accuracy * tested);
        assert.ok(output.stdout.includes(`${right} of ${tested} test images are right: `), output.stdout);
      }
      other.close();
    });
  }

  test("the script starts from the file that the link names", { skip: noTorch, timeout: 180_000 }, async () => {
    const initial = readFileSync(new URL("../../www/src/trained/lenet5-mnist.safetensors", import.meta.url));
    // Three channels in place of one, and three classes in place of ten: both ends differ.
    const dataset = await lab.customDataset(zip(exact), { size: 28 });
    write(await lab.asCode(`model=lenet5&batch=8&steps=3&init=37cc50bc19674f43&freeze=2&${dataset.link}`, "pytorch"));
    write([
      { path: "photos.zip", bytes: zip(exact) },
      { path: "lenet5-mnist.safetensors", bytes: initial },
    ]);
    const { status, stdout, stderr } = run(STARTED, "lenet5-mnist.safetensors");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^conv1 starts anew: .*\nfc3 starts anew: /);
    assert.match(stdout, /\nwidened \['conv2', 'fc1', 'fc2'\]\n$/);
    const words = ["lenet5.py", "--data", "photos.zip", "--weights", "lenet5-mnist.safetensors"];
    const output = spawnSync(python, words, { cwd: folder, encoding: "utf8", env: ONE_THREAD });
    assert.match(output.stdout, /^step 3 of 3: loss /m, output.stderr);
  });

  test(
    "the script starts from what others saved, and refuses averages",
    { skip: noTorch, timeout: 180_000 },
    async () => {
      const dataset = await lab.customDataset(zip(exact), { size: 28 });
      const link = `model=lenet5&batch=8&steps=3&${dataset.link}`;
      assert.equal(run(WRAPPED).stderr, "");
      const read = (/** @type {string} */ file) => new Uint8Array(readFileSync(join(folder, file)));
      const averaged = await lab.start(`${link}&average=ema`);
      await averaged.step(1);
      write([{ path: "averaged.safetensors", bytes: await averaged.checkpoint() }]);
      averaged.free();
      /** @type {[string, number, RegExp][]} */
      const files = [
        ["wrapped.safetensors", 0, /^conv1 starts anew: .*\nfc3 starts anew: /],
        [
          "averaged.safetensors",
          1,
          /^averaged\.safetensors is a checkpoint with an average of its weights: save its weights, and start from those\.\n$/,
        ],
      ];
      for (const [file, status, said] of files) {
        const { digest } = lab.readWeights(read(file));
        write(await lab.asCode(`${link}&init=${digest}`, "pytorch"));
        const words = ["lenet5.py", "--data", "photos.zip", "--weights", file];
        write([{ path: "photos.zip", bytes: zip(exact) }]);
        const ended = spawnSync(python, words, { cwd: folder, encoding: "utf8", env: ONE_THREAD });
        assert.equal(ended.status, status, ended.stderr);
        assert.match(status === 0 ? ended.stdout : ended.stderr, said);
      }
    },
  );

  test("the script refuses other classes", { skip: noTorch, timeout: 180_000 }, async () => {
    write(stripes("others/", 0, 6));
    const dataset = await lab.customDataset(zip(exact));
    write(await lab.asCode(`model=lenet5&${dataset.link}`, "pytorch"));
    const { status, stderr } = spawnSync(python, ["lenet5.py", "--data", "others"], {
      cwd: folder,
      encoding: "utf8",
      env: ONE_THREAD,
    });
    assert.equal(status, 1);
    assert.ok(
      stderr.endsWith(
        "others has the classes narrow, wide, and the run's are circles, squares, triangles: give the same images.\n",
      ),
      stderr,
    );
  });

  test("the script refuses fewer images than a batch has", { skip: noTorch, timeout: 180_000 }, async () => {
    const dataset = await lab.customDataset(zip(exact));
    write([{ path: "photos.zip", bytes: zip(exact) }]);
    write(await lab.asCode(`model=lenet5&batch=1000&${dataset.link}`, "pytorch"));
    const words = ["lenet5.py", "--data", "photos.zip"];
    const { status, stderr } = spawnSync(python, words, { cwd: folder, encoding: "utf8", env: ONE_THREAD });
    assert.equal(status, 1);
    assert.match(stderr, /^photos\.zip has \d+ images to train on, and a batch has 1000: give more of them\.\n$/);
  });
});
