// @ts-check
// A person's own images: given to the page and to the module, sound and bad.

import assert from "node:assert/strict";
import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { launch, visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { data, load } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";
import { members, zip } from "./support/zip.mjs";
import { stored, storedUntil } from "./support/storage.mjs";

const SHAPES = new URL("../../images/tests/shapes.zip", import.meta.url);
const DIGESTS = new URL("../../images/tests/shapes.txt", import.meta.url);
/** The zip's images, 32×32 in colour. */
const OWN = "5f0d1d7ae9600587";
const TRAINING = `model=lenet5&data=own&own=${OWN}&classes=3&batch=16&steps=120`;

const shapes = await readFile(SHAPES);
/** The files of shapes.zip: no two of them are alike. */
const images = members(shapes);
/** @param {number} at */
const image = (at) => images[at % images.length]?.bytes ?? new Uint8Array();

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
        "This recipe is on somebody's own images, which no link holds: 7 classes, 28×28 grey, with the digest 0123456789abcdef. Give the folder or the zip that holds them: images are PNG, JPEG or WebP files, in a folder for each class.",
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
      "There is no image to be used in it: images are PNG, JPEG or WebP files, in a folder for each class. 1 file was left out: a/1.png (it is no PNG, JPEG or WebP image).",
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

describe("own images on the page", () => {
  /** @type {Server} */ let server;
  /** @type {import("playwright-core").Browser} */ let browser;
  /** @type {string} */ let folder;

  before(async () => {
    server = await Server.start({ data: undefined });
    browser = await launch();
    folder = await mkdtemp(join(tmpdir(), "bunsen-own-"));
    for (const { path, bytes } of images) {
      await mkdir(join(folder, path, ".."), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A visitor at a link. @param {string} link */
  const visit = async (link) => {
    const { context, outside } = await visitor(browser);
    const bench = new Bench(await context.newPage(), server.url);
    await bench.open(link);
    return { bench, page: bench.page, context, outside };
  };

  /** @param {Bench} bench @param {string} button @param {Parameters<import("playwright-core").FileChooser["setFiles"]>[0]} files */
  const choose = async (bench, button, files) => {
    const [chooser] = await Promise.all([bench.page.waitForEvent("filechooser"), bench.button(button).click()]);
    await chooser.setFiles(files);
  };

  /** @param {string} name @param {Uint8Array} bytes */
  const asFile = (name, bytes) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });

  test("a folder is read, shown, trained on, and sent nowhere", async () => {
    const { bench, page, outside, context } = await visit("model=lenet5&data=own&steps=60");
    await page.getByText("They never leave this computer").waitFor();
    assert.equal(await bench.alert.count(), 0);
    const asked = server.requests.length;
    assert.ok(!server.requests.some((path) => path.includes("/images/")), "what decodes is fetched when images come");
    await choose(bench, "Choose a folder", join(folder, "shapes"));
    await bench
      .status("Your images")
      .filter({ hasText: asRead(/^3 classes, 60 images: \d+ to train on, \d+ to test with\.$/) })
      .waitFor();
    const rows = page.getByRole("table", { name: "Classes of your images" }).getByRole("row");
    assert.match(await rows.nth(1).innerText(), /^circles\s+20/);
    await page.getByRole("img", { name: "triangles, image 3" }).waitFor();
    assert.match(bench.link, new RegExp(`data=own&own=${OWN}&classes=3.*&batch=16`));
    await bench.status("Engine").waitFor();
    await bench.button("Train").click();
    await bench.reach(60);
    assert.ok((await bench.accuracy()) > 30);
    const fetched = server.requests.slice(asked);
    assert.ok(
      fetched.every((path) => /^\/(pkg|assets)\/|^\/flame\.svg$/.test(path)),
      fetched.join(),
    );
    assert.deepEqual(outside, []);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("a zip is what its folder is; another size reads it again", async () => {
    const { bench, page, context } = await visit("model=mlp&data=own&steps=10");
    await choose(bench, "Choose a zip", asFile("shapes.zip", shapes));
    await bench.status("Your images").filter({ hasText: "3 classes, 60 images" }).waitFor();
    assert.ok(bench.link.includes(`own=${OWN}`), bench.link);
    await page.getByRole("combobox", { name: "Made into" }).selectOption("28");
    await page.waitForFunction(() => location.hash.includes("own=7b796017b6b5df5f"));
    await page.getByRole("combobox", { name: "Channels" }).selectOption("grey");
    await page.waitForFunction(() => location.hash.includes("own=546d5e11b8f17576"));
    assert.ok(bench.link.includes("size=28&channels=grey"), bench.link);
    // Other data takes nothing of it along, and own images come back as they were.
    await bench.choice("Data").selectOption("digits");
    await page.waitForFunction(() => !location.hash.includes("own"));
    assert.equal(await page.getByText("means nothing in this recipe").count(), 0);
    await bench.choice("Data").selectOption("own");
    await page.waitForFunction(() => location.hash.includes("own=546d5e11b8f17576"));
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("a drop is taken wherever it falls", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own&steps=10");
    const bytes = Array.from(shapes);
    await page.evaluate((bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(bytes)], "shapes.zip"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }, bytes);
    await bench.status("Your images").filter({ hasText: "3 classes, 60 images" }).waitFor();
    await context.close();
  });

  test("a link says whose images are missing, refuses others, and takes the right ones", async () => {
    const { bench, page, context } = await visit(TRAINING);
    const missing = await bench.alertThatMatches(/somebody's own images/);
    assert.match(
      missing,
      new RegExp(`3 classes, 32×32 in colour, with the digest ${OWN}\\. Give the folder or the zip`),
    );
    const fewer = zip(images.slice(3));
    await choose(bench, "Choose a zip", asFile("other.zip", fewer));
    assert.match(
      await bench.alertThatMatches(/These are not/),
      /These are not the images that the link is of: their digest is [0-9a-f]{16}, the link's is 5f0d1d7ae9600587\./,
    );
    assert.ok(bench.link.includes(OWN));
    await choose(bench, "Choose a zip", asFile("shapes.zip", shapes));
    await bench.status("Your images").filter({ hasText: "3 classes, 60 images" }).waitFor();
    await page.getByText("Your own images: ").waitFor();
    assert.equal(await bench.alert.count(), 0);
    await choose(bench, "Choose a zip", asFile("other.zip", fewer));
    await bench.status("Your images").filter({ hasText: "57 images" }).waitFor();
    assert.ok(!bench.link.includes(OWN));
    await context.close();
  });

  test("images of a link that names others can be used instead", async () => {
    const { bench, page, context } = await visit("data=own&own=0123456789abcdef&classes=3");
    await choose(bench, "Choose a zip", asFile("shapes.zip", shapes));
    await bench.alertThatMatches(/These are not/);
    await bench.button("Use these instead").click();
    await page.waitForFunction((own) => location.hash.includes(`own=${own}`), OWN);
    await page.getByText("Your own images: ").waitFor();
    await context.close();
  });

  test("a few images make a run that is long enough to learn from them", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own");
    const classes = ["circles", "squares"].map((name) => images.filter(({ path }) => path.includes(name)).slice(0, 5));
    await choose(bench, "Choose a zip", asFile("few.zip", zip(classes.flat())));
    await page.waitForFunction(() => /warmup=10&.*batch=4&.*steps=100/.test(location.hash));
    await bench.button("Train").click();
    await bench.finished();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("images are kept only where that is wished, and forgotten again", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own&steps=40&batch=16");
    await choose(bench, "Choose a zip", asFile("shapes.zip", shapes));
    const keep = page.getByRole("checkbox", { name: "Keep in this browser" });
    await keep.waitFor();
    assert.equal(await keep.isChecked(), false);
    await page.reload();
    await bench.alertThatMatches(/somebody's own images/);

    await choose(bench, "Choose a zip", asFile("shapes.zip", shapes));
    await keep.check();
    await storedUntil(page, "bunsen-own-v1", (files) => files.length === 1);
    await page.reload();
    await bench.status("Your images").filter({ hasText: "3 classes, 60 images." }).waitFor();
    await page.getByText("Your own images: ").waitFor();
    assert.equal(await keep.isChecked(), true);
    await bench.button("Train").click();
    await bench.reach(40);
    await bench.finished();

    await keep.uncheck();
    await storedUntil(page, "bunsen-own-v1", (files) => files.length === 0);
    await page.reload();
    await bench.alertThatMatches(/somebody's own images/);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("what the browser keeps is told by kind, and removed when that is wished", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own&steps=20&batch=16");
    await choose(bench, "Choose a zip", asFile("shapes.zip", shapes));
    await page.getByRole("checkbox", { name: "Keep in this browser" }).check();
    await bench.button("Train").click();
    await bench.finalAccuracy(20);
    await storedUntil(page, "bunsen-own-v1", (files) => files.length === 1);
    // All of the run: its score comes last.
    await storedUntil(
      page,
      "bunsen-runs-v1",
      (files) =>
        files.some(({ name }) => name.endsWith(".safetensors")) &&
        files.some(({ text }) => /scores\\": \[\\n *\{/.test(text)),
    );
    await page.getByText("Kept in this browser", { exact: true }).click();
    const kept = page.getByRole("list", { name: "What this browser keeps" });
    await kept.getByText(asRead(/Your own images: 0\.2 MB/)).waitFor();
    await kept.getByText(asRead(/Runs and their networks: \d+\.\d MB/)).waitFor();
    await bench.button("Remove runs and their networks").click();
    await kept.getByRole("alert").filter({ hasText: "that you have not saved are lost" }).waitFor();
    assert.equal((await stored(page, "bunsen-runs-v1")).length > 0, true, "nothing goes before that is confirmed");
    await bench.button("Remove all the same").click();
    await kept.getByText(asRead(/Runs and their networks: none/)).waitFor();
    await bench.button("Remove your own images").click();
    await bench.button("Remove all the same").click();
    await kept.getByText(asRead(/Your own images: none/)).waitFor();
    for (const folder of ["bunsen-runs-v1", "bunsen-own-v1"]) assert.deepEqual(await stored(page, folder), []);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("what is bad is told, and nothing of it stays", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own");
    /** @param {Buffer} bytes @param {RegExp} about */
    const refused = async (bytes, about) => {
      await choose(bench, "Choose a zip", asFile("bad.zip", bytes));
      return bench.alertThatMatches(about);
    };
    await refused(shapes.subarray(0, 30_000), /^bad\.zip cannot be read as a zip: /);
    await refused(zip([{ path: "a/../../1.png", bytes: image(0) }]), /is a path that leads out of the archive/);
    await refused(
      zip([{ path: "a/1.png", bytes: image(0), encrypted: true }]),
      /is encrypted\. Pack the folder without a password\./,
    );
    await refused(
      zip(images.filter(({ path }) => path.includes("circles"))),
      /^All 20 images lie in one folder, circles: /,
    );
    await refused(
      zip([0, 1].map((at) => ({ path: `${at}/x.png`, bytes: image(at) }))),
      /^Each class needs at least 2 images/,
    );
    const many = Array.from({ length: 300 }, (_, at) => ({
      path: `${at}/x.png`,
      bytes: Buffer.concat([image(0), Buffer.from([at & 255, at >> 8])]),
    }));
    await refused(zip(many), /^There are 300 folders with images, and 256 classes are the most\./);
    assert.ok(!bench.link.includes("own="), bench.link);

    const mixed = [
      ...images,
      { path: "shapes/circles/notes.txt", bytes: Buffer.from("notes") },
      { path: "shapes/squares/half.png", bytes: image(0).subarray(0, 300) },
    ];
    await choose(bench, "Choose a zip", asFile("mixed.zip", zip(mixed)));
    const left = page.getByRole("list", { name: "What was left out" });
    await left.waitFor();
    assert.match(
      await left.innerText(),
      /^2 files were left out: shapes\/circles\/notes\.txt \(it is no PNG, JPEG or WebP image\), shapes\/squares\/half\.png \(it is damaged: /,
    );
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("every kind of network trains on them", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own&steps=6");
    await choose(bench, "Choose a zip", asFile("shapes.zip", shapes));
    await page.getByText("Your own images: ").waitFor();
    for (const model of ["mlp", "resnet-8", "vit"]) {
      await bench.choice("Network").selectOption(model);
      await page.waitForFunction((model) => location.hash.includes(`model=${model}`), model);
      assert.ok(bench.link.includes(`own=${OWN}`), bench.link);
      await bench.button("Train").click();
      await bench.reach(6);
      await bench.finished();
      assert.equal(await bench.alert.count(), 0);
    }
    await context.close();
  });
});
