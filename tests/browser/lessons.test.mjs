// @ts-check
// The lessons: read without scripts, predicted by mouse and keyboard, trained in the page to the same check, and on paper.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { differences, fileOf, planOf, runFiles, secondsOf, train } from "../lessons/train.mjs";
import { faults } from "../screenshots/layout.mjs";
import { visitor } from "./support/browser.mjs";
import { isLong, unlessLong } from "./support/long.mjs";
import { load } from "./support/paths.mjs";
import { policyViolations } from "./support/policy.mjs";
import { startSite } from "./support/site.mjs";

/** @typedef {import("playwright-core").Page} Page */

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** A run that takes longer is trained by `cargo xtask bench lessons` alone. */
const SHORT_SECONDS = isLong ? 2 : 1.2;
/** What a page may weigh before the module is loaded, as the test's server sends it, which compresses nothing. */
const PAGE_BYTES = 300_000;
/** All of a lesson's scripts, gzipped. */
const SCRIPT_BYTES = 30_000;
const RESNET = "learn/resnet/";
/** The pages of all lessons, their contents, and a worksheet, which are all made alike. */
const PAGES = ["learn/", `${RESNET}worksheet/`].concat(
  readdirSync(new URL("../../learn/", import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `learn/${name}/`),
);

describe("the lessons' runs", () => {
  /** @type {any} */ let lab;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ engine: "cpu" });
  });
  after(() => lab?.close());

  test("the short ones give what their run files say", { timeout: 900_000 }, async () => {
    const short = runFiles().filter((file) => secondsOf(lab, planOf(file)) <= SHORT_SECONDS);
    assert.ok(short.length > 0);
    for (const file of short) {
      const plan = fileOf(file);
      const [stored] = plan.runs;
      assert.deepEqual(differences(stored, await train(lab, plan, stored.seed)), [], `${file.lesson}/${file.name}`);
    }
  });
});

