// @ts-check
// The browser's Back: to the recipe before another was chosen, and not off the page.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";
import { until } from "./support/until.mjs";

const FIRST = "model=lenet5&data=digits&subset=320&batch=16&test=200&steps=10&v=1";

describe("the browser's Back", () => {
  const site = startSite();

  /** A new visitor's page, at a link. @param {string} link @param {(bench: Bench) => Promise<void>} use */
  async function visit(link, use) {
    const { context } = await visitor(site.browser, { viewport: { width: 1280, height: 800 } });
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(link);
    await use(bench);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  }
  /** @param {Bench} bench @param {(link: string) => boolean} isThere */
  const address = (bench, isThere) => until(async () => bench.link, isThere, { timeout: 20_000, what: "the address" });
  /** @param {Bench} bench @param {string} name @param {string} value */
  const shows = (bench, name, value) =>
    until(
      () => bench.choice(name).inputValue(),
      (now) => now === value,
      { timeout: 20_000, what: `${name}: ${value}` },
    );

  test("leads through networks and data, and takes changed settings along", { timeout: 120_000 }, () =>
    visit(FIRST, async (bench) => {
      const { page } = bench;
      const length = () => page.evaluate(() => history.length);
      const before = await length();
      await bench.choice("Network").selectOption("mlp");
      await address(bench, (link) => link.includes("model=mlp"));
      await page.getByRole("textbox", { name: "Learning rate", exact: true }).fill("0.01");
      await page.keyboard.press("Enter");
      await address(bench, (link) => link.includes("lr=0.01"));
      await bench.choice("Data").selectOption("shapes");
      await address(bench, (link) => link.includes("data=shapes"));
      assert.equal(await length(), before + 2);
      await page.goBack();
      await shows(bench, "Data", "digits");
      await shows(bench, "Network", "mlp");
      assert.match(bench.link, /model=mlp.*lr=0\.01/);
      await page.goBack();
      await shows(bench, "Network", "lenet5");
      assert.equal(bench.link, FIRST);
      await page.goForward();
      await shows(bench, "Network", "mlp");
    }),
  );

  test("keeps the network that was trained in the list of runs", { timeout: 120_000 }, () =>
    visit(FIRST, async (bench) => {
      const { page } = bench;
      await bench.choice("Network").selectOption("mlp");
      await address(bench, (link) => link.includes("model=mlp"));
      await page
        .getByRole("button", { name: asRead(/^Train/) })
        .first()
        .click();
      await page
        .getByRole("button", { name: asRead(/^Train again/) })
        .first()
        .waitFor({ timeout: 60_000 });
      await page.goBack();
      await shows(bench, "Network", "lenet5");
      const panel = await bench.compare();
      await panel.getByRole("checkbox", { name: asRead(/^Show A/) }).waitFor();
      await (await bench.more("A")).getByRole("button", { name: "Load settings" }).click();
      await shows(bench, "Network", "mlp");
    }),
  );

  test("leads from a story to the recipe, and from a closed story back to it", { timeout: 120_000 }, () =>
    visit(FIRST, async (bench) => {
      const { page } = bench;
      const story = page
        .getByRole("navigation", { name: "Stories" })
        .getByRole("button", { name: "Learning rate", exact: true });
      await story.click();
      await address(bench, (link) => link === "story=learning-rate");
      await story.click();
      await address(bench, (link) => link === FIRST);
      await page.goBack();
      await page.getByRole("region", { name: "Learning rate", exact: true }).waitFor();
      await page.goBack();
      await page.getByRole("region", { name: "Learning rate", exact: true }).waitFor({ state: "detached" });
      assert.equal(bench.link, FIRST);
    }),
  );
});
