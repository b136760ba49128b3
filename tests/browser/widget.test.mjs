// @ts-check
// The widget's front end with the models that its hosts have: Jupyter's, which takes what a run tells, and MyST's, which throws at it.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch } from "./support/browser.mjs";
import { load } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { showWidget, trainWidget, widgetValues } from "./support/widget-host.mjs";

const LINK = "model=lenet5-1998&data=digits&subset=200&batch=10&steps=20&seed=7";
/** As MyST serves the file: from its own site, by a hash. */
const COPY = "/build/3f9a.mjs";

/** The host's. @type {Server} */ let server;
/** That of the copy of the site. @type {Server} */ let site;
/** @type {import("playwright-core").Browser} */ let browser;
/** @type {import("playwright-core").Page} */ let page;
/** Of the run of that link, computed in Node. @type {{ check: string, losses: number[] }} */ let expected;

before(async () => {
  server = await Server.start();
  site = await Server.start({ headers: { "access-control-allow-origin": "*" } });
  browser = await launch();
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu" });
  const run = await lab.start(LINK);
  const losses = (await run.step(20)).map((/** @type {{ loss: number }} */ { loss }) => loss);
  expected = { check: await run.check(), losses };
  lab.close();
});
after(async () => {
  await browser?.close();
  await server?.close();
  await site?.close();
});
beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
  server.break(COPY, async (_, response) => {
    const text = await (await fetch(`${site.url}widget.mjs`)).text();
    response.writeHead(200, { "content-type": "text/javascript" }).end(text);
  });
  server.break("/host.html", (_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>A notebook</title>");
  });
});
afterEach(async () => {
  await page.context().close();
  server.reset();
  site.reset();
});

/** Shows a widget. @param {"jupyter" | "myst"} host @param {Record<string, unknown>} values @param {string} [esm] its front end */
async function show(host, values, esm = COPY) {
  await page.goto(`${server.url}host.html`);
  await showWidget(page, host, values, esm);
}

const values = () => widgetValues(page);
const trained = () => trainWidget(page, 20);

describe("a widget", () => {
  for (const host of /** @type {const} */ (["jupyter", "myst"])) {
    test(`trains in ${host === "myst" ? "MyST's shadow root" : "Jupyter"}, and its model has the run`, async () => {
      await show(host, { recipe: LINK, src: site.url, show: ["curve", "accuracy"], compare: "seed:8", height: 300 });
      assert.equal(await page.locator("bunsen-lab").evaluate((lab) => lab.clientHeight), 300);
      assert.deepEqual(site.requests, ["/widget.mjs"], "nothing of the site is loaded before Train is pressed");
      const { check, losses, phase, step, steps, accuracy, loss, link, error } = await trained();
      assert.deepEqual({ check, losses }, expected);
      assert.deepEqual({ phase, step, steps, error }, { phase: "finished", step: 20, steps: 20, error: null });
      assert.equal(loss, losses.at(-1));
      assert.ok(accuracy > 0 && accuracy <= 1, String(accuracy));
      assert.match(link, new RegExp(`^${site.url}#.*check=${check}`));
      assert.match(page.frames()[1]?.url() ?? "", /embed\.html\?show=curve,accuracy&compare=seed:8#model=/);
      const saved = await page.evaluate(() => /** @type {any} */ (window).shown.saved);
      assert.equal(saved > 0, host === "jupyter");
      await page.evaluate(() => /** @type {any} */ (window).remove());
      assert.equal(await page.locator("bunsen-lab").count(), 0);
    });
  }

  test("from a copy of the site needs no word of where that is", async () => {
    await show("jupyter", { recipe: LINK }, `${site.url}pkg/widget.mjs`);
    assert.equal((await trained())["check"], expected.check);
  });

  test("is an element of a page that has another copy of it already", async () => {
    await show("jupyter", { recipe: LINK, src: site.url }, `${site.url}widget.mjs`);
    await page.evaluate(async (esm) => {
      const { default: widget } = await import(esm);
      const { shown } = /** @type {any} */ (window);
      const model = { get: (/** @type {string} */ key) => shown.values[key], on: () => {} };
      await widget.render({ model, el: document.body });
    }, COPY);
    assert.equal(await page.getByRole("button", { name: "Train" }).count(), 2);
  });

  test("takes another recipe from its model", async () => {
    await show("jupyter", { recipe: LINK, src: site.url });
    await trained();
    await page.evaluate(
      (recipe) => /** @type {any} */ (window).shown.change("recipe", recipe),
      LINK.replace("seed=7", "seed=8"),
    );
    await page.getByRole("button", { name: "Train" }).click();
    const { recipe } = await until(values, ({ check }) => check && check !== expected.check, { timeout: 60_000 });
    assert.match(recipe, /seed=8/);
  });

  test("tells its model of a recipe that is refused", async () => {
    await show("jupyter", { recipe: "model=lenet5&lr=much", src: site.url, load: "now" });
    const { error } = await until(values, ({ error }) => !!error);
    assert.match(error, /lr=much is not allowed: lr is a number/);
  });

  test("that was told of no copy of the site says so", async () => {
    await show("myst", { recipe: LINK });
    await page.getByRole("button", { name: "Train" }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: "its attribute src has to name a copy of Bunsen's site" })
      .waitFor();
    assert.match((await values())["error"], /src has to name a copy/);
  });
});
