// @ts-check
// Figures as files, and a run as a sentence: with the module's own numbers, by mouse, by keyboard and by touch, light on a dark page.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { load } from "./support/paths.mjs";
import { policyViolations } from "./support/policy.mjs";
import { saved } from "./support/saved-figure.mjs";
import { startSite } from "./support/site.mjs";

/** @typedef {import("playwright-core").Page} Page */

const LINK = "model=lenet5&data=digits&subset=2000&steps=60&seed=3&lr=0.01";
const WORDS = "LeNet-5, Synthetic digits, 60 steps, seed 3 (Training images: 2,000; Learning rate: 0.01)";

/** The run under Node. */
async function expected() {
  const { openLab } = await load("index.js");
  const lab = await openLab();
  const run = await lab.start(LINK);
  await run.step(60);
  const score = await run.evaluate();
  const losses = [...run.losses()];
  const { layers } = lab.describe(LINK);
  lab.close();
  return { score, losses, layers };
}

/** @param {string} text CSV without quotes */
const rowsOf = (text) =>
  text
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));

/** The text of a picture, as the browser reads the file. @param {Page} page @param {string} svg */
const textsOf = (page, svg) =>
  page.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, "image/svg+xml");
    const wrong = file.querySelector("parsererror");
    if (wrong) throw new Error(wrong.textContent ?? "no XML");
    return [...file.querySelectorAll("text")].map((line) => line.textContent ?? "");
  }, svg);

