// @ts-check
// Recipes with a name: chosen beside the network, told of a link that equals one, and gone once a value is changed.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { load } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";
import { until } from "./support/until.mjs";

describe("the recipes of a network", () => {
  const site = startSite();
  /** The links of LeNet-5's recipes, by their names. @type {Record<string, { link: string, help: string }>} */ let named;
  before(async () => {
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu" });
    const entries = lab
      .describe("model=lenet5")
      .recipes.map((/** @type {any} */ { name, link, help }) => [name, { link, help }]);
    named = Object.fromEntries(entries);
    lab.close();
  });

  /** @param {string} link @param {{ width: number, height: number }} [viewport] */
  async function visit(link, viewport) {
    const { context } = await visitor(site.browser);
    const page = await context.newPage();
    if (viewport) await page.setViewportSize(viewport);
    const bench = new Bench(page, site.server.url);
    await bench.open(link);
    await until(() => bench.choice("Recipe").isEnabled(), Boolean, { what: "the list of recipes" });
    return { context, bench };
  }

  /** The recipe that the list shows. @param {Bench} bench */
  const shown = (bench) =>
    bench.choice("Recipe").evaluate((list) => /** @type {HTMLSelectElement} */ (list).selectedOptions[0]?.text ?? "");

  /** @param {Bench} bench @param {string} label */
  const waitFor = (bench, label) =>
    until(async () => (await shown(bench)) === label, Boolean, { what: `the list to show ${label}` });

  test("one is chosen as a whole, and no longer once a value is changed", async () => {
    const { context, bench } = await visit("");
    await waitFor(bench, "Own");
    await bench.choice("Recipe").selectOption({ label: "Tiny" });
    await until(() => bench.link === named["tiny"]?.link, Boolean, { what: "the link of the tiny recipe" });
    await waitFor(bench, "Tiny");
    assert.equal(await bench.choice("Recipe").getAttribute("aria-describedby"), "named-help");
    await bench.page.getByText(named["tiny"]?.help ?? "", { exact: true }).waitFor();
    await bench.page.getByText("All settings").click();
    const rate = bench.page.getByRole("textbox", { name: "Learning rate", exact: true });
    await rate.fill("0.001");
    await rate.press("Enter");
    await waitFor(bench, "Changed");
    assert.equal(await bench.page.getByText(named["tiny"]?.help ?? "", { exact: true }).count(), 0);
    // A value that is refused is a change, too.
    await bench.choice("Recipe").selectOption({ label: "Own" });
    await waitFor(bench, "Own");
    await rate.fill("5000");
    await rate.press("Enter");
    await waitFor(bench, "Changed");
    await bench.choice("Recipe").selectOption({ label: "Own" });
    await until(() => bench.link === named["own"]?.link, Boolean, { what: "the network's own link" });
    await waitFor(bench, "Own");
    await context.close();
  });

  test("an opened link that equals one selects it, however it is spelled", async () => {
    const [head, ...rest] = (named["tiny"]?.link ?? "").split("&");
    const { context, bench } = await visit([...rest.reverse(), head].join("&"));
    await waitFor(bench, "Tiny");
    await context.close();
  });

  test("a network that has others offers them, and one of them is chosen by keyboard at 360 pixels", async () => {
    const { context, bench } = await visit("model=densenet", { width: 360, height: 740 });
    const labels = await bench.choice("Recipe").getByRole("option").allTextContents();
    assert.deepEqual(labels, ["Own", "Paper", "Tiny"]);
    await bench.choice("Recipe").focus();
    await bench.page.keyboard.press("ArrowDown");
    await waitFor(bench, "Paper");
    await until(() => bench.link.includes("epochs=300"), Boolean, { what: "the paper's link" });
    assert.ok(
      await bench
        .choice("Recipe")
        .evaluate((list) => list === /** @type {ShadowRoot} */ (list.getRootNode()).activeElement),
    );
    const overflow = await bench.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} pixels too wide`);
    await context.close();
  });
});
