// @ts-check
// A person's own images as people have them: in every form that is read, in zips of all kinds, with their classes in a table.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { idx, labelsOf, strokes } from "./support/arrays.mjs";
import { launch, visitor } from "./support/browser.mjs";
import { image, images, shapes } from "./support/own-images.mjs";
import { Bench } from "./support/page.mjs";
import { load } from "./support/paths.mjs";
import { png } from "./support/png.mjs";
import { Server } from "./support/server.mjs";
import { zip } from "./support/zip.mjs";

const FORMATS = new URL("../../images/tests/formats/", import.meta.url);
/** The digests that the native reader gives, by how pictures become squares. */
const DIGESTS = (await readFile(new URL("../../images/tests/formats.txt", import.meta.url), "utf8"))
  .trim()
  .split("\n")
  .map((line) => line.split(" "));

/** Every form of image, and a zip in which images are. */
const forms = [
  { path: "shapes.zip", bytes: new Uint8Array(shapes) },
  ...(await Promise.all(
    (await readdir(FORMATS))
      .filter((name) => !name.endsWith(".expected.png"))
      .map(async (name) => ({
        path: `formats/${name}`,
        bytes: new Uint8Array(await readFile(new URL(name, FORMATS))),
      })),
  )),
];

/** Four images, and a table of their classes. */
const labelled = [
  ...[0, 1, 2, 3].map((at) => ({ path: `images/${at}.png`, bytes: image(20 * (at >> 1) + at) })),
  { path: "labels.csv", bytes: Buffer.from("id,label\n0,round\n1,round\n2,square\n3,square\n9,square\n") },
];

/** Names in Shift-JIS, without the flag that says UTF-8. */
const japanese = [
  { path: "ねこ", name: [0x82, 0xcb, 0x82, 0xb1] },
  { path: "いぬ", name: [0x82, 0xa2, 0x82, 0xca] },
].flatMap(({ path, name }, index) =>
  [0, 1, 2].map((at) => {
    const file = `/${at}.png`;
    return {
      path: path + file,
      name: Buffer.concat([Buffer.from(name), Buffer.from(file)]),
      bytes: image(20 * index + at),
    };
  }),
);

const heic = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1");

describe("own images of every form, in the module", () => {
  /** @type {any} */ let lab;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ workers: 1 });
  });
  after(() => lab?.close());

  test("are the same bytes as natively, also out of a zip within a zip", async () => {
    assert.deepEqual(
      DIGESTS.map(([fit]) => fit),
      ["crop", "pad", "squash"],
    );
    const outer = zip([{ path: "all.tm", bytes: zip(forms) }]);
    for (const [fit, digest] of DIGESTS) {
      const own = await lab.customDataset(forms, { fit });
      assert.deepEqual([own.digest, own.fit], [digest, fit]);
      assert.equal(new URLSearchParams(own.link).get("fit"), fit === "crop" ? null : fit);
      // A link says it too, and bytes say what they are.
      assert.equal((await lab.customDataset(new Uint8Array(outer), { link: own.link })).digest, digest);
      assert.equal(lab.addCustomDataset(own.bytes, own.digest).link, own.link);
    }
    await assert.rejects(lab.customDataset(forms, { fit: "stretch" }), {
      kind: "data",
      message: 'fit is "crop", "pad" or "squash", not "stretch".',
    });
  });

  test("have the classes of a table", async () => {
    const own = await lab.customDataset(new Uint8Array(zip(labelled)));
    assert.deepEqual(own.classes, [
      { name: "round", images: 2 },
      { name: "square", images: 2 },
    ]);
    assert.deepEqual(own.notices.slice(0, 2), [
      "No folder tells the classes, so they were taken from labels.csv: round, square.",
      "labels.csv names 1 image that is not here: 9.",
    ]);
    const folders = [0, 1, 2, 3].map((at) => ({
      path: `${at < 2 ? "round" : "square"}/${at}.png`,
      bytes: image(20 * (at >> 1) + at),
    }));
    assert.equal((await lab.customDataset(folders)).digest, own.digest);
  });

  test("have the classes of the folders that are asked for", async () => {
    const files = ["cats/in", "cats/out", "dogs/in", "dogs/out"].flatMap((folder, at) =>
      [0, 1, 2].map((number) => ({ path: `${folder}/${number}.png`, bytes: image(10 * at + number) })),
    );
    const names = (/** @type {any} */ own) => own.classes.map((/** @type {{ name: string }} */ { name }) => name);
    const auto = await lab.customDataset(files);
    assert.deepEqual([names(auto), auto.folder, auto.foldersDiffer], [["cats", "dogs"], "auto", true]);
    assert.match(auto.notices[0], /^Several folders hold a folder in, so the outer folders were taken as the classes/);
    const inner = await lab.customDataset(files, { folder: "inner" });
    assert.deepEqual(names(inner), ["in", "out"]);
    assert.equal(new URLSearchParams(inner.link).get("folder"), "inner");
    // Whoever has the link has them so.
    assert.equal((await lab.customDataset(files, { link: inner.link })).digest, inner.digest);
    const run = await lab.start(`model=lenet5&${inner.link}&batch=4&steps=2`);
    assert.equal((await run.step(2)).length, 2);
    run.free();
    assert.deepEqual(names(await lab.customDataset(files, { folder: "outer" })), ["cats", "dogs"]);
    const flat = files.map(({ path, bytes }) => ({ path: path.replace("/", "-"), bytes }));
    assert.equal((await lab.customDataset(flat)).foldersDiffer, false);
    await assert.rejects(lab.customDataset(files, { folder: "middle" }), {
      kind: "data",
      message: 'folder is "auto", "inner" or "outer", not "middle".',
    });
  });

  test("have names of old packers as the folder has them", async () => {
    const own = await lab.customDataset(new Uint8Array(zip(japanese)));
    assert.deepEqual(
      own.classes.map((/** @type {{ name: string }} */ { name }) => name),
      ["いぬ", "ねこ"],
    );
    const folder = await lab.customDataset(japanese.map(({ path, bytes }) => ({ path, bytes })));
    assert.equal(own.digest, folder.digest);
  });

  test("that change while they are read are refused", async () => {
    const bytes = new Uint8Array(zip(images));
    let isChanged = false;
    const changing = Object.assign(new Blob([bytes]), {
      name: "big.zip",
      read(/** @type {number} */ from, /** @type {number} */ count) {
        if (isChanged) throw new Error("the file was changed");
        return bytes.subarray(from, Math.min(from + count, from + 4096));
      },
    });
    const onProgress = (/** @type {{ done: number }} */ { done }) => (isChanged = done >= 5);
    await assert.rejects(lab.customDataset(changing, { onProgress }), {
      kind: "data",
      message:
        "big.zip could not be read to its end (the file was changed): it may have changed meanwhile. Give it again.",
    });
  });
});