describe("figures as files", { timeout: 300_000 }, () => {
  const site = startSite();
  /** @type {Awaited<ReturnType<typeof expected>>} */ let module;
  before(async () => {
    module = await expected();
  });

  /**
   * A visitor with a finished run.
   * @param {import("playwright-core").BrowserContextOptions} options
   * @param {string[]} panels to be opened
   */
  async function finished(options, panels = []) {
    const { context, outside } = await visitor(site.browser, options);
    const blocked = await policyViolations(context);
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(LINK);
    for (const panel of panels) await bench.page.getByText(panel, { exact: true }).click();
    await bench.button("Train").click();
    await bench.finalAccuracy(60);
    await bench.finished();
    return { context, outside, blocked, bench, page: bench.page };
  }

  test("curves and mistakes have the module's numbers, and are light on a dark page", async () => {
    const visit = await finished({ colorScheme: "dark" }, ["What it gets wrong"]);
    const { page, context } = visit;
    const { score, losses } = module;

    await visit.bench.showCurve("Loss");
    const csv = await saved(page, "loss", "CSV");
    assert.equal(csv.name, "lenet5-digits-loss.csv");
    const [header, ...rows] = rowsOf(csv.bytes.toString());
    assert.deepEqual(header, ["step", "loss", "loss smoothed", "test loss", "test images"]);
    // Every bit of them.
    assert.deepEqual(
      rows.map(([, loss]) => Number(loss)),
      losses,
    );
    assert.deepEqual(rows.at(-1)?.slice(3).map(Number), [score.loss, 2_000]);

    const svg = await saved(page, "loss", "SVG");
    assert.equal(svg.name, "lenet5-digits-loss.svg");
    const texts = await textsOf(page, svg.bytes.toString());
    assert.equal(texts[0], "Loss: LeNet-5, Synthetic digits");
    for (const words of ["step", "each step", "smoothed", "test", WORDS]) assert.ok(texts.includes(words), words);
    const link = texts.slice(texts.indexOf(WORDS) + 1).join("");
    assert.equal(link.split("&check=")[0], `${site.server.url}#model=lenet5&subset=2000&lr=0.01&steps=60&seed=3&v=1`);
    assert.match(svg.bytes.toString(), /<rect width="720" height="\d+" fill="#ffffff"\/>/);

    await visit.bench.showCurve("Accuracy");
    const picture = await saved(page, "accuracy", "PNG");
    assert.equal(picture.name, "lenet5-digits-accuracy.png");
    const seen = await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(image.width, image.height);
      const drawing = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
      drawing.drawImage(image, 0, 0);
      const { data } = drawing.getImageData(0, 0, image.width, image.height);
      const colours = new Set();
      for (let at = 0; at < data.length; at += 4) colours.add(data.slice(at, at + 3).join());
      return { width: image.width, corner: [...data.slice(0, 4)], colours: [...colours] };
    }, picture.bytes.toString("base64"));
    assert.equal(seen.width, 2 * 720);
    assert.deepEqual(seen.corner, [255, 255, 255, 255]);
    assert.ok(seen.colours.includes("31,94,212"), "the curve is there, in the light theme's blue");

    const matrix = rowsOf((await saved(page, "confusion matrix", "CSV")).bytes.toString());
    assert.deepEqual(
      matrix.slice(1).map((row) => row.slice(1, 11).map(Number)),
      score.confusion,
    );
    const drawn = await textsOf(page, (await saved(page, "confusion matrix", "SVG")).bytes.toString());
    assert.ok(drawn.includes("what they were taken for"));
    const calibration = rowsOf((await saved(page, "calibration", "CSV")).bytes.toString()).slice(1);
    assert.equal(
      calibration.reduce((sum, row) => sum + Number(row[2]), 0),
      score.examples,
    );
    const right = calibration.reduce((sum, row) => sum + Number(row[2]) * Number(row[4] || 0), 0);
    assert.ok(Math.abs(right / score.examples - score.accuracy) < 1e-9);
    assert.ok(
      (await textsOf(page, (await saved(page, "calibration", "SVG")).bytes.toString())).includes("confidence (%)"),
    );

    assert.deepEqual(visit.bench.complaints, []);
    assert.deepEqual([...visit.blocked], [], "nothing that the page's policy forbids");
    assert.deepEqual(visit.outside, []);
    await context.close();
  });

  test("maps, filters, the network and the list of runs are saved as well", async () => {
    const visit = await finished({});
    const { page, context } = visit;
    const inside = await visit.bench.openLayer("Convolution 1");
    await inside.getByRole("radio").filter({ hasText: "Convolution 1" }).first().click();
    await inside.getByRole("heading", { level: 2, name: "Convolution 1", exact: true }).waitFor();
    await inside.getByText(asRead(/^After step 60\.$/)).waitFor();
    const maps = await saved(page, "What Convolution 1 gives", "CSV");
    assert.equal(maps.name, "lenet5-digits-what-convolution-1-gives.csv");
    const [header, ...numbers] = rowsOf(maps.bytes.toString());
    assert.deepEqual(header, ["map", "row", "column", "value"]);
    assert.equal(
      numbers.length,
      module.layers[0].shape.reduce((/** @type {number} */ all, /** @type {number} */ one) => all * one),
    );
    const filters = rowsOf((await saved(page, "Weights of Convolution 1", "CSV")).bytes.toString());
    assert.equal(filters.length, 1 + 6 * 5 * 5);
    const drawn = await textsOf(page, (await saved(page, "What Convolution 1 gives", "SVG")).bytes.toString());
    assert.equal(drawn[0], "What Convolution 1 gives: LeNet-5, Synthetic digits");
    assert.ok(drawn.includes(WORDS));

    const layers = rowsOf((await saved(page, "drawing of the network", "CSV")).bytes.toString()).slice(1);
    assert.deepEqual(
      layers.map(([, name]) => name),
      module.layers.map((/** @type {{ name: string }} */ { name }) => name),
    );
    assert.ok(
      (await textsOf(page, (await saved(page, "drawing of the network", "SVG")).bytes.toString())).includes(
        "convolution",
      ),
    );

    await visit.bench.compare();
    await visit.bench.showCurve("Loss");
    const runs = rowsOf((await saved(page, "loss of the runs", "CSV")).bytes.toString().replaceAll(/"[^"]*"/g, "NAME"));
    assert.deepEqual(runs[0], ["run", "name", "link", "step", "loss", "test loss", "test images"]);
    assert.deepEqual(
      runs.slice(1).map((row) => Number(row[4])),
      module.losses,
    );
    await visit.bench.showCurve("Accuracy");
    const titles = await textsOf(page, (await saved(page, "accuracy of the runs", "SVG")).bytes.toString());
    assert.equal(titles[0], "Accuracy of run A");
    assert.deepEqual(visit.bench.complaints, []);
    assert.deepEqual([...visit.blocked], []);
    await context.close();
  });

  test("the menu is worked by keyboard, and says what was saved", async () => {
    const { page, context, bench } = await finished({});
    await bench.showCurve("Loss");
    const opener = page.getByRole("button", { name: "Save loss", exact: true });
    const menu = page.getByRole("menu", { name: "Save loss" });
    const item = (/** @type {string} */ name) => page.getByRole("menuitem", { name, exact: true });
    const hasFocus = (/** @type {import("playwright-core").Locator} */ which) =>
      which.evaluate((element) => element.matches(":focus"));

    await opener.focus();
    await page.keyboard.press("Enter");
    await menu.waitFor();
    assert.equal(await opener.getAttribute("aria-expanded"), "true");
    assert.ok(await hasFocus(item("Save as SVG")));
    await page.keyboard.press("ArrowUp");
    assert.ok(await hasFocus(item("Save as CSV")));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assert.ok(await hasFocus(item("Save as PNG")));
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
    assert.ok(await hasFocus(opener), "the focus is back");

    await page.keyboard.press("ArrowDown");
    await menu.waitFor();
    await page.keyboard.press("Tab");
    await menu.waitFor({ state: "detached" });

    await opener.focus();
    await page.keyboard.press("ArrowUp");
    await menu.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.equal(download.suggestedFilename(), "lenet5-digits-loss.csv");
    await page.getByRole("status", { name: "Saved" }).filter({ hasText: "Saved as lenet5-digits-loss.csv." }).waitFor();
    assert.ok(await hasFocus(opener));
    await context.close();
  });

  test("the menu is worked by touch on a phone, and goes when something else is touched", async () => {
    const { page, context } = await finished({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const opener = page.getByRole("button", { name: "Save accuracy", exact: true });
    const menu = page.getByRole("menu", { name: "Save accuracy" });
    await opener.tap();
    const box = await menu.boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
    await opener.tap();
    await menu.waitFor({ state: "detached" });
    await opener.tap();
    await page.getByRole("status", { name: "Test accuracy" }).tap();
    await menu.waitFor({ state: "detached" });
    await opener.tap();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "Save as SVG" }).tap(),
    ]);
    assert.equal(download.suggestedFilename(), "lenet5-digits-accuracy.svg");
    await context.close();
  });

  test("what writes files could not be loaded: a sentence says so", async () => {
    const { page, context, bench } = await finished({});
    await bench.showCurve("Loss");
    await context.setOffline(true);
    await page.getByRole("button", { name: "Save loss", exact: true }).click();
    await page.getByRole("menuitem", { name: "Save as SVG" }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: asRead(/^It could not be saved as SVG \(.+\)\.$/) })
      .waitFor();
    await context.close();
  });

  test("nothing is offered before there is anything to save", async () => {
    const { context } = await visitor(site.browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(LINK);
    assert.equal(await bench.page.getByRole("button", { name: /^Save (loss|accuracy)$/ }).count(), 0);
    assert.equal(await bench.page.getByRole("button", { name: "Copy as a sentence" }).count(), 0);
    await context.close();
  });
});

