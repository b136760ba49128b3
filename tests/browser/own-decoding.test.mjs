// @ts-check
// What a person chooses about their own images: how other shapes become squares, that the browser's decoder reads what nothing here
// reads, and that images without a class are answered.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { launch, visitor } from "./support/browser.mjs";
import { image } from "./support/own-images.mjs";
import { Bench } from "./support/page.mjs";
import { load } from "./support/paths.mjs";
import { png } from "./support/png.mjs";
import { Server } from "./support/server.mjs";
import { zip } from "./support/zip.mjs";

const AVIF = new URL("../../images/tests/browser-formats/", import.meta.url);

/** Six AVIF images of two classes, which their names tell. */
const avif = await Promise.all(
  ["light", "dark"].flatMap((name) =>
    [0, 1, 2].map(async (at) => ({
      path: `${name}.${at}.avif`,
      bytes: new Uint8Array(await readFile(new URL(`${name}/${at}.avif`, AVIF))),
    })),
  ),
);

/** Wide pictures of two classes: a dark end at the left, or at the right. */
const wide = ["left", "right"].flatMap((name, right) =>
  [0, 1, 2, 3].map((at) => ({
    path: `${name}/${at}.png`,
    bytes: png(60, 30, (x) => ((right ? 59 - x : x) < 20 ? [at, 10, 20] : [220, 200 + at, 230])),
  })),
);

