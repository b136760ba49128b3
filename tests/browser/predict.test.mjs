// @ts-check
// Answers to many images under Node, by the package and by its command: what is answered, what cannot be read, and what is said of both.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { images, shapes } from "./support/own-images.mjs";
import { load, pkg } from "./support/paths.mjs";
import { png } from "./support/png.mjs";
import { members, zip } from "./support/zip.mjs";

const RECIPE = "model=lenet5&batch=16&steps=60";

/** @type {string} */ let folder;
/** @type {any} */ let lab;
/** @type {any} */ let run;

/** @param {string[]} words @returns {Promise<{ status: number, out: string, err: string }>} */
function bunsen(...words) {
  return new Promise((done) => {
    execFile(process.execPath, [join(pkg, "command.js"), ...words], { cwd: folder }, (error, out, err) => {
      done({ status: error ? Number(error.code) : 0, out, err });
    });
  });
}

/** @param {string} path @param {Uint8Array | string} bytes */
async function put(path, bytes) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), bytes);
}

/** The tensors of a file with another header. @param {Uint8Array} file @param {(metadata: URLSearchParams) => void} change */
function withMetadata(file, change) {
  const view = new DataView(file.buffer, file.byteOffset);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  const metadata = new URLSearchParams(header.__metadata__.bunsen);
  change(metadata);
  header.__metadata__.bunsen = String(metadata);
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, file.subarray(8 + length)]);
}

/** Answers that the native command writes, too: crate/tests/predict.rs. @param {string} name */
const reference = (name) => fileURLToPath(new URL(`../references/answers/${name}`, import.meta.url));

const grey = (/** @type {number} */ value) => png(8, 8, () => [value, value, value]);

