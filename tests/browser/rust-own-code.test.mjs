// @ts-check
// The Rust program of a run on a person's own images that starts from the weights of a file and freezes layers. It is an example of the
// crate, with two lines more than what is written, which print numbers; its modules are held to the images crate by that crate's tests.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { images, shapes } from "./support/own-images.mjs";
import { load } from "./support/paths.mjs";
import { built, checkout, formatted, noCargo, noRustfmt } from "./support/rust-examples.mjs";

const STEPS = 10;
/** LeNet-5 of MNIST, which comes with the page, for other classes: its last layer starts anew. */
const INIT = "37cc50bc19674f43";
const INITIAL = join(checkout, "www/src/trained/lenet5-mnist.safetensors");
const OPTIONS = { size: 28, channels: "grey" };
/** One batch is all of the images, so that their order changes nothing. */
const LINK = `model=lenet5&batch=49&steps=${STEPS}&shards=1&seed=5&data=own&size=28&channels=grey&own=546d5e11b8f17576&classes=3&init=${INIT}&freeze=2`;

/** The program with lines that print the logits, and the sum of the amounts of some weights that it starts from. @param {string} text */
function speaking(text) {
  const started = "    let mut network = start(file, &device)?;\n";
  const guessed = "let guesses = network.forward(images).argmax(1)";
  assert.ok(text.includes(started) && text.includes(guessed), text);
  return text
    .replace(
      started,
      `${started}    println!("amount {}", network.fc2.weight.val().abs().sum().into_scalar::<f32>());\n`,
    )
    .replace(
      guessed,
      `let logits = network.forward(images);
        println!("logits {:?}", logits.to_data().iter::<f32>().collect::<Vec<_>>());
        let guesses = logits.argmax(1)`,
    );
}

