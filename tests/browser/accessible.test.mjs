// @ts-check
// Everyone: every view by axe's rules and without faults of its layout, the main job by keyboard alone, what is said to
// those who hear the page, and no motion for those who want none.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { faults } from "../screenshots/layout.mjs";
import { VIEWS, dress, visit } from "../screenshots/views.mjs";
import { visitor } from "./support/browser.mjs";
import { isLong } from "./support/long.mjs";
import { startSite } from "./support/site.mjs";

/** @typedef {import("playwright-core").Page} Page */

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Widths and colours. What is wrong with a width is so in either, and what is wrong with colours at any width: so each is there once, and all
 * together in the long test.
 */
const DRESSES = /** @type {const} */ ([
  { width: 360, theme: "light", always: true },
  { width: 360, theme: "dark", always: false },
  { width: 768, theme: "light", always: true },
  { width: 1440, theme: "light", always: false },
  { width: 1440, theme: "dark", always: true },
]).filter(({ always }) => always || isLong);

/** Those of axe's rules that a theme decides. */
const COLOURS = ["color-contrast", "link-in-text-block"];

describe("accessibility", () => {
  const site = startSite();

  /** What axe finds, with all of its rules or with some. @param {Page} page @param {string[]} [rules] @returns {Promise<string[]>} */
  async function violations(page, rules = undefined) {
    if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
    return page.evaluate(async (rules) => {
      const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
      const { violations } = await /** @type {any} */ (globalThis).axe.run(document, options);
      return violations.flatMap((/** @type {any} */ { id, help, nodes }) =>
        nodes.map(
          (/** @type {any} */ { target, failureSummary }) =>
            `${id}: ${help} (${target.flat().join(" ")}): ${failureSummary.replace(/\s+/g, " ")}`,
        ),
      );
    }, rules);
  }

  for (const view of VIEWS) {
    const options = { timeout: 180_000, skip: view.notYet ?? false };
    test(`${view.name}: no violations and no faults, narrow and wide, light and dark`, options, () =>
      visit(site.browser, site.server, view, async ({ page, outside, blocked }) => {
        /** What is wrong, and where. @type {Map<string, string[]>} */
        const found = new Map();
        for (const { width, theme } of DRESSES) {
          await dress(page, width, theme);
          // What is wrong between the two widths is wrong with the layout alone, and in the dark with the colours alone.
          const rules = theme === "dark" && !isLong ? COLOURS : undefined;
          const all = [...(await faults(page)), ...(width === 768 ? [] : await violations(page, rules))];
          for (const fault of all) found.set(fault, [...(found.get(fault) ?? []), `${width} px ${theme}`]);
        }
        if (found.size > 0)
          assert.fail([...found].map(([fault, where]) => `${fault} (${where.join(", ")})`).join("\n"));
        assert.deepEqual([...blocked], [], "nothing that the page's policy forbids");
        assert.deepEqual(outside, [], "nothing is asked of another host");
      }),
    );
  }

  test("axe and the layout's measures find what is planted", async () => {
    const { context } = await visitor(site.browser);
    const page = await context.newPage();
    await page.goto(new URL("blank-for-tests.html", site.server.url).href);
    await page.setContent(`<!doctype html><html lang="en"><title>Planted</title><main><h1 style="font-variant-numeric: tabular-nums">Planted</h1>
      <div style="width: 4rem; overflow: hidden; white-space: nowrap">words that are far too long</div>
      <p style="margin: 0">below</p><p style="margin: -1em 0 0">above</p>
      <p>12 apples</p><div style="width: 300vw; height: 1px"></div><figure><p>bare</p></figure>
      <select aria-label="Choice" style="width: 4rem"><option>a very long choice</option></select>
      <div class="uplot" style="width: 9rem; height: 9rem"><canvas width="90" height="90"></canvas><div class="u-over"></div></div>
      <button style="color: #aaa; background: #bbb"></button></main></html>`);
    const found = (await faults(page)).join("\n");
    for (const sentence of [
      /wider than the window/,
      /“words that are .*” is cut off/,
      /“below” and “above” overlap/,
      /not tabular/,
      /has no caption/,
      /The choice “a very long choice” is cut off/,
      /has no axis at its side/,
    ]) {
      assert.match(found, sentence);
    }
    assert.match((await violations(page)).join("\n"), /button-name/);
    await context.close();
  });
});
