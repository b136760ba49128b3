// @ts-check
// The data set, image by image, on the page: it is what the module has, and looking changes nothing.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { bytesOf } from "./support/canvas.mjs";
import { focused } from "./support/focus.mjs";
import { Bench } from "./support/page.mjs";
import { ON_SOFTWARE_GPU, unlessLong } from "./support/long.mjs";
import { load, noGpuBuild } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";
import { until } from "./support/until.mjs";

const LINK = "model=lenet5&data=digits&subset=2000&steps=60&seed=3&aug=shift";
const PAGE = 60;
/** An image on the first page, and a class. */
const [PLACE, CLASS] = [17, 3];

/** What the module has of the same data and the same run. */
async function expected() {
  const { openLab } = await load("index.js");
  const lab = await openLab();
  const run = await lab.start(LINK);
  const [train, test] = [[...run.labels("train")], [...run.labels("test")]];
  const [example] = run.examples("train", PLACE, 1);
  const [preview] = run.augmentations(Uint32Array.of(PLACE), 8);
  const mean = { all: [...run.meanImage("train")], ofClass: [...run.meanImage("test", CLASS)] };
  await run.step(60);
  await run.evaluate();
  const { logits } = run.predictions();
  const guesses = test.map((_, at) => {
    const scores = [...logits.subarray(10 * at, 10 * (at + 1))];
    return scores.indexOf(Math.max(...scores));
  });
  const found = { train, test, example, preview, mean, guesses, check: await run.check() };
  lab.close();
  return found;
}

/** Waits until a picture has that ink. @param {import("playwright-core").Locator} canvas @param {number[]} wanted */
async function shows(canvas, wanted) {
  // A mean is no whole number, and a canvas has whole numbers.
  const isWanted = (/** @type {number[]} */ ink) => ink.every((value, at) => Math.abs(value - (wanted[at] ?? 0)) <= 1);
  await until(() => bytesOf(canvas), isWanted, { what: "the picture" });
}

const words = (/** @type {number} */ number) => number.toLocaleString("en");

