// @ts-check
// A run on one sheet: what it says, that it is one page of paper, light on a dark page, and that a frame which may not print says so.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { policyViolations } from "./support/policy.mjs";
import { Server } from "./support/server.mjs";
import { startSite } from "./support/site.mjs";

const LINK = "model=lenet5&data=digits&subset=2000&steps=60&seed=3&lr=0.01";

describe("the report of a run", { timeout: 300_000 }, () => {
  const site = startSite();

  /** @param {import("playwright-core").BrowserContextOptions} [options] */
  async function visit(options) {
    const { context, outside } = await visitor(site.browser, options);
    const blocked = await policyViolations(context);
    const bench = new Bench(await context.newPage(), site.server.url);
    return { context, outside, blocked, bench, page: bench.page };
  }

  /** @param {Bench} bench */
  async function trained(bench, link = LINK, steps = 60) {
    await bench.open(link);
    await bench.button("Train").click();
    await bench.finalAccuracy(steps, { timeout: 120_000 });
  }

  /** @param {Bench} bench */
  async function open(bench) {
    await bench.pressMore("Report");
    const dialog = bench.page.getByRole("dialog", { name: "Report", exact: true });
    await dialog.waitFor();
    return dialog;
  }

  /** Pages of a PDF file. @param {Buffer} pdf */
  const pagesOf = (pdf) => pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;

  test("says what was trained, how well, by which recipe, and how somebody else gets the same", async () => {
    const { bench, page, context, outside, blocked } = await visit({ colorScheme: "dark" });
    await trained(bench);
    const accuracy = (await bench.status("Test accuracy").innerText()).trim();
    const dialog = await open(bench);
    const sheet = dialog.getByRole("article", { name: "Report: LeNet-5, Synthetic digits" });
    await sheet.getByRole("img", { name: "Confusion matrix" }).waitFor();
    const words = (await sheet.innerText()).replace(/\s+/g, " ");
    assert.ok(words.includes(`${accuracy} of 2,000 test images right`), words);
    assert.match(words, /LeNet-5, Synthetic digits, 60 steps, seed 3\./);
    assert.match(words, /Learning rate: 0\.01 \(the network's own recipe: 0\.006\)/);
    assert.match(words, /test images right Finished/);
    assert.equal(words.split(accuracy).length, 2, `the test accuracy is said once: ${words}`);
    assert.match(words, /Check [0-9a-f]{16}\. It is a digest/);
    assert.match(words, /61,706 in \d+ layers/);
    assert.match(words, /Engine CPU/);
    const year = String(new Date().getFullYear());
    assert.ok(words.includes(year));
    for (const figure of ["Accuracy", "Loss", "Network: LeNet-5"]) {
      assert.equal(await sheet.getByRole("img", { name: figure, exact: true }).count(), 1, figure);
    }
    await sheet
      .getByRole("img", { name: /^Test image \d+: \d$/ })
      .first()
      .waitFor();
    // Whoever trains its link has the same run.
    const [link = ""] = /#(model=\S+)/.exec(words)?.slice(1) ?? [];
    assert.match(link, /&check=[0-9a-f]{16}/);

    // Paper is light.
    const paper = await sheet.evaluate((element) => getComputedStyle(element).backgroundColor);
    assert.equal(paper, "rgb(255, 255, 255)");

    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.ok(await bench.button("More").evaluate((element) => element.matches(":focus")), "the focus is back");
    assert.deepEqual([outside, [...blocked], bench.complaints], [[], [], []]);
    await context.close();
  });

  for (const format of ["A4", "Letter"]) {
    test(`is one page of ${format}, with nothing else of the site on it`, async () => {
      const { bench, page, context } = await visit();
      await trained(bench);
      const dialog = await open(bench);
      await dialog.getByRole("img", { name: "Confusion matrix" }).waitFor();
      await dialog
        .getByRole("img", { name: /^Test image/ })
        .first()
        .waitFor();
      assert.equal(pagesOf(await page.pdf({ format, preferCSSPageSize: false })), 1);
      await page.emulateMedia({ media: "print" });
      assert.equal(await dialog.getByRole("button").filter({ visible: true }).count(), 0);
      assert.equal(await page.locator("bench-app").isVisible(), false);
      await page.emulateMedia({ media: "screen" });
      // Without a report the page prints as it always did.
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await page.emulateMedia({ media: "print" });
      assert.equal(await page.locator("bench-app").isVisible(), true);
      await context.close();
    });
  }

  test("of a run that is not trained it is a sentence, and there is nothing to print", async () => {
    const { bench, context } = await visit();
    await bench.open(LINK);
    const dialog = await open(bench);
    await dialog
      .getByRole("status", { name: "Report" })
      .filter({ hasText: asRead(/^Nothing to report yet: this network is not trained\./) })
      .waitFor();
    assert.equal(await dialog.getByRole("button", { name: "Print" }).count(), 0);
    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "detached" });
    await context.close();
  });

  test("of a run that is not finished it says so, and has no check", async () => {
    const { bench, context } = await visit();
    await bench.open("model=lenet5&data=digits&subset=2000&batch=50&epochs=400&seed=3");
    await bench.button("Train").click();
    await bench.accuracy();
    await bench.button("Pause").click();
    await bench.finished();
    const dialog = await open(bench);
    const words = (await dialog.innerText()).replace(/\s+/g, " ");
    assert.match(words, /After step [\d,]+ of 16,000: the run is not finished\./);
    assert.match(words, /The run is not finished, so it has no check yet\./);
    await context.close();
  });

  test("Print opens the browser's dialog; where that does not come, a sentence says what to do", async () => {
    const { bench, page, context } = await visit();
    await trained(bench);
    await open(bench);
    await page.evaluate(() => {
      globalThis.print = () => void dispatchEvent(new Event("beforeprint"));
    });
    await bench.button("Print").click();
    await page.waitForTimeout(1_300);
    assert.equal((await bench.status("Print").innerText()).trim(), "");
    await page.evaluate(() => {
      globalThis.print = () => {};
    });
    await bench.button("Print").click();
    await bench
      .status("Print")
      .filter({ hasText: asRead(/^No print dialog opened: .*Open Bunsen in a tab of its own/) })
      .waitFor();
    await context.close();
  });

  test("opens in a frame whose sandbox allows nothing but scripts", async () => {
    const { page, context } = await visit();
    const other = await Server.start({ headers: { "access-control-allow-origin": "*" } });
    site.server.break("/host.html", (_, response) => {
      response
        .writeHead(200, { "content-type": "text/html" })
        .end(
          `<!doctype html><title>A course</title><iframe sandbox="allow-scripts" width="1200" height="700" src="${other.url}?form=bench#${LINK}"></iframe>`,
        );
    });
    await page.goto(`${site.server.url}host.html`);
    const frame = page.frameLocator("iframe");
    const button = (/** @type {string} */ name) => frame.getByRole("button", { name, exact: true });
    await frame.getByRole("button", { name: "Train", exact: true, disabled: false }).click({ timeout: 30_000 });
    await frame
      .getByRole("status", { name: "Test accuracy" })
      .filter({ hasText: asRead(/\d %/) })
      .waitFor({ timeout: 120_000 });
    await button("More").click();
    await button("Report").click();
    await frame.getByRole("article", { name: /^Report: LeNet-5/ }).waitFor();
    await button("Print").click();
    await frame
      .getByRole("status", { name: "Print" })
      .filter({ hasText: asRead(/^No print dialog opened/) })
      .waitFor();
    site.server.reset();
    await context.close();
    await other.close();
  });
});