describe("a lesson", () => {
  const site = startSite();

  /** @param {import("playwright-core").BrowserContextOptions} options @param {(page: Page) => Promise<void>} use @param {string} [path] */
  async function visit(options, use, path = RESNET) {
    const { context, outside } = await visitor(site.browser, options);
    const blocked = await policyViolations(context);
    const page = await context.newPage();
    const errors = /** @type {Error[]} */ ([]);
    page.on("pageerror", (error) => errors.push(error));
    try {
      await page.goto(site.server.url + path);
      await use(page);
      assert.deepEqual(errors, []);
      assert.deepEqual(outside, [], "nothing is asked of another host");
      assert.deepEqual([...blocked], [], "nothing that the page's policy forbids");
    } finally {
      await context.close();
    }
  }

  /** @param {Page} page @param {string} name */
  const predictionOf = (page, name) => page.getByRole("region", { name });
  const LOSS = "How does the training loss of the 40-layer network go?";
  const CHOICE = "With a skip around each pair of layers";

  test("says all that it says without scripts", () =>
    visit({ javaScriptEnabled: false }, async (page) => {
      await page.getByRole("heading", { level: 1, name: "ResNet: does depth hurt?" }).waitFor();
      assert.equal(await page.getByRole("button").count(), 0);
      // An answer, and what happened, are a press away.
      await page.getByText("Show what happened").first().click();
      await page
        .getByRole("img", { name: /^Training loss by step/ })
        .first()
        .waitFor();
      await page.getByText("Answer", { exact: true }).first().click();
      await page.getByText("For the accuracy on the training images.").waitFor();
      const link = page.getByRole("link", { name: "Open in Bunsen: plain, 8 layers, seed 1" });
      assert.match((await link.getAttribute("href")) ?? "", /^\.\.\/\.\.\/#model=stack&.*&check=[0-9a-f]{16}&marks=/);
      await page.getByRole("link", { name: "All lessons" }).click();
      await page.getByRole("link", { name: "ResNet: does depth hurt?" }).waitFor();
    }));

  test("a curve is drawn by mouse, locked, laid over the run, and kept", () =>
    visit({}, async (page) => {
      const block = predictionOf(page, LOSS);
      const lock = block.getByRole("button", { name: "Lock my prediction" });
      assert.ok(await lock.isDisabled());
      assert.equal(await block.locator(".reveal").isVisible(), false);
      const plot = block.locator("svg.canvas");
      assert.equal(await plot.locator('[data-run="plain40@1"]').count(), 0, "what is predicted is not to be seen");
      await plot.scrollIntoViewIfNeeded();
      const box = (await plot.boundingBox()) ?? assert.fail("there is no plot");
      await page.mouse.move(box.x + 0.1 * box.width, box.y + 0.2 * box.height);
      await page.mouse.down();
      await page.mouse.move(box.x + 0.95 * box.width, box.y + 0.8 * box.height, { steps: 5 });
      await page.mouse.up();
      const drawn = await plot.locator(".prediction-curve").getAttribute("d");
      assert.match(drawn ?? "", /^M56\.0 .*L626\.0 /);
      await lock.click();
      await block.getByText(/^Your curve, dotted, ends at a loss of \d\.\d\d; the run ends at \d\.\d\d\.$/).waitFor();
      const revealed = block.locator(".reveal svg.plot");
      assert.equal(await revealed.locator(".prediction-curve").getAttribute("d"), drawn);
      assert.equal(await revealed.locator('[data-run="plain40@1"]').count(), 1);
      assert.equal(await plot.isVisible(), false, "what is locked is not drawn any more");
      await page.reload();
      assert.equal(await revealed.locator(".prediction-curve").getAttribute("d"), drawn);
      await block.getByRole("button", { name: "Predict again" }).click();
      assert.equal(await block.locator(".reveal").isVisible(), false);
      assert.equal(await plot.locator(".prediction-curve").count(), 0);
    }));

  test("a curve is set by keyboard, and a choice, and neither changes once it is locked", () =>
    visit({}, async (page) => {
      const block = predictionOf(page, LOSS);
      await block.getByText("Set it point by point").focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowUp");
      const slider = block.getByRole("slider").first();
      assert.match((await slider.getAttribute("aria-valuetext")) ?? "", /^loss \d\.\d\d$/);
      await block.getByRole("button", { name: "Lock my prediction" }).press("Enter");
      await block.getByText(/^Your curve/).waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Predict again");
      const choice = predictionOf(page, CHOICE);
      await choice.getByRole("radio").first().focus();
      await page.keyboard.press("ArrowDown");
      await choice.getByRole("button", { name: "Lock my prediction" }).press("Enter");
      await choice.getByText("You predicted what happened.").waitFor();
      assert.ok(await choice.getByRole("radio").first().isDisabled());
      await page.getByText("You locked 2 of 3 predictions, and trained 0 of").waitFor();
      await page.getByRole("button", { name: "Forget it" }).click();
      await block.getByRole("button", { name: "Lock my prediction", disabled: true }).waitFor();
    }));

  test("what gives a prediction away is hidden until it is made, and no longer than that", () =>
    visit({}, async (page) => {
      const figure = page.locator(".experiment figure").filter({ has: page.locator('[data-run="plain40@1"]') });
      const choice = predictionOf(page, CHOICE);
      assert.equal(await figure.first().isVisible(), false);
      await page.getByText("Shown once you have made the prediction above.").first().waitFor();
      await choice.getByText("The lesson goes on here once you have predicted.").waitFor();
      const later = choice.locator("xpath=following-sibling::*[1]");
      assert.equal(await later.isVisible(), false);
      await choice.getByRole("button", { name: "Show without a prediction" }).click();
      assert.equal(await later.isVisible(), true);
      await predictionOf(page, LOSS).getByRole("button", { name: "Show without a prediction" }).click();
      await figure.first().waitFor();
      await page.getByText("You locked 0 of 3 predictions, looked at 2 without one, and trained 0 of").waitFor();
      await page.reload();
      await figure.first().waitFor();
      assert.equal(await later.isVisible(), true, "what was shown stays so");
      assert.equal(await predictionOf(page, LOSS).locator(".prediction-curve").count(), 0, "nothing was predicted");
      assert.ok(
        await page.evaluate(() => document.activeElement === document.body),
        "what is kept takes no focus, which would move the page",
      );
      await choice.getByRole("button", { name: "Predict again" }).click();
      assert.equal(await later.isVisible(), false);
      await page.emulateMedia({ media: "print" });
      assert.equal(await later.isVisible(), true, "on paper there is nothing to press");
    }));

  test("an experiment trains here, to the check of the text; pressed twice it is one", { timeout: 120_000 }, () =>
    visit({}, async (page) => {
      const row = page.locator('.runs > li[data-run="plain8@1"]');
      assert.deepEqual(
        site.server.requests.filter((path) => /\.wasm$|embed\.html$/.test(path)),
        [],
        "nothing of it is loaded before it is asked for",
      );
      await row.getByRole("button", { name: "Train it yourself: plain, 8 layers, seed 1" }).dblclick();
      const check = (await row.getAttribute("data-check")) ?? "";
      await row.getByText(`Trained here: the same check, ${check}.`).waitFor({ timeout: 100_000 });
      assert.equal(await page.locator("bunsen-lab").count(), 1);
      await page.locator('.receipt li[data-run="plain8@1"]').getByText("the same here").waitFor();
      await page.getByText("trained 1 of").waitFor();
      await row.getByRole("button", { name: "Close: plain, 8 layers, seed 1" }).click();
      assert.equal(await page.locator("bunsen-lab").count(), 0);
      const snippet = (await row.locator(".use code").textContent()) ?? "";
      assert.ok(snippet.includes(`src="${site.server.url}embed.html?edit=seed,epochs,lr#model=stack`), snippet);
    }),
  );

  test(
    "the lesson on data parallelism trains with one worker and with two, to the same check",
    {
      skip: unlessLong("it trains twice for half a minute, as embed-workers.test.mjs does in short"),
      timeout: 300_000,
    },
    () =>
      visit(
        {},
        async (page) => {
          const row = page.locator('#parts .runs > li[data-run="few@1"]');
          await row.getByRole("button", { name: /^Train it yourself/ }).click();
          const frame = page.frameLocator("bunsen-lab iframe");
          const check = (await row.getAttribute("data-check")) ?? "";
          for (const [number, name] of ["1 worker", "2 workers"].entries()) {
            if (number > 0) {
              await frame.getByRole("radio", { name }).check();
              await frame.getByRole("button", { name: "Train", exact: true }).click();
            }
            await frame.locator("embed-workers tbody tr").nth(number).getByText(check).waitFor({ timeout: 120_000 });
          }
          await frame.getByText(/^2 workers are \d+\.\d times as fast as one\. The check is the same\.$/).waitFor();
          await row.getByText(`Trained here: the same check, ${check}.`).waitFor();
          const snippet = (await row.locator(".use code").textContent()) ?? "";
          assert.match(snippet, /embed\.html\?show=curve,accuracy,verdict,workers&amp;edit=shards#/);
        },
        "learn/alexnet/",
      ),
  );

  test("a module that is refused is told where it is missing, and the text stays", { timeout: 60_000 }, () =>
    visit({}, async (page) => {
      site.server.break("/pkg/*", (_, response) => void response.writeHead(404).end());
      try {
        const row = page.locator('.runs > li[data-run="plain8@1"]');
        await row.getByRole("button", { name: /^Train it yourself/ }).click();
        await page
          .frameLocator("bunsen-lab iframe")
          .getByText(/could not be loaded/)
          .first()
          .waitFor({ timeout: 50_000 });
        await page.getByText("Take a small network of convolutions").waitFor();
      } finally {
        site.server.reset();
      }
    }),
  );

  test("where nothing is kept, a prediction is locked all the same, and the page says what is missing", () =>
    visit({}, async (page) => {
      await page.evaluate(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException("full", "QuotaExceededError");
        };
      });
      const choice = predictionOf(page, CHOICE);
      await choice.getByRole("radio").first().check();
      await choice.getByRole("button", { name: "Lock my prediction" }).click();
      await choice
        .getByText(/^Something else happened than you predicted\. This browser keeps nothing for this page/)
        .waitFor();
    }));

  test("what the storage has of somebody else is no prediction", () =>
    visit({}, async (page) => {
      for (const stored of [
        "{",
        "7",
        '{"predictions":{"training-loss":[1,2],"skips":9,"gradients":"x"},"trained":null}',
      ]) {
        await page.evaluate((text) => localStorage.setItem("bunsen-lesson-resnet", text), stored);
        await page.reload();
        await predictionOf(page, LOSS).getByRole("button", { name: "Lock my prediction", disabled: true }).waitFor();
        assert.equal(await page.locator(".reveal:visible").count(), 0, stored);
      }
    }));

  for (const path of PAGES) {
    test(`${path} weighs less than ${PAGE_BYTES / 1_000} KB, its scripts less than ${SCRIPT_BYTES / 1_000} KB gzip`, async () => {
      const { context } = await visitor(site.browser);
      try {
        const page = await context.newPage();
        /** @type {{ name: string, body: Buffer }[]} */
        const files = [];
        /** @type {Promise<unknown>[]} */
        const bodies = [];
        page.on("response", (response) => {
          bodies.push(response.body().then((body) => files.push({ name: response.url(), body })));
        });
        await page.goto(site.server.url + path, { waitUntil: "networkidle" });
        await Promise.all(bodies);
        const bytes = files.reduce((sum, { body }) => sum + body.length, 0);
        const scripts = files.filter(({ name }) => name.endsWith(".js"));
        const script = scripts.reduce((sum, { body }) => sum + gzipSync(body, { level: 9 }).length, 0);
        console.log(`${path}: ${(bytes / 1_000).toFixed(0)} KB, its scripts ${(script / 1_000).toFixed(1)} KB gzip.`);
        const words = files.map(({ name, body }) => `${name} ${body.length}`).join(", ");
        assert.ok(bytes > 20_000 && bytes <= PAGE_BYTES, words);
        assert.ok(script > 1_000 && script <= SCRIPT_BYTES, `${script} bytes`);
      } finally {
        await context.close();
      }
    });
  }

  test("on paper there are answers and no buttons, with a script and without", async () => {
    for (const javaScriptEnabled of [true, false]) {
      await visit({ javaScriptEnabled }, async (page) => {
        await page.emulateMedia({ media: "print" });
        assert.equal(await page.locator("button:visible, .ways:visible, .use:visible, nav:visible").count(), 0);
        const { height } = (await page.getByText("For the accuracy on the training images.").boundingBox()) ?? {
          height: 0,
        };
        assert.ok(height > 0, "an answer is printed");
      });
    }
  });

  test("a worksheet is linked, asks all, and tells no results; on paper it is the sheet alone", () =>
    visit({}, async (page) => {
      await page.getByRole("link", { name: "worksheet to print" }).click();
      await page.getByRole("heading", { level: 1, name: "ResNet: does depth hurt?" }).waitFor();
      assert.equal(await page.getByText("Predict before you look").count(), 3);
      assert.equal(await page.locator('svg.plot [data-run^="plain40@"]').count(), 0);
      await page.getByRole("img", { name: "Axes to draw the curve of plain, 40 layers on." }).waitFor();
      await page.emulateMedia({ media: "print" });
      assert.equal(await page.getByRole("navigation").count(), 0);
      assert.equal(await page.getByRole("link", { name: "The lesson" }).count(), 0);
      await page.getByText("What I changed, and what came out").first().waitFor();
    }));

  for (const path of PAGES) {
    test(
      `${path}: no violations of accessibility and no faults, narrow and wide, light and dark`,
      { timeout: 120_000 },
      () =>
        visit(
          {},
          async (page) => {
            const skip = page.getByRole("button", { name: "Show without a prediction" });
            // One prediction is locked, and others are not.
            if ((await skip.count()) > 1) await skip.nth(1).click();
            await page.evaluate(AXE);
            for (const width of [360, 1280]) {
              for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
                await page.setViewportSize({ width, height: 800 });
                await page.emulateMedia({ colorScheme });
                const found = await page.evaluate(async () => {
                  const { violations } = await /** @type {any} */ (globalThis).axe.run(document, {
                    resultTypes: ["violations"],
                  });
                  return violations.flatMap((/** @type {any} */ { id, nodes }) =>
                    nodes.map((/** @type {any} */ node) => `${id}: ${node.target} ${node.failureSummary}`),
                  );
                });
                assert.deepEqual(found, [], `${width} px, ${colorScheme}`);
                assert.deepEqual(await faults(page), [], `${width} px, ${colorScheme}`);
              }
            }
          },
          path,
        ),
    );
  }
});