describe("a run as a sentence", { timeout: 200_000 }, () => {
  const site = startSite();

  test("it is copied with its score and its link; a run that is not finished says so", async () => {
    const { context } = await visitor(site.browser);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const bench = new Bench(await context.newPage(), site.server.url);
    const { page } = bench;
    await bench.open(LINK);
    await bench.button("Train").click();
    await bench.finalAccuracy(60);
    await bench.finished();
    const accuracy = (await bench.status("Test accuracy").innerText()).trim();
    await bench.button("Copy as a sentence").click();
    await bench
      .status("Sentence")
      .filter({ hasText: /Copied: / })
      .waitFor();
    const sentence = await page.evaluate(() => navigator.clipboard.readText());
    const [words, address = ""] = sentence.split(/, (?=http)/);
    assert.equal(words, `${WORDS}: ${accuracy} of 2,000 test images`);
    // Whoever opens it gets the same run.
    await bench.open(new URL(address).hash.slice(1));
    await bench.button("Train").click();
    await bench
      .status("Verification")
      .filter({ hasText: /matches/ })
      .waitFor();

    await bench.open("model=lenet5&data=digits&subset=2000&batch=50&epochs=400&seed=3");
    await bench.button("Train").click();
    await bench.button("Copy as a sentence").waitFor();
    await bench.button("Pause").click();
    await bench.finished();
    await bench.button("Copy as a sentence").click();
    await bench
      .status("Sentence")
      .filter({ hasText: asRead(/Copied: .*\(after step \d+ of 16,000: the run is not finished\), http/) })
      .waitFor();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("where the browser does not copy, the sentence is there to be copied by hand", async () => {
    const { context } = await visitor(site.browser);
    await context.addInitScript(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed"));
    });
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(LINK);
    await bench.button("Train").click();
    await bench.finalAccuracy(60);
    await bench.button("Copy as a sentence").click();
    const field = bench.page.getByRole("textbox", { name: "Sentence to copy" });
    assert.ok((await field.inputValue()).startsWith(`${WORDS}: `));
    await context.close();
  });
});
