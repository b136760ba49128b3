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

const DUMP = `
import sys
from load import load
*arrays, names = load(sys.argv[1])
open("arrays.bin", "wb").write(b"".join(array.astype("u1").tobytes() for array in arrays))
print([len(array) for array in arrays], names)
`;

/** Two classes of every kind of file that Pillow and the images crate read to the same byte. */
const KINDS = `
import pathlib, numpy as np
from PIL import Image
random = np.random.default_rng(1)
for name in ("a", "b"):
    folder = pathlib.Path("kinds", name)
    folder.mkdir(parents=True, exist_ok=True)
    def noise(*shape, most=256):
        return random.integers(0, most, shape)
    def save(file, image, **options):
        image.save(folder / file, **options)
    def rgb():
        return Image.fromarray(np.uint8(noise(45, 70, 3)))
    save("rgb.png", rgb())
    save("rgb.bmp", rgb())
    save("palette.bmp", rgb().quantize(99))
    save("still.gif", rgb().quantize(77))
    save("grey.png", rgb().convert("L"))
    save("rgba.png", Image.fromarray(np.uint8(noise(64, 33, 4))))
    save("grey-alpha.png", Image.fromarray(np.uint8(noise(31, 33, 2)), "LA"))
    save("palette.png", rgb().quantize(200))
    save("palette-4.png", rgb().quantize(11), bits=4)
    save("palette-transparent.png", rgb().quantize(16), transparency=bytes(range(0, 256, 16)))
    save("one-transparent.png", Image.fromarray(np.uint8(noise(40, 40, 3, most=3) * 99)), transparency=(99, 0, 198))
    save("grey-transparent.png", Image.fromarray(np.uint8(noise(40, 40, most=3) * 99)), transparency=99)
    save("bits.png", rgb().convert("1"))
    save("sixteen.png", Image.fromarray(np.uint16(noise(50, 60, most=65536))))
    save("twelve.png", Image.fromarray(np.uint16(noise(50, 60, most=4096))))
    save("eight-of-sixteen.png", Image.fromarray(np.uint16(noise(50, 60, most=256))))
    save("lossless.webp", Image.fromarray(np.uint8(noise(40, 52, 4))), lossless=True, exact=True)
    save("small.png", Image.fromarray(np.uint8(noise(5, 9, 3))))
    for turn in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = turn
        save(f"turned-{turn}.png", Image.fromarray(np.uint8(noise(40, 52 + turn, 3))), exif=exif)
        save(f"turned-{turn}.webp", Image.fromarray(np.uint8(noise(40, 52 + turn, 3))), exif=exif, lossless=True)
`;

/** Two classes of JPEGs with and without thinner colours, plain and progressive: a soft ground, sharp shapes and noise. */
const JPEGS = `
import pathlib, numpy as np
from PIL import Image, ImageDraw
random = np.random.default_rng(3)
for name in ("a", "b"):
    folder = pathlib.Path("jpegs", name)
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in ((640, 480), (97, 64)):
        for quality in (50, 75, 90):
            for thinner in (0, 1, 2):
                image = Image.fromarray(np.uint8(random.integers(0, 256, (8, 10, 3)))).resize((width, height))
                draw = ImageDraw.Draw(image)
                for _ in range(25):
                    x, y, side = (int(random.integers(0, most)) for most in (width, height, width // 4))
                    draw.ellipse([x, y, x + side, y + side], fill=tuple(random.integers(0, 256, 3).tolist()))
                noise = random.integers(-6, 7, (height, width, 3))
                image = Image.fromarray(np.uint8(np.clip(np.array(image) + noise, 0, 255)))
                image.save(folder / f"{width}-{quality}-{thinner}.jpg", quality=quality, subsampling=thinner, progressive=thinner == 1)
                # Another image: of two that are nearly the same one has the other's hash.
                image.transpose(Image.Transpose.ROTATE_90).save(folder / f"{width}-{quality}-{thinner}.webp", quality=quality)
`;

/** How far the images of load.py are from those of own.npz, by the kind of file. */
const APART = `
import json, pathlib, numpy as np, load
own = np.load("own.npz")
at = {bytes(hash): index for index, hash in enumerate(own["hashes"])}
apart = {".jpg": [], ".webp": []}
for file in pathlib.Path("jpegs").rglob("*.*"):
    hash, _, pixels = load.prepared([file.name], file.read_bytes())
    apart[file.suffix].append(np.abs(np.int16(pixels) - own["images"][at[bytes(hash)]]))
kinds = {kind: np.concatenate([each.ravel() for each in all]) for kind, all in apart.items()}
print(json.dumps({kind[1:]: [int(all.max()), float((all > 0).mean()), float((all > 1).mean())] for kind, all in kinds.items()}))
`;

/** The script's logits of the test images, and the numbers that it scales by. */
const LOGITS = `
import importlib, sys, torch
from safetensors.torch import load_file
script = importlib.import_module("lenet5")
network = script.Network()
network.load_state_dict(load_file("weights.safetensors"))
network.eval()
(images, labels), test = script.read(sys.argv[1])
if script.MEAN is None:
    script.MEAN, script.DEVIATION = script.measure(images)
with torch.no_grad():
    network(script.scale(test[0])).numpy().tofile("logits.bin")
torch.cat([script.MEAN.flatten(), script.DEVIATION.flatten()]).numpy().tofile("scale.bin")
`;

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

  test("are a script, load.py in 60 lines, and no Rust program", async () => {
    const link = "model=lenet5&data=own&own=0123456789abcdef&classes=3&seed=12";
    const [script, reader, ...others] = await lab.asCode(link, "pytorch");
    assert.deepEqual([script.name, reader.name, others.length], ["lenet5.py", "load.py", 0]);
    assert.ok(reader.text.trimEnd().split("\n").length <= 60, "load.py has more than 60 lines");
    assert.match(reader.text, /^SIZE, COLOUR, SEED, DIGEST = 32, True, 12, "0123456789abcdef"/m);
    // Nothing is known of these images, so nothing is made up.
    assert.match(script.text, /^MEAN = None$/m);
    assert.doesNotMatch(script.text, /MNIST|idx3|0\.25/);
    await assert.rejects(lab.asCode(link, "rust"), {
      kind: "recipe",
      message:
        "lenet5 cannot be shown as Rust code yet: its program would have to decode your images, which burn does not; the PyTorch program reads them.",
    });
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
      const dataset = await lab.customDataset(files);
      assert.equal(dataset.images, files.length, dataset.notices.join());
      const link = `model=lenet5&batch=4&steps=1&${dataset.link}`;
      const { bytes, stderr, stdout } = await loaded(link, "kinds");
      assert.equal(stderr, "");
      assert.ok(bytes.equals(await expected(link)), stdout);
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
});