describe("the Rust program of own images", () => {
  const folder = mkdtempSync(join(tmpdir(), "bunsen-rust-own-"));
  /** @type {any} */ let lab;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ engine: "cpu", workers: 1 });
  });
  after(() => {
    lab?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** @param {string} path @param {Uint8Array} bytes */
  const write = (path, bytes) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  };

  test("is the example's files", { skip: noRustfmt }, async () => {
    await lab.customDataset(new Uint8Array(shapes), OPTIONS);
    const [manifest, main, ...others] = await lab.asCode(LINK, "rust");
    assert.deepEqual(
      others.map((/** @type {any} */ { name }) => name),
      ["src/load.rs", "src/files.rs", "src/picture.rs"],
    );
    const kept = (/** @type {string} */ name) =>
      readFileSync(join(checkout, "crate/examples/as_code_own", name), "utf8");
    const why = 'write it anew: crate/examples/as_code_own has the files of lab.asCode(LINK, "rust")';
    assert.equal(kept("main.rs"), formatted(speaking(main.text)), why);
    for (const { name, text } of others) assert.equal(kept(name.replace("src/", "")), text, why);
    // What it names is what the workspace is built with.
    const locked = readFileSync(join(checkout, "Cargo.lock"), "utf8");
    const crates = [...manifest.text.matchAll(/^(image|sha2|unicode-normalization|zip|zune-jpeg) = .*?"=?([\d.]+)"/gm)];
    assert.equal(crates.length, 5);
    for (const [, name, version] of crates)
      assert.ok(locked.includes(`name = "${name}"\nversion = "${version}`), `${name} ${version}`);
  });

  test("has the run's losses, logits and accuracy", { skip: noCargo, timeout: 600_000 }, async (t) => {
    const program = join(built(["as_code_own"]), "as_code_own");
    /** @param {string[]} words */
    const run = (...words) => {
      const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: "utf8" });
      return { status, stdout, stderr };
    };
    await lab.customDataset(new Uint8Array(shapes), OPTIONS);
    const initial = new Uint8Array(readFileSync(INITIAL));
    const ours = await lab.start(LINK, { weights: initial });
    assert.equal(ours.data.train, 49, "a batch is not all of the images");
    write("photos.zip", shapes);
    for (const { path, bytes } of images) write(`photos/${path}`, bytes);
    write("own.npz", await lab.preparedImages(LINK));
    const start = await ours.weights();
    write("start.safetensors", start);
    const losses = (await ours.step(STEPS)).map((/** @type {{ loss: number }} */ { loss }) => loss);
    const { accuracy } = await ours.evaluate();
    const logits = [...ours.predictions().logits];
    const { test: tested } = ours.data;
    write("trained.safetensors", await ours.weights());
    ours.free();

    await t.test("from the run's own first weights it trains alike", () => {
      const { status, stdout, stderr } = run("photos.zip", "start.safetensors");
      assert.deepEqual([status, stderr], [0, ""]);
      assert.match(stdout, new RegExp(`and the run starts from ${INIT}: it is taken for weights of this network`));
      const theirs = [...stdout.matchAll(/loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
      assert.equal(theirs.length, STEPS);
      theirs.forEach((loss, step) => {
        const apart = Math.abs(loss - losses[step]);
        assert.ok(apart <= (step === 0 ? 1e-4 : 5e-3) * losses[step], `${step}: ${loss} against ${losses[step]}`);
      });
    });

    for (const source of ["photos", "photos.zip", "own.npz"]) {
      await t.test(`with exported weights it has the run's logits and accuracy: ${source}`, () => {
        const { status, stdout, stderr } = run(source, "trained.safetensors", "0");
        assert.deepEqual([status, stderr], [0, ""]);
        const [, list = ""] = /logits \[(.*)\]/.exec(stdout) ?? [];
        const theirs = list.split(", ").map(Number);
        assert.equal(theirs.length, logits.length);
        const apart = Math.max(...logits.map((logit, at) => Math.abs(logit - (theirs[at] ?? NaN))));
        assert.ok(apart <= 1e-4, `the logits are ${apart} apart`);
        assert.ok(stdout.includes(`${Math.round(accuracy * tested)} of ${tested} test images are right: `), stdout);
      });
    }

    await t.test("from the file that the link names it starts as the run does", async () => {
      const { readTensors } = await load("safetensors.js");
      const values = readTensors(start).get("fc2.weight").values;
      const amount = values.reduce(
        (/** @type {number} */ sum, /** @type {number} */ value) => sum + Math.abs(value),
        0,
      );
      const { status, stdout } = run("own.npz", INITIAL);
      assert.equal(status, 0);
      const [, theirs] = /amount ([\d.]+)/.exec(stdout) ?? [];
      assert.ok(Math.abs(Number(theirs) - amount) <= 1e-4 * amount, `${theirs} against ${amount}`);
      assert.match(stdout, /^fc3 starts anew: /m);
      assert.doesNotMatch(stdout, /conv1 starts anew/);
      const found = [...stdout.matchAll(/loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
      assert.ok(Math.min(...found.slice(1)) < (found[0] ?? 0), found.join());
    });

    await t.test("what is missing or other images end with a sentence", () => {
      assert.match(run().stderr, /Give a folder or a zip of images, or own\.npz, as the first word\./);
      const file = `The run starts from the weights with the digest ${INIT}: give their file as the second word.`;
      assert.ok(run("own.npz").stderr.includes(file));
      for (const { path, bytes } of images) if (!path.includes("triangles")) write(`others/${path}`, bytes);
      const { status, stderr } = run("others", "start.safetensors");
      assert.equal(status, 1);
      assert.match(stderr, /^others has [0-9a-f]{16}, not 546d5e11b8f17576: these are other images/);
      assert.match(stderr, /others has the classes circles, squares, and the run's are circles, squares, triangles/);
      for (const { path, bytes } of images.slice(0, 40)) write(`fewer/${path}`, bytes);
      const fewer = run("fewer", "start.safetensors");
      assert.equal(fewer.status, 1);
      assert.match(fewer.stderr, /fewer has \d+ images to train on, and a batch has 49: give more of them\./);
    });
  });
});