describe("choices about one's own images", () => {
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

  /** @param {Bench} bench @param {readonly { path: string, bytes: Uint8Array }[]} files */
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

  test("other shapes are cropped, get borders or are squashed, and the link says which", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own&steps=4");
    await give(bench, [{ path: "wide.zip", bytes: zip(wide) }]);
    await bench.status("Your images").filter({ hasText: "2 classes, 8 images" }).waitFor();
    const samples = page.getByRole("list", { name: "If not square" });
    for (const name of ["Cropped", "With borders", "Squashed"]) {
      for (const number of [1, 2, 3]) await samples.getByRole("img", { name: `${name}, image ${number}` }).waitFor();
    }
    const digests = [new URLSearchParams(new URL(page.url()).hash.slice(1)).get("own")];
    for (const fit of ["pad", "squash"]) {
      await page.getByLabel("If not square", { exact: true }).and(page.locator("select")).selectOption(fit);
      await page.waitForFunction(
        ({ fit, known }) => {
          const values = new URLSearchParams(location.hash.slice(1));
          return values.get("fit") === fit && values.get("own") && !known.includes(values.get("own"));
        },
        { fit, known: digests },
      );
      digests.push(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("own"));
    }
    assert.equal(new Set(digests).size, 3);
    await bench.button("Train").click();
    await bench.button("Train again").waitFor();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("either of two folders is the class, where there are two", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own&steps=4");
    const folder = page.getByLabel("Class folder", { exact: true });
    const nested = ["cats/in", "cats/out", "dogs/in", "dogs/out"].flatMap((place, at) =>
      wide.slice(2 * at, 2 * at + 2).map(({ bytes }, number) => ({ path: `${place}/${number}.png`, bytes })),
    );
    assert.equal(await folder.count(), 0);
    await give(bench, [{ path: "nested.zip", bytes: zip(nested) }]);
    const classes = page.getByRole("table", { name: "Classes of your images" });
    await classes.getByRole("row", { name: /^cats/ }).waitFor();
    await folder.selectOption({ label: "The inner folder" });
    await classes.getByRole("row", { name: /^out/ }).waitFor();
    assert.match(bench.link, /&folder=inner/);
    await bench.button("Train").click();
    await bench.button("Train again").waitFor();
    await folder.selectOption({ label: "By structure" });
    await classes.getByRole("row", { name: /^dogs/ }).waitFor();
    assert.doesNotMatch(bench.link, /folder=/);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  for (const [how, given] of /** @type {const} */ ([
    ["AVIF images", avif],
    ["AVIF images in a zip within a zip", [{ path: "all.zip", bytes: zip([{ path: "in.zip", bytes: zip(avif) }]) }]],
  ]))
    test(`${how} are read by this browser where that is asked for, and that is said`, async () => {
      const { bench, context } = await visit("model=lenet5&data=own&steps=4");
      await give(bench, given);
      await bench.alertThatMatches(/6 AVIF images were left out: .*This browser may be able to read some of these\./s);
      await bench.button("Read them with this browser").click();
      await bench.status("Your images").filter({ hasText: "2 classes, 6 images" }).waitFor();
      const told = await bench.page.getByRole("list", { name: "What was left out" }).innerText();
      assert.match(told, /6 images were read by this browser's own decoder: links to these images hold only where/);
      assert.equal(await bench.button("Read them with this browser").count(), 0, "nothing is left to be read so");
      await bench.button("Train").click();
      await bench.button("Train again").waitFor();
      assert.deepEqual(bench.complaints, []);
      await context.close();
    });

  test("what claims to be such an image and is none is left out by this browser too", async () => {
    const { bench, context } = await visit("model=lenet5&data=own");
    const heic = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1");
    const files = ["a", "b"].flatMap((name) =>
      [0, 1].map((at) => ({ path: `${name}/${at}.png`, bytes: image(20 * (name === "a" ? 1 : 2) + at) })),
    );
    await give(bench, [
      { path: "pets.zip", bytes: zip(files) },
      { path: "c.heic", bytes: heic },
    ]);
    await bench.status("Your images").filter({ hasText: "2 classes, 4 images" }).waitFor();
    const told = bench.page.getByRole("list", { name: "What was left out" });
    assert.match(await told.innerText(), /1 HEIC photo was left out: c\.heic\./);
    await bench.button("Read them with this browser").click();
    await bench.button("Read them with this browser").waitFor({ state: "hidden" });
    assert.match(await told.innerText(), /1 HEIC photo was left out: c\.heic\./);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("images to test with that have no class are answered by a press", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=own&steps=8");
    const members = [0, 1, 2].flatMap((at) => [
      { path: `d/train/cat/${at}.png`, bytes: image(at) },
      { path: `d/train/dog/${at}.png`, bytes: image(20 + at) },
      { path: `d/test/${at}.png`, bytes: image(40 + at) },
    ]);
    await give(bench, [{ path: "pets.zip", bytes: zip(members) }]);
    await bench.status("Your images").filter({ hasText: "2 classes, 6 images" }).waitFor();
    await bench.button("Train").click();
    await bench.button("Train again").waitFor();
    await page.getByText("Answers for a folder", { exact: true }).click();
    await bench.button("Answer the 3 images that were left out").click();
    await page
      .getByRole("status", { name: "Answers" })
      .filter({ hasText: "3 images answered by the network after step 8." })
      .waitFor();
    await page.getByText("d/test/0.png").first().waitFor();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });
});

describe("choices about one's own images, in the module", () => {
  /** @type {any} */ let lab;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ workers: 1 });
  });
  after(() => lab?.close());

  test("nothing under Node decodes what only browsers read", async () => {
    await assert.rejects(lab.customDataset(avif, { browserDecoder: true }), {
      kind: "data",
      message:
        "browserDecoder was given, and nothing here decodes images but the images module: it is for pages and their workers.",
    });
    await assert.rejects(lab.customDataset(avif), { kind: "data", code: "browser-decoder" });
  });

  test("only some of the files are answered where that is said, made square as those that were learned", async () => {
    const files = wide.map(({ path, bytes }) => ({ path, bytes: new Uint8Array(bytes) }));
    const found = [];
    for (const fit of ["crop", "squash"]) {
      const own = await lab.customDataset(files, { fit });
      const run = await lab.start(`model=lenet5&batch=4&steps=20&${own.link}`);
      await run.step(20);
      assert.equal(run.data.fit, fit);
      const only = ["left/1.png", "right/2.png"];
      /** @type {Uint8Array[]} */ const seen = [];
      const { answers } = await run.predictAll(files, {
        only,
        onAnswer: (/** @type {any} */ _, /** @type {Uint8Array} */ pixels) => void seen.push(pixels),
      });
      assert.deepEqual(answers.map((/** @type {any} */ { path }) => path).sort(), only);
      found.push(seen[0]);
      // As data sets tell it, what is invisible in a name stands there by its number.
      const turned = [{ path: "test/\u202ea.png", bytes: files[0]?.bytes }];
      const told = await run.predictAll(turned, { only: ["test/[U+202E]a.png"] });
      assert.equal(told.answers.length, 1);
      await assert.rejects(run.predictAll(files, { only: "left" }), {
        message: 'only is a list of paths, not "left".',
      });
      run.free();
    }
    assert.notDeepEqual(found[0], found[1]);
  });
});
