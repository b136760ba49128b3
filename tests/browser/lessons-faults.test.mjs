// @ts-check
// Lessons where something is missing or is pressed twice, drawn in by a finger, and what their contents say of what was done.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { ENTRANCE, inFront } from "./support/faults.mjs";
import { startSite } from "./support/site.mjs";

/** @typedef {import("playwright-core").Page} Page */

const RESNET = "learn/resnet/";
const LESSONS = ["pixels", "lenet5", "alexnet", "vgg", "resnet", "googlenet", "vit", "reading-a-claim"];
/** Of no run. */
const OLD = "0123456789abcdef";
const ROW = '.runs > li[data-run="plain8@1"]';
const TEXT = "Take a small network of convolutions";

describe("a lesson", () => {
  const site = startSite();

  /** @param {string} path @param {(page: Page) => Promise<void>} use @param {import("playwright-core").BrowserContextOptions} [options] */
  async function visit(path, use, options = {}) {
    const { context } = await visitor(site.browser, options);
    const page = await context.newPage();
    const errors = /** @type {Error[]} */ ([]);
    page.on("pageerror", (error) => errors.push(error));
    try {
      await page.goto(site.server.url + path);
      await use(page);
      assert.deepEqual(errors, []);
    } finally {
      await context.close();
      site.server.reset();
    }
  }

  /** @param {Page} page @param {string} key @param {unknown} value */
  const keep = (page, key, value) =>
    page.evaluate(
      ([name = "", text = ""]) => localStorage.setItem(name, text),
      [`bunsen-lesson-${key}`, JSON.stringify(value)],
    );

  for (const slug of LESSONS) {
    test(`${slug} without scripts has its text, and a recorded curve in every picture`, () =>
      visit(
        `learn/${slug}/`,
        async (page) => {
          const hidden = await page.locator(".text [hidden], .text [disabled]").count();
          assert.equal(hidden, 0);
          for (const summary of await page.getByText("Show what happened").all()) await summary.click();
          const plots = await page.locator("svg.plot").all();
          assert.ok(plots.length > 0);
          for (const plot of plots) {
            assert.ok(await plot.isVisible());
            assert.ok((await plot.locator("[data-run]").count()) > 0);
            assert.match((await plot.locator("title").textContent()) ?? "", /\S{3}/);
          }
          for (const row of await page.locator(".runs > li").all())
            assert.match(await row.innerText(), /check [0-9a-f]{16}/);
        },
        { javaScriptEnabled: false },
      ));
  }

  test("a browser without WebAssembly SIMD is told what is missing, and keeps the text", { timeout: 60_000 }, () =>
    visit(RESNET, async (page) => {
      site.server.break(
        ENTRANCE,
        inFront(() => {
          const refuse = async () => {
            throw new WebAssembly.CompileError("wasm simd unsupported");
          };
          Object.assign(WebAssembly, { validate: () => false, compile: refuse, compileStreaming: refuse });
        }),
      );
      await page
        .locator(ROW)
        .getByRole("button", { name: /^Train it yourself/ })
        .click();
      await page
        .frameLocator("bunsen-lab iframe")
        .getByText(/This browser cannot run the module\. It needs WebAssembly with SIMD/)
        .first()
        .waitFor({ timeout: 50_000 });
      assert.ok(await page.getByText(TEXT).isVisible());
      assert.equal(await page.locator(ROW).getByText("the same check").count(), 0);
    }),
  );

  test("a run that was trained to an older lesson's check is said to be that, and never the same", () =>
    visit(RESNET, async (page) => {
      for (const [before, said] of /** @type {const} */ ([
        [OLD, `Trained here before, to the check ${OLD}: the lesson has another run now. Train it again.`],
        // As a page before that kept it.
        [true, ""],
        ["../../", ""],
      ])) {
        await keep(page, "resnet", { predictions: {}, trained: { "plain8@1": before } });
        await page.reload();
        assert.equal(await page.locator(ROW).locator(".said-of-it").textContent(), said);
        assert.equal(await page.getByText("the same here").count(), 0);
        assert.equal(await page.locator(".progress").isVisible(), false);
      }
    }));

  test("a lesson of an older version says that the check is another one", { timeout: 120_000 }, () =>
    visit("learn/", async (page) => {
      await page.route(`**/${RESNET}`, async (route) => {
        const response = await route.fetch();
        const text = await response.text();
        const [, check = ""] = /data-run="plain8@1"[^>]* data-check="([0-9a-f]{16})"/.exec(text) ?? [];
        assert.notEqual(check, "");
        await route.fulfill({ response, body: text.replaceAll(check, OLD) });
      });
      await page.goto(site.server.url + RESNET);
      const row = page.locator(ROW);
      await row.getByRole("button", { name: /^Train it yourself/ }).click();
      await row.getByText(/^Trained here, with another check, [0-9a-f]{16}: /).waitFor({ timeout: 100_000 });
      assert.equal(await page.getByText("the same here").count(), 0);
      assert.equal(await page.locator(".progress").isVisible(), false);
    }),
  );

  test("every button pressed twice does what it does once", { timeout: 300_000 }, () =>
    visit(RESNET, async (page) => {
      const draw = page.locator(".prediction[data-draw]").first();
      await draw.getByRole("button", { name: "Show without a prediction" }).dblclick();
      assert.ok(await draw.locator(".reveal").isVisible());
      const choice = page.locator(".prediction[data-right]").first();
      await choice.getByRole("radio").first().check();
      // At the left, where another button takes its place: the second press is not of that one.
      const left = { position: { x: 20, y: 12 } };
      await choice.getByRole("button", { name: "Lock my prediction" }).dblclick(left);
      assert.ok(await choice.getByRole("button", { name: "Predict again" }).isVisible());
      assert.ok(await choice.locator(".reveal").isVisible());
      // The first one takes far longer than the second takes to open.
      const first = page.locator('.runs > li[data-run="plain20@1"]');
      const second = page.locator(ROW);
      for (const row of [first, second]) await row.getByRole("button", { name: /^Train it yourself/ }).dblclick(left);
      assert.equal(await page.locator("bunsen-lab").count(), 2);
      // The second one paused the first, which goes on from there.
      await second.getByText(/^Trained here: the same check/).waitFor({ timeout: 100_000 });
      assert.equal(await first.getByText(/^Trained here/).count(), 0);
      await first
        .frameLocator("iframe")
        .getByRole("button", { name: /^(Train|Go on)$/ })
        .click();
      await first.getByText(/^Trained here: the same check/).waitFor({ timeout: 180_000 });
      assert.ok(
        await second
          .frameLocator("iframe")
          .getByText(/^Done: /)
          .isVisible(),
        "the other one keeps what it has",
      );
      await page
        .locator(ROW)
        .getByRole("button", { name: /^Close/ })
        .click();
      assert.equal(await page.locator("bunsen-lab").count(), 1);
      for (const summary of await page.locator(".question summary").all()) await summary.dblclick();
      await page.getByRole("button", { name: "Forget it" }).dblclick();
      await page.getByText(TEXT).waitFor();
      await page.waitForLoadState();
      assert.equal(await page.locator("bunsen-lab").count(), 0);
    }),
  );

  test("a finger draws a curve on a phone, and does not move the page by it", () =>
    visit(
      RESNET,
      async (page) => {
        const block = page.locator(".prediction[data-draw]").first();
        const plot = block.locator("svg.canvas");
        await plot.evaluate((element) => element.scrollIntoView({ block: "center" }));
        const box = (await plot.boundingBox()) ?? assert.fail("there is no plot");
        assert.ok(box.x >= 0 && box.x + box.width <= 360);
        const before = await page.evaluate(() => scrollY);
        const client = await page.context().newCDPSession(page);
        /** @param {"touchStart" | "touchMove" | "touchEnd"} type @param {number} [across] @param {number} [down] */
        const touch = (type, across, down) =>
          client.send("Input.dispatchTouchEvent", {
            type,
            touchPoints:
              across === undefined || down === undefined
                ? []
                : [{ x: box.x + across * box.width, y: box.y + down * box.height }],
          });
        await touch("touchStart", 0.12, 0.15);
        for (let at = 1; at <= 8; at++) {
          await touch("touchMove", 0.12 + 0.105 * at, 0.15 + 0.085 * at);
          await page.waitForTimeout(50);
        }
        // It rests before it is lifted: else it would fling the page, and the next touch would stop that and press nothing.
        await touch("touchMove", 0.961, 0.83);
        await page.waitForTimeout(300);
        await touch("touchEnd");
        const drawn = (await plot.locator(".prediction-curve").getAttribute("d")) ?? "";
        const heights = [...drawn.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
        assert.equal(heights.length, 9);
        assert.ok((heights[0] ?? 0) + 80 < (heights.at(-1) ?? 0), `it falls as the finger did: ${heights.join(", ")}`);
        assert.equal(await page.evaluate(() => scrollY), before);
        const lock = block.getByRole("button", { name: "Lock my prediction" });
        await lock.tap();
        await block.getByText(/^Your curve, dotted, ends at a loss of/).waitFor();
      },
      { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true },
    ));

  test("what the storage has of shown predictions is a list of names, or nothing", () =>
    visit(RESNET, async (page) => {
      for (const [shown, count] of /** @type {const} */ ([
        [["training-loss", "gone", 7], 1],
        ["training-loss", 0],
        [{ "training-loss": true }, 0],
        [null, 0],
      ])) {
        await keep(page, "resnet", { predictions: {}, shown, trained: {} });
        await page.reload();
        await page.getByRole("button", { name: "Show without a prediction" }).last().waitFor();
        assert.equal(await page.locator(".prediction .reveal:visible").count(), count, JSON.stringify(shown));
      }
    }));

  test("the contents say what was begun and what was done, and forget it", () =>
    visit("learn/", async (page) => {
      assert.equal(await page.locator(".lessons .here").count(), 0);
      assert.equal(await page.getByRole("button", { name: "Forget it" }).count(), 0);
      const item = page.locator('.lessons li[data-slug="resnet"]');
      const ids = ((await item.getAttribute("data-predictions")) ?? "").split(",");
      const [first = ""] = ((await item.getAttribute("data-runs")) ?? "").split(",");
      const [run = "", check = ""] = first.split("=");
      assert.ok(ids.length >= 2);
      assert.match(check, /^[0-9a-f]{16}$/);
      const [one = ""] = ids;
      await keep(page, "resnet", { predictions: { [one]: 1, gone: 2 }, trained: { [run]: check, "gone@1": check } });
      await keep(page, "vit", { predictions: {}, trained: { "vitfew@1": OLD } });
      await page.reload();
      await item.getByText(new RegExp(`^Begun: 1 of ${ids.length} predictions, 1 of \\d+ runs trained`)).waitFor();
      assert.equal(await page.locator(".lessons .here").count(), 1, "an older check is not counted");
      await keep(page, "resnet", { predictions: Object.fromEntries(ids.map((id) => [id, 1])), trained: {} });
      await page.reload();
      await item.getByText(`Done: ${ids.length} of ${ids.length} predictions, 0 of`).waitFor();
      await page.getByRole("button", { name: "Forget it" }).click();
      await page.getByText("It is forgotten.").waitFor();
      await page.reload();
      assert.equal(await page.locator(".lessons .here").count(), 0);
    }));

  test("the next lesson and the one before are a press away, from the first to the last", () =>
    visit("learn/pixels/", async (page) => {
      const steps = page.getByRole("navigation", { name: "Lessons" });
      assert.equal(await steps.locator(".before").count(), 0);
      for (const slug of LESSONS.slice(1)) {
        await steps.locator(".next").click();
        await page.waitForURL(`**/learn/${slug}/`);
      }
      assert.equal(await steps.locator(".next").count(), 0);
      await steps.locator(".before").click();
      await page.waitForURL(`**/learn/${LESSONS.at(-2)}/`);
    }));
});