describe("own images of every form, on the page", () => {
  /** @type {Server} */ let server;
  /** @type {import("playwright-core").Browser} */ let browser;
  before(async () => {
    server = await Server.start({ data: undefined });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /** @param {string} link */
  const visit = async (link) => {
    const { context } = await visitor(browser);
    const bench = new Bench(await context.newPage(), server.url);
    await bench.open(link);
    return { bench, page: bench.page, context };
  };

  /** @param {Bench} bench @param {{ path: string, bytes: Uint8Array }[]} files */
  const give = async (bench, files) => {
    const [chooser] = await Promise.all([bench.page.waitForEvent("filechooser"), bench.button("Choose files").click()]);
    await chooser.setFiles(
      files.map(({ path, bytes }) => ({
        name: path,
        mimeType: "application/octet-stream",
        buffer: Buffer.from(bytes),
      })),
    );
  };
  /** What is said of the images. @param {Bench} bench */
  const told = (bench) => bench.page.getByRole("list", { name: "What was left out" }).innerText();

  test("a zip of any name, with its classes in a table, is trained on", async () => {
    const { bench, context } = await visit("model=lenet5&data=own&steps=4");
    await give(bench, [{ path: "project.tm", bytes: zip([{ path: "inner.zip", bytes: zip(labelled) }]) }]);
    await bench.status("Your images").filter({ hasText: "2 classes, 4 images" }).waitFor();
    assert.match(
      await told(bench),
      /No folder tells the classes, so they were taken from inner\/labels\.csv: round, square\./,
    );
    await bench.button("Train").click();
    await bench.button("Train again").waitFor();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("HEIC photos are named, and a test folder without classes is left out", async () => {
    const { bench, context } = await visit("model=lenet5&data=own");
    await give(bench, [
      { path: "photos.zip", bytes: zip([1, 2].map((at) => ({ path: `cats/${at}.heic`, bytes: heic }))) },
    ]);
    await bench.alertThatMatches(
      /^There is no image to be used in it: .* 2 HEIC photos were left out: cats\/1\.heic, cats\/2\.heic\. Save them as JPEG/,
    );
    const members = [
      ...[0, 1, 2].flatMap((at) => [
        { path: `d/train/cat/${at}.png`, bytes: image(at) },
        { path: `d/train/dog/${at}.png`, bytes: image(20 + at) },
        { path: `d/test/${at}.png`, bytes: image(40 + at) },
      ]),
    ];
    await give(bench, [{ path: "pets.zip", bytes: zip(members) }]);
    await bench.status("Your images").filter({ hasText: "2 classes, 6 images" }).waitFor();
    assert.match(
      await told(bench),
      /^3 images in d\/test have no class and were left out: the trained network can be asked about them\./,
    );
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("grey digits on black are inverted, so that the pad fits", async () => {
    const { bench, context } = await visit("model=lenet5&data=own&size=28&channels=grey");
    const pixels = strokes(12);
    const members = Array.from({ length: 12 }, (_, at) => ({
      path: `training/${at % 2}/${at}.png`,
      bytes: png(28, 28, (x, y) => [pixels[784 * at + 28 * y + x] ?? 0]),
    }));
    await give(bench, [{ path: "mnist_png.zip", bytes: zip(members) }]);
    await bench.status("Your images").filter({ hasText: "2 classes, 12 images" }).waitFor();
    assert.match(await told(bench), /These images are light on dark: they were inverted/);
    await context.close();
  });

  test("the files of a known data set are found in a zip, and not taken for others", async () => {
    const { bench, context } = await visit("data=mnist&steps=4");
    const members = [
      { path: "mnist/train-images.idx3-ubyte", bytes: idx([40, 28, 28], strokes(40)) },
      { path: "mnist/train-labels.idx1-ubyte", bytes: gzipSync(idx([40], labelsOf(40))) },
    ];
    await give(bench, [{ path: "archive.zip", bytes: zip(members) }]);
    await bench.alertThatMatches(/^It is neither MNIST's nor Fashion-MNIST's\./);
    // A zip of none is somebody's own images.
    await give(bench, [{ path: "shapes.zip", bytes: shapes }]);
    await bench.status("Your images").filter({ hasText: "3 classes, 60 images" }).waitFor();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });
});
