// @ts-check
// Images of a person's own, tried on the page: given in every way there is, sound and bad.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { launch, visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { load, noGpuBuild } from "./support/paths.mjs";
import { png } from "./support/png.mjs";
import { Server } from "./support/server.mjs";
import { choose, done, drop, imageFile, networkInput, panelOf, photograph, refused } from "./support/try.mjs";
import { members } from "./support/zip.mjs";
import { until } from "./support/until.mjs";

const shapes = await readFile(new URL("../../images/tests/shapes.zip", import.meta.url));
const LINK = "model=lenet5&data=digits&subset=2000&seed=3";
/** On a GPU a run stays so close for some steps that its answers can be held against the CPU engine's. */
const STEPS = { cpu: 60, gpu: 4 };

/** @typedef {import("playwright-core").Page} Page */

/** All circles of the zip as its data set has them, pixel by pixel. @param {string} channels @returns {Promise<Set<string>>} */
async function ownCircles(channels) {
  const { openLab, sampleImages } = await load("index.js");
  const lab = await openLab();
  const own = await lab.customDataset(new Uint8Array(shapes), { size: 32, channels });
  const [circles] = sampleImages(own.bytes, 100);
  lab.close();
  const planes = channels === "grey" ? [0] : [0, 1, 2];
  const inPixels = (/** @type {Uint8Array} */ image) =>
    Array.from({ length: 1024 }, (_, at) => planes.map((plane) => image[1024 * plane + at])).flat();
  return new Set(circles.map((/** @type {Uint8Array} */ image) => inPixels(image).join()));
}

/** A test example, how the module answers it after that many steps, and the run's check. @param {number} steps */
async function expected(steps) {
  const { openLab } = await load("index.js");
  const lab = await openLab();
  const run = await lab.start(`${LINK}&steps=${steps}`);
  const [example] = run.examples("test", 5, 1);
  await run.step(steps);
  const pixels = Float32Array.from(example.pixels, (value) => value / 255);
  const found = { bytes: [...example.pixels], answer: [...(await run.predict(pixels))], check: await run.check() };
  lab.close();
  return found;
}

