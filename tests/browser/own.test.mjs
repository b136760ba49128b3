// @ts-check
// A person's own images, given to the page, sound and bad.

import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { idx, labelsOf, medmnist, strokes, table } from "./support/arrays.mjs";
import { asRead } from "./support/as-read.mjs";
import { launch, visitor } from "./support/browser.mjs";
import { OWN, TRAINING, shapes, images, image } from "./support/own-images.mjs";
import { Bench } from "./support/page.mjs";
import { Server } from "./support/server.mjs";
import { zip } from "./support/zip.mjs";
import { stored, storedUntil } from "./support/storage.mjs";

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
    await choose(bench, "Choose files", asFile("shapes.zip", shapes));
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

  test("an npz is read when it is dropped, shown, and trained on", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own&size=28&channels=grey&steps=5");
    await page.getByText("an npz, a pair of IDX files, a CSV of pixels").waitFor();
    await page.evaluate(
      (bytes) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(bytes)], "breastmnist.npz"));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
      },
      Array.from(medmnist(40, 10, 6)),
    );
    await bench
      .status("Your images")
      .filter({ hasText: "2 classes, 50 images: 40 to train on, 10 to test with." })
      .waitFor();
    const rows = page.getByRole("table", { name: "Classes of your images" }).getByRole("row");
    assert.match(await rows.nth(1).innerText(), /^0\s+25/);
    assert.match(await rows.nth(2).innerText(), /^1\s+25/);
    assert.match(
      await page.getByRole("list", { name: "What was left out" }).innerText(),
      /^Your own split is kept: .+ The 6 images for validation were left out\.$/,
    );
    await bench.button("Train").click();
    await bench.reach(5);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("files with the names of MNIST's are own images where they are others, and bad ones are told", async () => {
    const { bench, context } = await visit("model=lenet5&data=own&size=28&channels=grey&steps=5");
    const pair = [
      asFile("train-images-idx3-ubyte", idx([40, 28, 28], strokes(40))),
      asFile("train-labels-idx1-ubyte", idx([40], labelsOf(40))),
    ];
    await choose(bench, "Choose files", pair.slice(0, 1));
    await bench.alertThatMatches(/^train-images-idx3-ubyte has 40 images, and no file has a label for each of them\.$/);
    await choose(bench, "Choose files", asFile("train.csv", table(20).subarray(0, -4)));
    await bench.alertThatMatches(/^train\.csv cannot be used: line 21 has 783 columns, and the first line has 785\.$/);
    assert.ok(!bench.link.includes("own="), bench.link);
    // Too many in colour: taken when they are made smaller.
    const tiny = new Uint8Array(Uint32Array.from({ length: 50_001 }, (_, at) => at * 2654435761).buffer);
    await bench.choice("Made into").selectOption("32");
    await bench.choice("Channels").selectOption("colour");
    await choose(bench, "Choose files", [
      asFile("x", idx([50_001, 2, 2], tiny)),
      asFile("y", idx([50_001], labelsOf(50_001))),
    ]);
    await bench.alertThatMatches(
      /^There are 50001 images, 153 MB of 32×32 pixels in colour, and 50000 \(153 MB\) are the most of that size/,
    );
    await bench.choice("Channels").selectOption("grey");
    await bench.status("Your images").filter({ hasText: "2 classes, 50,001 images" }).waitFor();
    await choose(bench, "Choose files", pair);
    await bench.status("Your images").filter({ hasText: "2 classes, 40 images" }).waitFor();
    assert.deepEqual(bench.complaints, []);
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
    await choose(bench, "Choose files", asFile("other.zip", fewer));
    assert.match(
      await bench.alertThatMatches(/These are not/),
      /These are not the images that the link is of: their digest is [0-9a-f]{16}, the link's is 5f0d1d7ae9600587\./,
    );
    assert.ok(bench.link.includes(OWN));
    await choose(bench, "Choose files", asFile("shapes.zip", shapes));
    await bench.status("Your images").filter({ hasText: "3 classes, 60 images" }).waitFor();
    await page.getByText("Your own images: ").waitFor();
    assert.equal(await bench.alert.count(), 0);
    await choose(bench, "Choose files", asFile("other.zip", fewer));
    await bench.status("Your images").filter({ hasText: "57 images" }).waitFor();
    assert.ok(!bench.link.includes(OWN));
    await context.close();
  });

  test("images of a link that names others can be used instead", async () => {
    const { bench, page, context } = await visit("data=own&own=0123456789abcdef&classes=3");
    await choose(bench, "Choose files", asFile("shapes.zip", shapes));
    await bench.alertThatMatches(/These are not/);
    await bench.button("Use these instead").click();
    await page.waitForFunction((own) => location.hash.includes(`own=${own}`), OWN);
    await page.getByText("Your own images: ").waitFor();
    await context.close();
  });

  test("a few images make a run that is long enough to learn from them", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own");
    const classes = ["circles", "squares"].map((name) => images.filter(({ path }) => path.includes(name)).slice(0, 5));
    await choose(bench, "Choose files", asFile("few.zip", zip(classes.flat())));
    await page.waitForFunction(() => /batch=4&.*steps=100/.test(location.hash));
    await bench.button("Train").click();
    await bench.finished();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("images are kept only where that is wished, and forgotten again", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own&steps=40&batch=16");
    await choose(bench, "Choose files", asFile("shapes.zip", shapes));
    const keep = page.getByRole("checkbox", { name: "Keep in this browser" });
    await keep.waitFor();
    assert.equal(await keep.isChecked(), false);
    await page.reload();
    await bench.alertThatMatches(/somebody's own images/);

    await choose(bench, "Choose files", asFile("shapes.zip", shapes));
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
    await choose(bench, "Choose files", asFile("shapes.zip", shapes));
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
      await choose(bench, "Choose files", asFile("bad.zip", bytes));
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
    await choose(bench, "Choose files", asFile("mixed.zip", zip(mixed)));
    const left = page.getByRole("list", { name: "What was left out" });
    await left.waitFor();
    assert.match(
      await left.innerText(),
      /^2 files were left out: shapes\/circles\/notes\.txt \(it is no PNG, JPEG, WebP, GIF or BMP image\), shapes\/squares\/half\.png \(it is damaged: /,
    );
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("every kind of network trains on them", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own&steps=6");
    await choose(bench, "Choose files", asFile("shapes.zip", shapes));
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
