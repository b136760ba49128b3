// @ts-check
// A person's own images, given to the module, sound and bad.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { DIGESTS, OWN, shapes, image } from "./support/own-images.mjs";
import { data, load } from "./support/paths.mjs";
import { zip } from "./support/zip.mjs";

describe("own images in the module", () => {
  /** @type {any} */ let lab;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ workers: 2, data: data ? { folder: data } : {} });
  });
  after(() => lab?.close());

  /** @param {unknown} files @param {object} [options] @returns {Promise<string>} */
  const refusal = async (files, options) => {
    const error = await lab.customDataset(files, options).then(
      () => assert.fail("it was taken"),
      (/** @type {any} */ thrown) => thrown,
    );
    assert.equal(error.kind, "data");
    return error.message;
  };

  test("are the same bytes as natively", async () => {
    const lines = (await readFile(DIGESTS, "utf8")).trim().split("\n");
    assert.equal(lines.length, 4);
    for (const line of lines) {
      const [size, channels, digest] = line.split(" ");
      const own = await lab.customDataset(new Uint8Array(shapes), { size: Number(size), channels });
      assert.equal(own.digest, digest, line);
      assert.deepEqual(
        own.classes,
        ["circles", "squares", "triangles"].map((name) => ({ name, images: 20 })),
      );
      assert.equal(own.train + own.test, 60);
    }
  });

  test("are split as their folders say, and each of several zips is a class", async () => {
    /** @param {string} folder @param {number} from @param {number} count */
    const files = (folder, from, count) =>
      Array.from({ length: count }, (_, at) => ({ path: `${folder}/${at}.png`, bytes: image(from + at) }));
    const split = await lab.customDataset([
      ...files("d/train/cat", 0, 4),
      ...files("d/train/dog", 4, 4),
      ...files("d/test/cat", 8, 2),
      ...files("d/test/dog", 10, 3),
      ...files("d/val/dog", 13, 2),
    ]);
    assert.deepEqual([split.train, split.test], [8, 5]);
    assert.match(split.notices[0], /^Your own split is kept: 8 images to train on and 5 images to test with/);
    assert.match(split.notices[0], /The 2 images for validation were left out\.$/);
    const run = await lab.start(`model=lenet5&batch=8&steps=1&${split.link}`);
    await run.step(1);
    assert.equal((await run.evaluate()).examples, 5);
    run.free();

    const zips = ["cats", "dogs"].map((name, index) => ({
      path: `${name}.zip`,
      bytes: new Uint8Array(zip(files(name, 4 * index, 4).map(({ path, bytes }) => ({ path: path.slice(5), bytes })))),
    }));
    const classes = [
      { name: "cats", images: 4 },
      { name: "dogs", images: 4 },
    ];
    assert.deepEqual((await lab.customDataset(zips)).classes, classes);
    const turned = await lab.customDataset([...files("cats\u202e", 0, 4), ...files("dogs", 4, 4)]);
    assert.equal(turned.classes[0].name, "cats[U+202E]");
  });

  test("are told apart after some steps of every kind of network", async () => {
    await lab.customDataset(new Uint8Array(shapes));
    for (const model of ["mlp", "lenet5", "resnet-8", "vit"]) {
      const steps = model === "lenet5" ? 120 : 6;
      const run = await lab.start(`model=${model}&data=own&own=${OWN}&classes=3&batch=16&steps=${steps}`);
      const reports = await run.step(steps);
      assert.equal(reports.length, steps, model);
      assert.deepEqual(run.data.classes, ["circles", "squares", "triangles"]);
      const { accuracy, examples, confusion } = await run.evaluate();
      assert.ok(examples >= 3 && confusion.length === 3);
      if (model === "lenet5") assert.ok(accuracy > 0.5, `${accuracy}`);
      run.free();
    }
  });

  test("give the same run with any number of workers", async () => {
    const { openLab } = await load("index.js");
    const checks = [];
    for (const workers of [1, 3]) {
      const other = await openLab({ workers });
      await other.customDataset(new Uint8Array(shapes));
      const run = await other.start(`model=resnet-8&data=own&own=${OWN}&classes=3&batch=16&steps=6`);
      await run.step(6);
      checks.push(await run.check());
      other.close();
    }
    assert.equal(checks[0], checks[1]);
  });

  test("that are missing are named by the link's own words", async () => {
    await assert.rejects(lab.start("data=own&own=0123456789abcdef&classes=7&size=28&channels=grey"), {
      kind: "data",
      code: "dataset-missing",
      message:
        "This recipe is on somebody's own images, which no link holds: 7 classes, 28×28 grey, with the digest 0123456789abcdef. Give the folder or the zip that holds them: images are PNG, JPEG, WebP, GIF or BMP files, in a folder for each class.",
    });
    await assert.rejects(lab.start("data=own"), /This recipe is on your own images, and none are chosen yet\./);
    const link = "data=own&own=0123456789abcdef&classes=3";
    await assert.rejects(lab.customDataset(new Uint8Array(shapes), { link }), { code: "other-dataset" });
    assert.equal(
      await refusal(new Uint8Array(shapes), { link }),
      `These are not the images that the link is of: their digest is ${OWN}, the link's is 0123456789abcdef. A file may have been added, changed or taken away.`,
    );
  });

  test("that are bad are told in sentences", async () => {
    const [one, two, three] = [image(0), image(1), image(2)];
    assert.match(
      await refusal(new Uint8Array(Buffer.from("<html>"))),
      /^The file cannot be read as a zip: .+ pack the folder again\.$/,
    );
    assert.equal(
      await refusal([{ path: "a/1.png", bytes: Buffer.from("no image") }]),
      "There is no image to be used in it: images are PNG, JPEG, WebP, GIF or BMP files, in a folder for each class, or files of arrays with labels (IDX, npz, CSV). 1 file was left out: a/1.png (it is no PNG, JPEG, WebP, GIF or BMP image).",
    );
    assert.match(
      await refusal([
        { path: "a/1", bytes: one },
        { path: "a/2", bytes: two },
      ]),
      /^All 2 images lie in one folder, a: /,
    );
    assert.match(
      await refusal([
        { path: "a/1", bytes: one },
        { path: "b/2", bytes: two },
      ]),
      /; a has 1, b has 1\. Add images/,
    );
    assert.equal(
      await refusal(zip([{ path: "../a/1.png", bytes: one }])),
      "../a/1.png is a path that leads out of the archive. Such an archive is not opened.",
    );
    assert.equal(
      await refusal(zip([{ path: "a/1.png", bytes: three, encrypted: true }])),
      "a/1.png in the zip is encrypted. Pack the folder without a password.",
    );
  });
});