describe("an image of one's own", () => {
  /** @type {Server} */ let server;
  /** @type {import("playwright-core").Browser} */ let browser;
  before(async () => {
    server = await Server.start();
    browser = await launch({ gpu: true });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /** @param {string} [link] */
  const open = async (link = "model=lenet5&data=digits&subset=600") => {
    const { context } = await visitor(browser);
    const bench = new Bench(await context.newPage(), server.url);
    await bench.open(link);
    // The run is ready: what the network takes is known.
    await bench.page.getByRole("button", { name: "Next image", disabled: false }).waitFor();
    return { bench, page: bench.page, context };
  };

  /** With a person's own images: circles, squares and triangles. @param {string} channels */
  const openOwn = async (channels) => {
    const { context } = await visitor(browser);
    const bench = new Bench(await context.newPage(), server.url);
    const { page } = bench;
    await bench.open(`model=lenet5&data=own&channels=${channels}&batch=16`);
    await page
      .getByLabel("Files of the data set")
      .setInputFiles({ name: "shapes.zip", mimeType: "application/zip", buffer: shapes });
    await page.getByRole("button", { name: "Next image", disabled: false }).waitFor({ timeout: 60_000 });
    return { bench, page, context };
  };

  for (const engine of /** @type {const} */ (["cpu", "gpu"])) {
    test(
      `is answered as the module answers it, and changes nothing, on the ${engine.toUpperCase()} engine`,
      { skip: engine === "gpu" && noGpuBuild, timeout: 240_000 },
      async () => {
        const steps = STEPS[engine];
        const { bytes, answer, check } = await expected(steps);
        const { bench, page, context } = await open(`${LINK}&steps=${steps}&check=${check}`);
        if (engine === "gpu") await bench.chooseEngine("GPU");
        const { length } = bytes;
        await choose(
          page,
          imageFile(
            "eight.png",
            png(28, 28, (x, y) => [bytes[28 * y + x] ?? 0]),
          ),
        );
        await bench.button("Train").click();
        await bench.finalAccuracy(steps, { timeout: 200_000 });
        assert.equal(
          await done(page, /28×28/),
          "It has the network's own size, 28×28, and is given as it is, in grey, with what is light as ink.",
        );
        assert.equal(length, 784);
        assert.deepEqual(await networkInput(page), bytes);
        // The page shows tenths of a percent.
        const tolerance = engine === "cpu" ? 0.0006 : 0.005;
        await bench.probabilities((all) => all.every((shown, at) => Math.abs(shown - answer[at]) < tolerance));
        if (engine === "cpu") await bench.assertSameRun();
        assert.deepEqual(bench.complaints, []);
        await context.close();
      },
    );
  }

  test("is cut out, scaled and centred where it is a photograph of a digit, chalk or ink", async () => {
    const { bench, page, context } = await open();
    const invert = page.getByRole("checkbox", { name: "Invert" });
    const boxes = [];
    for (const dark of [false, true]) {
      await choose(page, imageFile(dark ? "chalk.png" : "ink.png", photograph(dark)));
      const kind = dark ? "lighter" : "darker";
      assert.equal(
        await done(page, new RegExp(`what is ${kind}`)),
        `Of 640×480 pixels, what is ${kind} than its surroundings was taken for the digit, scaled to 20 pixels and laid into 28×28 by its centre of mass, as MNIST's digits are.`,
      );
      assert.equal(await invert.isChecked(), dark);
      const ink = await networkInput(page);
      const inked = ink.flatMap((value, at) => (value > 40 ? [{ x: at % 28, y: Math.floor(at / 28) }] : []));
      const [left, right] = [Math.min(...inked.map(({ x }) => x)), Math.max(...inked.map(({ x }) => x))];
      const [top, bottom] = [Math.min(...inked.map(({ y }) => y)), Math.max(...inked.map(({ y }) => y))];
      // The stroke was 210 pixels high and 97 wide, and stood left of the middle.
      assert.ok(Math.abs(bottom - top + 1 - 20) <= 1, `${top} to ${bottom}`);
      assert.ok(Math.abs(right - left + 1 - 9.3) <= 2, `${left} to ${right}`);
      assert.ok(Math.abs((left + right) / 2 - 13.5) <= 1 && Math.abs((top + bottom) / 2 - 13.5) <= 1);
      assert.ok(Math.max(...ink) > 240, "ink is black");
      assert.equal(
        ink.slice(0, 28 * 3).reduce((sum, value) => sum + value, 0),
        0,
        "paper is white",
      );
      boxes.push([left, right, top, bottom].join());
    }
    assert.equal(boxes[0], boxes[1]);
    // What was guessed can be changed: the paper then stands for the digit.
    const before = await networkInput(page);
    await invert.uncheck();
    await done(page, /what is darker|clearly darker/);
    assert.notDeepEqual(await networkInput(page), before);

    await choose(
      page,
      imageFile(
        "empty.png",
        png(50, 40, () => [200]),
      ),
    );
    assert.equal(
      await done(page, /Nothing/),
      "Nothing in this picture is clearly darker than its surroundings: choose “Invert”, or a picture of a digit on plain paper.",
    );
    assert.equal(await bench.status("Guess").innerText(), "Nothing yet");
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByRole("img", { name: /^Drawing pad/ }).waitFor();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("goes the way of a person's own images, to the same bytes", { timeout: 120_000 }, async () => {
    const pngs = members(shapes).filter(({ path }) => /circles\/.*\.png$/.test(path));
    assert.ok(pngs.length > 0);
    for (const channels of ["colour", "grey"]) {
      const { bench, page, context } = await openOwn(channels);
      const kind = channels === "grey" ? "ink" : "colour";
      const all = await ownCircles(channels);
      const seen = new Set();
      for (const { path, bytes } of pngs) {
        const name = path.split("/").at(-1) ?? path;
        await choose(page, imageFile(name, Buffer.from(bytes)));
        await panelOf(page).getByText(name, { exact: true }).waitFor();
        await until(
          async () => (await networkInput(page, kind)).join(),
          (pixels) => all.has(pixels) && !seen.has(pixels),
          { what: `what the data set has of ${path}, in ${channels}` },
        ).then((pixels) => seen.add(pixels));
      }
      const shown = (await panelOf(page).getByRole("row").allInnerTexts()).map((text) => text.trim().split(/\s/)[0]);
      assert.deepEqual(shown, ["circles", "squares", "triangles"]);
      assert.deepEqual(bench.complaints, []);
      await context.close();
    }
  });

  test("is cut to its middle in colour, or fitted whole", { timeout: 120_000 }, async () => {
    const { bench, page, context } = await openOwn("colour");
    assert.equal(await page.getByRole("img", { name: /^Drawing pad/ }).count(), 0);
    // Red, a blue square in the middle, green.
    const colours = [
      [200, 0, 0],
      [0, 0, 100],
      [0, 150, 0],
    ];
    const wide = png(192, 64, (x) => colours[Math.floor(x / 64)] ?? []);
    await drop(panelOf(page).getByRole("img", { name: "The test image" }), [
      { name: "flag.png", type: "image/png", content: wide.toString("base64") },
    ]);
    assert.equal(await done(page, /middle/), "The middle of its 192×64 pixels was shrunk to 32×32, in colour.");
    assert.deepEqual(await networkInput(page, "colour"), Array.from({ length: 1024 }, () => [0, 0, 100]).flat());
    await page.getByRole("checkbox", { name: "All of the picture" }).check();
    assert.equal(
      await done(page, /All/),
      "All of its 192×64 pixels were fitted into 32×32, in colour; what is left over is of its border's colour.",
    );
    const fitted = await networkInput(page, "colour");
    const at = (/** @type {number} */ x, /** @type {number} */ y) =>
      fitted.slice(3 * (32 * y + x), 3 * (32 * y + x) + 3);
    assert.deepEqual([at(2, 16), at(16, 16), at(29, 16)], colours);
    assert.deepEqual(at(2, 0), at(29, 31), "the border's mean colour is above and below");
    assert.equal(await page.getByRole("checkbox", { name: "Invert" }).count(), 0);
    const rows = panelOf(page).getByRole("table", { name: "Probability of each class" }).getByRole("row");
    await rows.filter({ hasText: "triangles" }).filter({ hasText: "%" }).waitFor();
    assert.equal(await rows.count(), 3);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("can be dropped on its place, where no run file and no own images are wanted", async () => {
    const { bench, page, context } = await open();
    const pad = page.getByRole("img", { name: /^Drawing pad/ });
    const content = photograph().toString("base64");
    await drop(pad, [{ name: "run.bunsen.json", type: "application/json", content: btoa("{}") }]);
    await refused(
      page,
      "run.bunsen.json is no image: give a PNG, a JPEG, a WebP or another image that this browser shows.",
    );
    await drop(pad, [
      { name: "a.png", type: "image/png", content },
      { name: "b.png", type: "image/png", content },
    ]);
    await refused(page, "2 files were dropped here: one image is tried at a time.");
    await drop(pad, []);
    await refused(page, "There is no image file in what was dropped: save the image first, or copy and paste it.");
    await drop(pad, [{ name: "one.png", type: "image/png", content }]);
    await done(page, /what is darker/);
    assert.equal(await panelOf(page).getByRole("alert").count(), 0);
    assert.equal(await bench.choice("Data").inputValue(), "digits");

    // Elsewhere on the page a run file is one.
    await drop(page.locator("body"), [{ name: "run.bunsen.json", type: "application/json", content: btoa("{}") }]);
    assert.match(await bench.alertText(), /run/);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("can be pasted", async () => {
    const { bench, page, context } = await open();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const copy = (/** @type {string} */ content) =>
      page.evaluate(async (content) => {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
      }, content);
    await copy(photograph().toString("base64"));
    await page.keyboard.press("Control+V");
    await done(page, /what is darker/);
    await panelOf(page).getByText("The pasted image").waitFor();

    await page.evaluate(() => navigator.clipboard.writeText("7"));
    await page.keyboard.press("Control+V");
    await refused(page, "There is no image in what was pasted: copy an image itself, not a text or its address.");
    await page.getByRole("button", { name: "Clear" }).click();
    assert.equal(await panelOf(page).getByRole("alert").count(), 0);

    // A text field takes what is pasted into it.
    await page.getByText("All settings").click();
    const seed = page.getByRole("textbox", { name: "Seed" });
    await seed.fill("");
    await seed.press("Control+V");
    assert.equal(await seed.inputValue(), "7");
    assert.equal(await panelOf(page).getByRole("alert").count(), 0);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("that is bad is told in a sentence", async () => {
    const { bench, page, context } = await open();
    const sound = photograph();
    await choose(page, { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("notes") });
    await refused(page, "notes.txt is no image: give a PNG, a JPEG, a WebP or another image that this browser shows.");
    const damaged = "cannot be read as an image: it may be damaged, or of a kind that this browser does not show.";
    await choose(page, imageFile("notes.png", Buffer.from("notes")));
    await refused(page, `notes.png ${damaged}`);
    await choose(page, imageFile("empty.png", Buffer.alloc(0)));
    await refused(page, `empty.png ${damaged}`);
    await choose(page, imageFile("half.png", sound.subarray(0, sound.length / 2)));
    await refused(page, `half.png ${damaged}`);
    await choose(
      page,
      imageFile(
        "huge.png",
        png(10_001, 2, () => [0]),
      ),
    );
    await refused(
      page,
      "huge.png was not read: it has 10,001×2 pixels, and an image here has 10,000 at most on each side.",
    );
    await page.getByLabel("Image to try").evaluate((element) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(31e6)], "heavy.png", { type: "image/png" }));
      const input = /** @type {HTMLInputElement} */ (element);
      input.files = transfer.files;
      input.dispatchEvent(new Event("change"));
    });
    await refused(page, "heavy.png was not read: it has 31.0 MB, and an image here has 30.0 MB at most.");
    await choose(page, imageFile("sound.png", sound));
    await done(page, /what is darker/);
    assert.equal(await panelOf(page).getByRole("alert").count(), 0);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });
});