describe("answers to many images", () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "bunsen-predict-"));
    const { openLab } = await load("index.js");
    lab = await openLab({ engine: "cpu" });
    const { link } = await lab.customDataset(images);
    run = await lab.start(`${RECIPE}&${link}`);
    await run.step(60);
    await put(
      "weights.safetensors",
      withMetadata(await run.weights(), (metadata) => metadata.set("classes", JSON.stringify(run.data.classes))),
    );
    await put("shapes.zip", shapes);
    for (const { path, bytes } of images) await put(join("new", path), bytes);
    await put("new/notes.txt", "no image");
    await put("new/.hidden.png", "no image");
    await put("new/shapes/damaged.png", (images[0]?.bytes ?? new Uint8Array()).subarray(0, 200));
  });
  after(async () => {
    lab?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("are those of single images, cut and scaled as the data set's", async () => {
    /** @type {Map<string, Uint8Array>} */ const seen = new Map();
    const answers = await run.predictAll(images, {
      onAnswer: (/** @type {{ path: string }} */ { path }, /** @type {Uint8Array} */ pixels) =>
        void seen.set(path, pixels),
    });
    assert.equal(answers.answers.length, images.length);
    assert.deepEqual(answers.unread, []);
    const { bytes } = await lab.customDataset(images);
    for (const answer of answers.answers) {
      const pixels = seen.get(answer.path) ?? new Uint8Array();
      assert.ok(Buffer.from(bytes).includes(Buffer.from(pixels)), `${answer.path} is one of the data set's images`);
      const probabilities = await run.predict(Float32Array.from(pixels, (byte) => byte / 255));
      assert.deepEqual(answer.probabilities, probabilities);
      assert.equal(answer.probability, Math.max(...probabilities));
      assert.equal(answer.top.length, 3);
      assert.equal(answer.label, answer.path.split("/")[1]);
      assert.equal(answer.correct, answer.answer === answer.label);
    }
    const doubts = answers.answers.map((/** @type {{ probability: number }} */ { probability }) =>
      Math.round(1e6 * probability),
    );
    assert.deepEqual(
      doubts,
      [...doubts].sort((a, b) => a - b),
    );
    assert.equal(answers.labelled, images.length);
    assert.ok(answers.right > 40, `${answers.right} right`);
    assert.equal(
      answers.right,
      answers.answers.filter((/** @type {{ correct: boolean }} */ { correct }) => correct).length,
    );
  });

  test("are the same of a zip, packed or not, and of a file of weights", async () => {
    const of = (/** @type {any} */ { answers }) =>
      answers.map((/** @type {any} */ { path, answer, probability }) => [path, answer, probability]);
    const expected = of(await run.predictAll(images));
    assert.deepEqual(of(await run.predictAll(new Uint8Array(shapes))), expected);
    const model = await lab.load(
      run.plan.link,
      await readFile(join(folder, "weights.safetensors")).then((file) => new Uint8Array(file)),
    );
    assert.deepEqual(model.classes, ["circles", "squares", "triangles"]);
    assert.deepEqual(of(await model.predictAll(new Blob([shapes]))), expected);
    assert.deepEqual(of(await model.predictAll(new Uint8Array(deflated(images)))), expected);
    model.free();
  });

  test("a zip among other files is a folder of its name", async () => {
    const squares = zip(
      images
        .filter(({ path }) => path.includes("squares"))
        .map(({ path, bytes }) => ({ path: path.split("/").at(-1) ?? "", bytes })),
    );
    const answers = await run.predictAll([
      { path: "squares.zip", bytes: squares },
      { path: "x.png", bytes: images[0]?.bytes },
    ]);
    assert.equal(answers.labelled, 20);
    assert.ok(
      answers.answers.every(
        (/** @type {any} */ { path, label }) => (label === "squares") === path.startsWith("squares/"),
      ),
    );
  });

  test("are called unsure where the image says nothing", async () => {
    const answers = await run.predictAll([
      { path: "blank.png", bytes: grey(120) },
      { path: "ok.png", bytes: images[0]?.bytes },
    ]);
    const of = (/** @type {string} */ path) =>
      answers.answers.find((/** @type {any} */ answer) => answer.path === path);
    assert.equal(of("blank.png").unsure, "blank");
    assert.equal(of("ok.png").unsure, undefined);
    assert.equal(of("ok.png").label, undefined);
  });

  test("grey networks invert what is light on dark, and say so", async () => {
    const digits = await lab.start("model=lenet5&data=digits&subset=400&batch=20&steps=40");
    await digits.step(40);
    const examples = digits.examples("test", 0, 12);
    /** @param {any} example @param {boolean} lightOnDark */
    const file = ({ pixels }, lightOnDark) => {
      const value = (/** @type {number} */ x, /** @type {number} */ y) => pixels[28 * y + x] ?? 0;
      return png(28, 28, (x, y) => Array(3).fill(lightOnDark ? value(x, y) : 255 - value(x, y)));
    };
    const files = (/** @type {boolean} */ light) =>
      examples.map((/** @type {any} */ example, /** @type {number} */ index) => ({
        path: `${example.label}/${index}.png`,
        bytes: file(example, light),
      }));
    const onPaper = await digits.predictAll(files(false));
    const onDark = await digits.predictAll(files(true));
    assert.deepEqual(onPaper.notices, []);
    assert.match(onDark.notices.join(), /light on dark.*inverted/);
    const of = (/** @type {any} */ { answers }) =>
      answers.map((/** @type {any} */ { path, probability }) => [path, probability]);
    assert.deepEqual(of(onDark), of(onPaper));
    assert.equal(onPaper.labelled, 12);
    // Photographs in colour are made grey.
    const photographs = await digits.predictAll(images.slice(0, 3));
    assert.equal(photographs.answers.length, 3);
    digits.free();
  });

  test("what is no image is told, and where there is none at all, why", async () => {
    const some = await run.predictAll([
      { path: "a/ok.png", bytes: images[0]?.bytes },
      { path: "a/empty.png", bytes: new Uint8Array() },
      { path: "a/cut.png", bytes: images[0]?.bytes.subarray(0, 100) },
      { path: "a/list.txt", bytes: new TextEncoder().encode("x") },
      { path: "a/inner.zip", bytes: zip([{ path: "deep.zip", bytes: shapes }]) },
      { path: "a/broken.zip", bytes: new Uint8Array(shapes).subarray(0, 5000) },
      { path: "a/.DS_Store", bytes: new Uint8Array(8) },
    ]);
    assert.equal(some.answers.length, 1);
    const why = Object.fromEntries(some.unread.map((/** @type {any} */ { path, why }) => [path, why]));
    assert.deepEqual(Object.keys(why).sort(), [
      "a/broken.zip",
      "a/cut.png",
      "a/empty.png",
      "a/inner/deep.zip",
      "a/list.txt",
    ]);
    assert.match(why["a/empty.png"], /^it is empty$/);
    assert.match(why["a/cut.png"], /^it is damaged: /);
    assert.match(why["a/list.txt"], /^it is no PNG, JPEG/);
    assert.equal(why["a/inner/deep.zip"], "it is a zip within another: give it by itself");
    assert.match(why["a/broken.zip"], /cannot be read as a zip/);
    const refused = async (/** @type {unknown} */ files, /** @type {RegExp} */ message) =>
      assert.rejects(run.predictAll(files), { name: "BunsenError", kind: "data", message });
    await refused([], /^There are no files in it: give images/);
    await refused(
      [{ path: "notes.txt", bytes: new Uint8Array(3) }],
      /^There is no image to be answered in it\. 1 file could not be read: notes\.txt \(/,
    );
    await refused(
      zip([{ path: "secret.png", bytes: grey(3), encrypted: true }]),
      /secret\.png in the zip is encrypted/,
    );
    await refused(zip([{ path: "../up.png", bytes: grey(3) }]), /leads out of the archive/);
    const damaged = zip([
      { path: "a.png", bytes: grey(3) },
      { path: "b.png", bytes: grey(4) },
    ]);
    damaged[60] = (damaged[60] ?? 0) ^ 1;
    const rest = await run.predictAll(damaged);
    assert.deepEqual(rest.unread, [{ path: "a.png", why: "it is damaged in the zip" }]);
    await assert.rejects(run.predictAll(images, { speed: 1 }), {
      kind: "run",
      message: /predictAll has no option "speed"/,
    });
  });

  test("can be called off", async () => {
    const controller = new AbortController();
    const answers = run.predictAll([...images, ...images, ...images, ...images, ...images, ...images], {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await assert.rejects(answers, { kind: "aborted" });
  });

  test("the command prints them by doubt, with the accuracy, and names what it could not read", async () => {
    const { status, out, err } = await bunsen("predict", "weights.safetensors", "new", "--csv", "answers.csv");
    assert.equal(status, 0, err);
    assert.match(err, /2 files could not be read: notes\.txt \(.*\), shapes\/damaged\.png \(it is damaged/);
    const lines = out.trimEnd().split("\n");
    assert.match(lines[0] ?? "", /^image +answer +probability$/);
    assert.match(
      out,
      /\n… and 20 more, which are surer: answers\.csv has all\.\nIt can only choose among its 3 classes\./,
    );
    assert.match(lines.at(-1) ?? "", /^\d\d of 60 right, \d\d+\.\d %$/);
    const table = (await readFile(join(folder, "answers.csv"), "utf8")).trimEnd().split("\r\n");
    assert.equal(table[0], "image,answer,probability,label,correct,circles,squares,triangles,unsure");
    assert.equal(table.length, 61);
    const right = table.filter((line) => line.split(",")[4] === "true").length;
    assert.ok(lines.at(-1)?.startsWith(`${right} of 60 right`), lines.at(-1));
    const probabilities = table.slice(1).map((line) => Number(line.split(",")[2]));
    assert.deepEqual(
      probabilities,
      [...probabilities].sort((a, b) => a - b),
    );
    const ofZip = await bunsen("predict", "weights.safetensors", "shapes.zip", "--json");
    const json = JSON.parse(ofZip.out);
    assert.deepEqual(json.classes, ["circles", "squares", "triangles"]);
    assert.deepEqual([json.labelled, json.right, json.unread], [60, right, []]);
    assert.deepEqual(
      json.images.map((/** @type {any} */ { image }) => image),
      table.slice(1).map((line) => line.split(",")[0]),
    );
  });

  test("the command writes the bytes that the native one writes", async () => {
    for (const name of ["colour", "grey"]) {
      const [weights, archive] = [reference(`${name}.safetensors`), reference(`${name}.zip`)];
      const [table, all] = [await readFile(reference(`${name}.csv`), "utf8"), reference(`${name}.json`)];
      const ofZip = await bunsen("predict", weights, archive, "--csv", "reference.csv");
      assert.equal(ofZip.status, 0, ofZip.err);
      assert.equal(await readFile(join(folder, "reference.csv"), "utf8"), table);
      const { out } = await bunsen("predict", weights, archive, "--json");
      assert.equal(out, await readFile(all, "utf8"));
      // A zip in a folder is opened.
      const files = members(await readFile(archive)).filter(({ path }) => !path.endsWith(".zip"));
      for (const { path, bytes } of files) await put(join(name, path), bytes);
      const ofFolder = await bunsen("predict", weights, name, "--csv", "reference.csv");
      assert.equal(ofFolder.status, 0, ofFolder.err);
      assert.equal(await readFile(join(folder, "reference.csv"), "utf8"), table);
    }
  });

  test("the command answers with a checkpoint of a person's own images as with the weights", async () => {
    await put("own.safetensors", await run.checkpoint());
    const { status, err } = await bunsen("predict", "own.safetensors", "new", "--csv", "checkpoint.csv");
    assert.equal(status, 0, err);
    const ofWeights = await bunsen("predict", "weights.safetensors", "new", "--csv", "weights.csv");
    assert.equal(ofWeights.status, 0, ofWeights.err);
    const [table, expected] = ["checkpoint.csv", "weights.csv"].map((name) => readFile(join(folder, name), "utf8"));
    assert.equal(await table, await expected);
    // One that was saved before checkpoints said it; nobody knows what it was made of.
    const keys = ["classes", "mean", "std"];
    const tensors = withMetadata(await run.weights(), (metadata) => keys.forEach((key) => metadata.delete(key)));
    await put("old.safetensors", tensors);
    const old = await bunsen("predict", "old.safetensors", "new");
    assert.match(
      old.err,
      /nothing says how the images of this network are normalized\. Give the weights that Bunsen saved/,
    );
    assert.equal(old.status, 1);
  });

  test("names of old packers come out right, and tell classes", async () => {
    const [circles = "", bytes] = ["circles", images[0]?.bytes ?? new Uint8Array()];
    // ねこ in Shift-JIS.
    const name = Buffer.concat([
      Buffer.from(`${circles}/`),
      Buffer.from([0x82, 0xcb, 0x82, 0xb1]),
      Buffer.from(".png"),
    ]);
    const answers = await run.predictAll(zip([{ path: "", bytes, name }]));
    assert.deepEqual(
      answers.answers.map((/** @type {any} */ { path, label }) => [path, label]),
      [["circles/ねこ.png", "circles"]],
    );
  });

  test("a table beside the images is none of them, whatever it names", async () => {
    const csv = Buffer.from("image,label\n1.png,a\n1.png,b\n2.png,b\n");
    const answers = await run.predictAll([
      { path: "1.png", bytes: images[0]?.bytes },
      { path: "labels.csv", bytes: csv },
      { path: "labels.json", bytes: Buffer.from('{"1.png": "b"}') },
    ]);
    assert.deepEqual(answers.unread, [
      { path: "labels.csv", why: "it is a table or a list, and no image" },
      { path: "labels.json", why: "it is a table or a list, and no image" },
    ]);
  });

  test("the command says classes by numbers where nothing names them, of a checkpoint too", async () => {
    await put(
      "unnamed.safetensors",
      withMetadata(await run.weights(), (metadata) => metadata.delete("classes")),
    );
    const unnamed = await bunsen("predict", "unnamed.safetensors", "new/shapes/circles/0.png", "new/shapes/squares");
    assert.equal(unnamed.status, 0, unnamed.err);
    assert.match(unnamed.out, /^0\.png +class \d /m);
    assert.match(unnamed.out, /^squares\/0\.png +class \d /m);
    assert.doesNotMatch(unnamed.out, / right, /);
    const digits = await lab.start("model=lenet5&data=digits&subset=100&batch=10&steps=1");
    await put("digits.safetensors", await digits.checkpoint());
    const ofCheckpoint = await bunsen("predict", "digits.safetensors", "new/shapes/circles");
    assert.equal(ofCheckpoint.status, 0, ofCheckpoint.err);
    assert.match(ofCheckpoint.out, /^0\.png +\d +0\.\d{6}/m);
    digits.free();
  });

  test("the command keeps names that are formulas, or turn the text, from doing harm", async () => {
    await put("names/=1+1.png", grey(9));
    await put("names/a\u202e\nb.png", images[0]?.bytes ?? "");
    const { status, out, err } = await bunsen("predict", "weights.safetensors", "names", "--csv", "names.csv");
    assert.equal(status, 0, err);
    assert.match(out, /^a\[U\+202E\]\[U\+000A\]b\.png /m);
    const table = await readFile(join(folder, "names.csv"), "utf8");
    assert.match(table, /\r\n'=1\+1\.png,/);
    assert.match(table, /\r\na\[U\+202E\]\[U\+000A\]b\.png,/);
  });

  test("the command says what it cannot take", async () => {
    await mkdir(join(folder, "empty"), { recursive: true });
    await put("text.safetensors", "no weights");
    const other = await lab.start("model=lenet5&data=digits&subset=100&batch=10&steps=1");
    await put(
      "no-link.safetensors",
      withMetadata(await other.weights(), (metadata) => metadata.delete("link")),
    );
    await put(
      "shape.safetensors",
      withMetadata(await other.weights(), (metadata) => metadata.set("link", "model=lenet5&data=cifar10")),
    );
    const wrong = /** @type {const} */ ([
      [["predict"], /^predict takes a file of weights or a checkpoint, then a folder, a zip or images\./],
      [["predict", "weights.safetensors"], /^predict takes a file of weights/],
      [["predict", "nowhere", "new"], /^nowhere cannot be read \(ENOENT/],
      [["predict", "weights.safetensors", "nowhere"], /^nowhere cannot be read \(ENOENT/],
      [["predict", "weights.safetensors", "empty"], /^There are no files in it: give images/],
      [
        ["predict", "weights.safetensors", "new/notes.txt"],
        /^There is no image to be answered in it\. 1 file could not be read: notes\.txt \(it is no PNG/m,
      ],
      [["predict", "text.safetensors", "new"], /text\.safetensors/],
      [
        ["predict", "no-link.safetensors", "new"],
        /^no-link\.safetensors does not say which network its weights are of/,
      ],
      [
        ["predict", "shape.safetensors", "new"],
        /^These weights cannot be used: their mean and deviation have 1 and 1 numbers where this network's images need 3\./,
      ],
      [
        ["predict", "weights.safetensors", "new", "--csv", "nowhere/answers.csv"],
        /^nowhere\/answers\.csv cannot be written \(ENOENT/,
      ],
      [["predict", "weights.safetensors", "new", "--speed", "9"], /--speed/],
    ]);
    for (const [words, sentence] of wrong) {
      const { status, out, err } = await bunsen(...words);
      assert.match(err, sentence);
      // Of a command line that is wrong it says where it is told.
      const isUsage = err.endsWith("\nSee: bunsen predict --help\n");
      assert.equal(status, isUsage ? 2 : 1, words.join(" "));
      assert.equal(out, "");
    }
    const named = await bunsen("predict", "no-link.safetensors", "new", "--link", "model=lenet5&data=digits");
    assert.equal(named.status, 0, named.err);
  });
});

/** A zip of files, compressed. @param {{ path: string, bytes: Uint8Array }[]} files */
function deflated(files) {
  const plain = zip(files);
  /** @type {Buffer[]} */ const members = [];
  /** @type {Buffer[]} */ const list = [];
  let [from, entry, at] = [0, plain.readUInt32LE(plain.length - 6), 0];
  for (let index = 0; index < files.length; index++) {
    const length = plain.readUInt16LE(from + 26);
    const data = from + 30 + length;
    const size = plain.readUInt32LE(from + 18);
    const packed = deflateRawSync(plain.subarray(data, data + size));
    const head = Buffer.from(plain.subarray(from, data));
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(packed.length, 18);
    const listed = Buffer.from(plain.subarray(entry, entry + 46 + length));
    listed.writeUInt16LE(8, 10);
    listed.writeUInt32LE(packed.length, 20);
    listed.writeUInt32LE(at, 42);
    members.push(head, packed);
    list.push(listed);
    [from, entry, at] = [data + size, entry + 46 + length, at + head.length + packed.length];
  }
  const end = Buffer.from(plain.subarray(plain.length - 22));
  const directory = Buffer.concat(list);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...members, directory, end]);
}