describe("the explorer", () => {
  const site = startSite({ gpu: true });
  /** @type {Awaited<ReturnType<typeof expected>>} */ let module;
  before(async () => {
    module = await expected();
  });

  /** The page with the panel still closed, and how often the worker was asked for it. @param {string} link */
  const open = async (link) => {
    const { context } = await visitor(site.browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    const { page } = bench;
    await page.addInitScript(() => {
      Object.assign(globalThis, { explored: 0 });
      const post = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (/** @type {any} */ message, /** @type {any} */ options) {
        if (message?.method === "explore") /** @type {any} */ (globalThis).explored++;
        return post.call(this, message, options);
      };
    });
    await bench.open(link);
    const panel = page.getByRole("region", { name: "Explore the data" });
    const asked = () => page.evaluate(() => /** @type {any} */ (globalThis).explored);
    const shown = panel.getByRole("status", { name: "Images shown" });
    /** @param {string} text */
    const says = (text) => shown.filter({ hasText: asRead(new RegExp(`^${text}$`)) }).waitFor();
    const names = () =>
      panel
        .getByRole("option", { name: /image/ })
        .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? ""));
    return { bench, page, context, panel, asked, says, names };
  };

  for (const engine of ["cpu", "gpu"]) {
    test(
      `shows the images, their classes, means and versions, right and wrong, on the ${engine.toUpperCase()} engine`,
      { skip: engine === "gpu" && (noGpuBuild || unlessLong(ON_SOFTWARE_GPU)), timeout: 240_000 },
      async () => {
        // The link says what the run must come to: looking changes nothing.
        const { bench, page, context, panel, asked, says, names } = await open(`${LINK}&check=${module.check}`);
        if (engine === "gpu") {
          await bench.chooseEngine("GPU");
          await page.getByText("Explore the data").click();
          await panel.getByText("Shown once the run is ready: on a GPU, when Train is pressed.").waitFor();
          await bench.button("Train").click();
          await bench.finalAccuracy(60, { timeout: 200_000 });
        } else {
          await page.getByRole("button", { name: "Next image", disabled: false }).waitFor();
          assert.equal(await asked(), 0, "nothing is asked for while it is closed");
          await page.getByText("Explore the data").click();
        }
        const { train, test } = module;

        await says(`1 to 60 of ${words(train.length)} images`);
        assert.deepEqual(
          await names(),
          train.slice(0, PAGE).map((label, place) => `Training image ${place + 1}: ${label}`),
        );
        const one = panel.getByRole("option", { name: `Training image ${PLACE + 1}: ${train[PLACE]}`, exact: true });
        await shows(one.locator("canvas"), [...module.example.pixels]);

        const balance = await panel
          .getByRole("table", { name: "Images of each class" })
          .getByRole("row")
          .allInnerTexts();
        assert.deepEqual(
          balance.map((row) => row.trim().split(/\s+/).slice(0, 2)),
          Array.from({ length: 10 }, (_, label) => [String(label), words(train.filter((one) => one === label).length)]),
        );
        await shows(
          panel.getByRole("img", { name: `The mean of ${words(train.length)} training images` }),
          module.mean.all,
        );

        await one.click();
        assert.equal(await one.getAttribute("aria-selected"), "true");
        const chosen = panel.getByRole("region", { name: "The chosen image" });
        await shows(chosen.getByRole("img", { name: `Training image ${PLACE + 1}: ${train[PLACE]}` }), [
          ...module.example.pixels,
        ]);
        assert.ok(module.preview.views.length > 1);
        for (const { epoch, pixels } of module.preview.views) {
          await shows(chosen.getByRole("img", { name: `As epoch ${epoch} shows it` }), [...pixels]);
        }
        assert.equal(await chosen.getByRole("listitem").count(), module.preview.views.length);

        // Of one class, and page by page.
        await panel.getByLabel("Class", { exact: true }).selectOption({ label: String(CLASS) });
        const ofClass = train.flatMap((label, place) => (label === CLASS ? [place] : []));
        await says(`1 to 60 of ${words(ofClass.length)} images`);
        await panel.getByRole("button", { name: "Next page" }).click();
        await says(`61 to 120 of ${words(ofClass.length)} images`);
        assert.deepEqual(
          await names(),
          ofClass.slice(PAGE, 2 * PAGE).map((place) => `Training image ${words(place + 1)}: ${CLASS}`),
        );

        await panel.getByLabel("Images", { exact: true }).selectOption({ label: `Test: ${words(test.length)}` });
        await says(`1 to 60 of ${words(test.filter((label) => label === CLASS).length)} images`);
        await shows(panel.getByRole("img", { name: /^The mean of [\d,]+ test images of 3$/ }), module.mean.ofClass);
        const outcome = panel.getByLabel("Answers", { exact: true });
        if (engine === "cpu") {
          assert.ok(await outcome.isDisabled());
          await panel
            .getByText(
              "What is right and what is wrong is known once the network was scored on the test images: at the end of an epoch, or when the run ends.",
            )
            .waitFor();
          // It stays open while the run trains.
          await bench.button("Train").click();
          await bench.finalAccuracy(60, { timeout: 200_000 });
        }
        await panel.getByText("Right and wrong as of step 60, when the network was last scored.").waitFor();
        await outcome.selectOption({ label: "Wrong" });
        // On the CPU engine the page's run is the module's, bit for bit.
        if (engine === "cpu") {
          const wrong = test.flatMap((label, place) =>
            label === CLASS && module.guesses[place] !== label ? [place] : [],
          );
          await says(`1 to ${Math.min(PAGE, wrong.length)} of ${words(wrong.length)} images`);
          assert.deepEqual(
            await names(),
            wrong
              .slice(0, PAGE)
              .map((place) => `Test image ${words(place + 1)}: ${CLASS}, taken for ${module.guesses[place]}`),
          );
          await bench.assertSameRun();
        } else {
          await panel
            .getByRole("option", { name: /^Test image .+, taken for [0-24-9]$/ })
            .first()
            .waitFor();
          for (const name of await names()) assert.match(name, /^Test image [\d,]+: 3, taken for [0-24-9]$/);
        }
        await outcome.selectOption({ label: "Right" });
        await panel
          .getByRole("option", { name: /: 3, taken for that$/ })
          .first()
          .waitFor();
        for (const name of await names()) assert.match(name, /: 3, taken for that$/);
        assert.deepEqual(bench.complaints, []);
        await context.close();
      },
    );
  }

  test("goes by the keyboard alone", { timeout: 60_000 }, async () => {
    const { bench, page, context, panel, says } = await open("model=lenet5&data=digits&subset=600");
    await page.getByRole("button", { name: "Next image", disabled: false }).waitFor();
    await page.locator("summary", { hasText: "Explore the data" }).focus();
    await page.keyboard.press("Enter");
    await says("1 to 60 of [\\d,]+ images");
    await panel.getByLabel("Answers", { exact: true }).waitFor();
    await panel.getByLabel("Class", { exact: true }).focus();
    // What is disabled is passed over; the images are one stop.
    await page.keyboard.press("Tab");
    assert.match(await focused(page), /^Training image 1: \d$/);
    await page.keyboard.press("ArrowRight");
    assert.match(await focused(page), /^Training image 2: \d$/);
    await page.keyboard.press("ArrowDown");
    const below = Number(/image (\d+)/.exec(await focused(page))?.[1]);
    assert.ok(below > 6, `a line further is ${below}`);
    await page.keyboard.press("End");
    assert.match(await focused(page), /^Training image 60: \d$/);
    await page.keyboard.press("Enter");
    await panel.getByRole("heading", { name: /^Training image 60: \d$/ }).waitFor();
    await panel.getByText("The recipe has no augmentation: every epoch shows it as it is.").waitFor();
    await page.keyboard.press("PageDown");
    await says("61 to 120 of [\\d,]+ images");
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "Previous page");
    await page.keyboard.press("Enter");
    await says("1 to 60 of [\\d,]+ images");
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("says so where the run does not train on an image", { timeout: 60_000 }, async () => {
    // The recipe keeps half of the images apart.
    const link = "model=lenet5&data=digits&subset=600&val=300&batch=30&epochs=3&aug=shift";
    const { openLab } = await load("index.js");
    const lab = await openLab();
    const run = await lab.start(link);
    const apart = Array.from({ length: PAGE }, (_, place) => place).find(
      (place) => run.augmentations(Uint32Array.of(place), 8)[0].views.length === 0,
    );
    lab.close();
    assert.ok(apart !== undefined);
    const { bench, page, context, panel, says } = await open(link);
    await page.getByText("Explore the data").click();
    await says("1 to 60 of 600 images");
    await panel.getByRole("option", { name: new RegExp(`^Training image ${apart + 1}:`) }).click();
    await panel.getByText("The run's first 3 epochs do not show it: the recipe trains on other images.").waitFor();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });
});
